"""What all transforms have in common: they change one picture, or a whole batch at once.

A transform is written once, for a batch ``(N, C, H, W)``; one picture is a batch of one.  What it draws, it
draws for each picture anew, from ``tt_tensor``'s default generator, which a ``DataLoader`` seeds for each
batch: so the same seed gives the same pictures, for any number of worker processes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from tt_tensor import DTypeError, ShapeError, Tensor, default_generator, from_numpy
from tt_tensor.typing import Array

__all__ = ["Pictures", "Transform", "over_batch", "random_numbers", "restored"]

Pictures = TypeVar("Pictures", Tensor, Array)  # what comes as a tensor is given back as a tensor


class Transform:
    """Subclass it and write :meth:`apply`, which changes a batch.

    Attributes:
        batched: True, which tells data sets in memory that whole batches may be given.

    Example:
        >>> import numpy as np
        >>> from tt_data.transforms import Transform
        >>> class Negative(Transform):
        ...     def apply(self, batch):
        ...         return 255 - batch
        >>> Negative()(np.full((1, 2, 2), 250, np.uint8)).tolist()
        [[[5, 5], [5, 5]]]
    """

    batched: bool = True

    def __call__(self, pictures: Pictures) -> Pictures:
        """The changed pictures; what is given stays as it is.

        Args:
            pictures: (..., C, H, W), a tensor or an array: one picture or any number of them.

        Raises:
            ShapeError: fewer than three dimensions.
            DTypeError: neither uint8 nor floating point.
        """
        return over_batch(self.apply, pictures)

    def apply(self, batch: Array) -> Array:
        """The changed batch, (N, C, H, W) in and out, as a fresh array."""
        raise NotImplementedError(f"{type(self).__name__}: write apply(self, batch)")


def over_batch(apply: Callable[[Array], Array], pictures: Pictures) -> Pictures:
    """Call ``apply`` with pictures (..., C, H, W) as one batch (N, C, H, W)."""
    array = pictures.array if isinstance(pictures, Tensor) else np.asarray(pictures)
    if array.ndim < 3:
        raise ShapeError(
            f"pictures: their shape must be (..., channels, height, width), it is {array.shape}"
        )
    if array.dtype != np.uint8 and array.dtype.kind != "f":
        raise DTypeError(f"pictures: must be uint8 or floating point, they are {array.dtype}")
    outer, inner = array.shape[:-3], array.shape[-3:]
    count = int(np.prod(outer))  # not -1, which cannot be told from a batch of nothing
    result = apply(array.reshape(count, *inner))
    result = result.reshape(*outer, *result.shape[1:])
    return from_numpy(result) if isinstance(pictures, Tensor) else result


def random_numbers() -> np.random.Generator:
    """Where transforms draw from."""
    return default_generator().numpy


def restored(values: Array, dtype: np.dtype[np.generic], largest: float) -> Array:
    """Computed pixels as what they were before: between 0 and ``largest``; bytes are rounded."""
    values = np.clip(values, 0, largest)
    if dtype == np.uint8:
        values = np.rint(values)
    return values.astype(dtype, copy=False)
