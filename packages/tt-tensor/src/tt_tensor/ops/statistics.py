"""Spread and length: variance, standard deviation and norms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DTypeError
from ..kernels.naive import reduce as naive
from ..kernels.numpy import reduce as kernels
from ..primitive import Primitive
from . import elementwise
from .arithmetic import div_p
from .convert import cast
from .dims import count, dims_of
from .extremes import amax, amin
from .reduce import mean, sum, sum_p

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["norm", "std", "var", "var_mean"]

norm_p = Primitive("norm", params=("p", "dim", "keepdim"), naive=naive.norm, numpy=kernels.norm)


def var(
    input: Tensor,
    dim: Any = None,
    *,
    correction: float = 1,
    unbiased: bool | None = None,
    keepdim: bool = False,
) -> Tensor:
    """Σ (x - mean)² / (n - correction) over ``dim``.

    Args:
        input: floating point.
        dim: one dimension, several, or None for all.
        correction: 1 for an unbiased estimate from a sample, 0 for the variance of exactly these.
        unbiased: the older way to say correction=1 (True) or 0 (False).
        keepdim: keep the reduced dimensions with size 1.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([1.0, 2.0, 3.0]).var()
        tensor(1.)
    """
    return var_mean(input, dim, correction=correction, unbiased=unbiased, keepdim=keepdim)[0]


def std(
    input: Tensor,
    dim: Any = None,
    *,
    correction: float = 1,
    unbiased: bool | None = None,
    keepdim: bool = False,
) -> Tensor:
    """The square root of :func:`var`; its gradient is 0 where all elements are equal.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([1.0, 2.0, 3.0]).std()
        tensor(1.)
    """
    if unbiased is not None:
        correction = int(unbiased)
    dims = dims_of(dim, input.ndim)
    length = norm(input - mean(input, dims, keepdim=True), 2, dims, keepdim)
    return div_p(length, _freedom(input, dims, correction) ** 0.5)


def var_mean(
    input: Tensor,
    dim: Any = None,
    *,
    correction: float = 1,
    unbiased: bool | None = None,
    keepdim: bool = False,
) -> tuple[Tensor, Tensor]:
    """:func:`var` and :func:`mean` in one pass over the data."""
    if unbiased is not None:
        correction = int(unbiased)
    dims = dims_of(dim, input.ndim)
    if input.dtype.numpy == np.float16:  # whose squares would overflow beyond 255²
        wide: Tensor = cast(input, "float32")
        both = var_mean(wide, dims, correction=correction, keepdim=keepdim)
        return cast(both[0], "float16"), cast(both[1], "float16")
    middle = mean(input, dims, keepdim=True)
    distance = input - middle
    squares: Tensor = sum_p((distance * distance,), (dims, keepdim))
    center: Tensor = middle if keepdim else middle.reshape(squares.shape)
    return div_p(squares, _freedom(input, dims, correction)), center


def norm(input: Tensor, p: float = 2.0, dim: Any = None, keepdim: bool = False) -> Tensor:
    """(Σ |x|ᵖ)^(1/p) over ``dim``: the length of a vector.

    Args:
        input: floating point.
        p: 2 for the Euclidean norm, 1 for the sum of sizes, infinity for the largest size, 0 for
            the number of elements that are not 0.
        dim: one dimension, several, or None for all.
        keepdim: keep the reduced dimensions with size 1.

    The gradient at the zero vector is 0, one of the slopes that touch there.

    Raises:
        DTypeError: integers or booleans.
        IndexError: there is no such dimension.

    Example:
        >>> import tt_tensor as tt
        >>> tt.norm(tt.tensor([3.0, 4.0])), tt.norm(tt.tensor([3.0, -4.0]), p=float("inf"))
        (tensor(5.), tensor(4.))
    """
    if not input.dtype.is_floating_point:
        raise DTypeError(f"norm: the input must be floating point, not {input.dtype}; use .float()")
    if p == np.inf:
        return amax(elementwise.abs(input), dim, keepdim)
    if p == -np.inf:
        return amin(elementwise.abs(input), dim, keepdim)
    if p == 1:
        return sum(elementwise.abs(input), dim, keepdim)
    if p == 0:
        return sum((input != 0).to(input.dtype), dim, keepdim)
    if input.dtype.numpy == np.float16:
        wide: Tensor = cast(input, "float32")
        return cast(norm(wide, p, dim, keepdim), "float16")
    out: Tensor = norm_p((input,), (float(p), dims_of(dim, input.ndim), keepdim))
    return out


def _freedom(input: Tensor, dims: tuple[int, ...], correction: float) -> float:
    """By how much a sum of squares is divided; 0 if there are too few elements, as in PyTorch."""
    freedom = count(input.shape, dims) - correction
    return freedom if freedom > 0 else 0.0
