"""Classes as rows with a single 1."""

from __future__ import annotations

import numpy as np

from tt_tensor import DTypeError, Tensor, from_numpy

__all__ = ["one_hot"]


def one_hot(input: Tensor, num_classes: int = -1) -> Tensor:
    """A new last dimension with 1 at the place that each integer names, 0 elsewhere.

    Args:
        input: integers from 0 on, any shape.
        num_classes: the size of the new dimension; -1 for the largest integer plus 1.

    Raises:
        DTypeError: not integers.
        ValueError: a class that is out of range.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import one_hot
        >>> one_hot(tt.tensor([0, 2]))
        tensor([[1, 0, 0],
                [0, 0, 1]])
    """
    classes = input.array
    if classes.dtype.kind not in "iu":
        raise DTypeError(f"input: classes must be integers, not {input.dtype}")
    count = num_classes if num_classes >= 0 else int(classes.max(initial=-1)) + 1
    if classes.size and (classes.min() < 0 or classes.max() >= count):
        raise ValueError(
            f"input: every class must be at least 0 and below {count}, but they go from "
            f"{classes.min()} to {classes.max()}"
        )
    return from_numpy((classes[..., None] == np.arange(count)).astype(np.int64))
