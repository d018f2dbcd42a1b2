"""Dropout: switching units off at random while training."""

from __future__ import annotations

import numpy as np

from tt_tensor import DTypeError, Generator, ShapeError, Tensor, default_generator, from_numpy
from tt_tensor.typing import Array

__all__ = ["check_probability", "dropout", "dropout1d", "dropout2d"]


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
    return _dropped(input, p, training, inplace, generator, dims=None)


def dropout1d(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Dropout of whole channels: of a sample's channel all values become 0 together, or none.

    Neighbouring values of a channel resemble each other, so that single ones would hardly be missed.

    Args:
        input: (N, C, L) or (C, L), floating point.
        p: the probability that a channel becomes 0; the others grow by 1/(1 - p).
        training: outside of training the input is returned as it is.
        inplace: put the result into the input's memory.
        generator: where the choice is drawn from; the default generator if None.

    Returns:
        the input's shape and type.

    Raises:
        ValueError: ``p`` is not a probability.
        ShapeError: the input has other dimensions.
        DTypeError: ``input`` is not floating point.

    Source: Tompson et al., "Efficient object localization using convolutional networks", 2015.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import dropout1d
        >>> out = dropout1d(tt.ones(8, 3, 5))
        >>> (out.amax(2) == out.amin(2)).all()
        tensor(True)
    """
    if input.ndim not in (2, 3):
        raise ShapeError(
            f"dropout1d: input must be (N, C, L) or (C, L), but its shape is {input.shape}"
        )
    return _dropped(input, p, training, inplace, generator, dims=input.ndim - 1)


def dropout2d(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Dropout of whole channels of images; see :func:`dropout1d`.

    Args:
        input: (N, C, H, W), floating point; (N, C, L) is taken as well.
        p: the probability that a channel becomes 0; the others grow by 1/(1 - p).
        training: outside of training the input is returned as it is.
        inplace: put the result into the input's memory.
        generator: where the choice is drawn from; the default generator if None.

    Returns:
        the input's shape and type.

    Raises:
        ValueError: ``p`` is not a probability.
        ShapeError: the input has other dimensions.
        DTypeError: ``input`` is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import dropout2d
        >>> out = dropout2d(tt.ones(8, 3, 5, 5))
        >>> (out.amax((2, 3)) == out.amin((2, 3))).all()
        tensor(True)
    """
    if input.ndim not in (3, 4):
        raise ShapeError(f"dropout2d: input must be (N, C, H, W), but its shape is {input.shape}")
    return _dropped(input, p, training, inplace, generator, dims=2)


def _dropped(
    input: Tensor,
    p: float,
    training: bool,
    inplace: bool,
    generator: Generator | None,
    dims: int | None,
) -> Tensor:
    """Dropout with a choice of its own for each index of the first ``dims`` dimensions (None: all)."""
    check_probability(p)
    if not training or p == 0.0:
        return input
    if input.array.dtype.kind != "f":
        raise DTypeError(f"dropout: input must be floating point, not {input.dtype}; use .float()")
    mask = from_numpy(_mask(input.array, dims, p, generator))
    return input.mul_(mask) if inplace else input * mask


def _mask(x: Array, dims: int | None, p: float, generator: Generator | None) -> Array:
    """0 where something is switched off, 1/(1 - p) elsewhere; in the memory order of ``x``."""
    shape = x.shape if dims is None else x.shape[:dims] + (1,) * (x.ndim - dims)
    out = np.zeros_like(x) if dims is None else np.zeros(shape, x.dtype)
    if p < 1.0:
        rng = (generator or default_generator()).numpy
        np.multiply(rng.random(shape, dtype="float32") >= p, x.dtype.type(1 / (1 - p)), out=out)
    return out
