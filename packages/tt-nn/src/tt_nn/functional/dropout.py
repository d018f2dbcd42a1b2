"""Dropout: switching units off at random while training."""

from __future__ import annotations

import numpy as np

from tt_tensor import DTypeError, Generator, Tensor, default_generator, from_numpy
from tt_tensor.typing import Array

__all__ = ["check_probability", "dropout"]


def check_probability(p: float) -> None:
    """Refuse what is not a probability.

    Raises:
        ValueError: ``p`` is outside [0, 1], or NaN.
    """
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"p: a probability must lie between 0 and 1, not {p}")


def dropout(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Each element becomes 0 with probability ``p``; the others grow by 1/(1 - p) to make up for it.

    Args:
        input: floating point, any shape.
        p: the probability.
        training: outside of training the input is returned as it is.
        inplace: put the result into the input's memory.
        generator: where the choice is drawn from; the default generator if None.

    Returns:
        the input's shape and type.

    Raises:
        ValueError: ``p`` is not a probability.
        DTypeError: ``input`` is not floating point.

    Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting",
    2014.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import dropout
        >>> dropout(tt.ones(3), p=0.0), dropout(tt.ones(3), p=1.0)
        (tensor([1., 1., 1.]), tensor([0., 0., 0.]))
    """
    check_probability(p)
    if not training or p == 0.0:
        return input
    if input.array.dtype.kind != "f":
        raise DTypeError(f"dropout: input must be floating point, not {input.dtype}; use .float()")
    mask = from_numpy(_mask(input, p, generator))
    return input.mul_(mask) if inplace else input * mask


def _mask(input: Tensor, p: float, generator: Generator | None) -> Array:
    """0 where an element is switched off, 1/(1 - p) elsewhere."""
    dtype = input.array.dtype
    if p == 1.0:
        return np.zeros(input.shape, dtype)
    rng = (generator or default_generator()).numpy
    keep = rng.random(input.shape, dtype="float32") >= p
    return np.asarray(keep * dtype.type(1 / (1 - p)))
