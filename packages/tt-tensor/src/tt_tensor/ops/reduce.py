"""Reductions: sums, means, products and truth, over all dimensions or some.

``dim`` is one dimension, a tuple of them, or None for all; ``keepdim`` keeps reduced dimensions
with size 1, so that the result still broadcasts with the input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import DTypeLike, get_default_dtype
from ..errors import DTypeError
from ..kernels.naive import reduce as naive
from ..kernels.numpy import reduce as kernels
from ..primitive import Primitive, array_of
from .arithmetic import div_p
from .convert import cast
from .dims import count, dims_of

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "all",
    "any",
    "count_nonzero",
    "logsumexp",
    "mean",
    "prod",
    "sum",
]

_DIMS = ("dim", "keepdim")
sum_p = Primitive("sum", params=_DIMS, naive=naive.sum, numpy=kernels.sum)
prod_p = Primitive("prod", params=_DIMS, naive=naive.prod, numpy=kernels.prod)
all_p = Primitive("all", params=_DIMS, naive=naive.all, numpy=kernels.all)
any_p = Primitive("any", params=_DIMS, naive=naive.any, numpy=kernels.any)
logsumexp_p = Primitive("logsumexp", params=_DIMS, naive=naive.logsumexp, numpy=kernels.logsumexp)


def sum(
    input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: DTypeLike | None = None
) -> Tensor:
    """Σ x over ``dim``; integers and booleans add up to int64.

    Args:
        input: any shape and type.
        dim: one dimension, several, or None for all.
        keepdim: keep the reduced dimensions with size 1.
        dtype: convert to this type first.

    Raises:
        IndexError: there is no such dimension.

    Example:
        >>> import tt_tensor as tt
        >>> x = tt.tensor([[1, 2], [3, 4]])
        >>> x.sum(), x.sum(0), x.sum(1, keepdim=True)
        (tensor(10), tensor([4, 6]), tensor([[3],
                [7]]))
    """
    x = input if dtype is None else input.to(dtype)
    out: Tensor = sum_p((x,), (dims_of(dim, x.ndim), keepdim))
    return out


def mean(
    input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: DTypeLike | None = None
) -> Tensor:
    """Σ x / n over ``dim``; NaN of nothing.

    Raises:
        DTypeError: integers or booleans, whose mean is not of their type: use ``.float()``.
        IndexError: there is no such dimension.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([[1.0, 2.0], [3.0, 4.0]]).mean(1)
        tensor([1.5000, 3.5000])
    """
    x = input if dtype is None else input.to(dtype)
    if array_of(x).dtype.kind != "f":
        raise DTypeError(f"mean: the input must be floating point, not {x.dtype}; use .float()")
    dims = dims_of(dim, x.ndim)
    if array_of(x).dtype == np.float16:  # whose sum would overflow beyond 65,504
        wide: Tensor = cast(x, "float32")
        return cast(mean(wide, dims, keepdim), "float16")
    out: Tensor = div_p(sum_p((x,), (dims, keepdim)), count(x.shape, dims))
    return out


def prod(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Π x over ``dim``; integers and booleans multiply to int64.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([2, 3, 4]).prod()
        tensor(24)
    """
    out: Tensor = prod_p((input,), (dims_of(dim, input.ndim), keepdim))
    return out


def all(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether every element is true (not 0).

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([[True, False], [True, True]]).all(1)
        tensor([False,  True])
    """
    out: Tensor = all_p((input,), (dims_of(dim, input.ndim), keepdim))
    return out


def any(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether some element is true (not 0)."""
    out: Tensor = any_p((input,), (dims_of(dim, input.ndim), keepdim))
    return out


def count_nonzero(input: Tensor, dim: Any = None) -> Tensor:
    """How many elements are not 0."""
    return sum(input != 0, dim)


def logsumexp(input: Tensor, dim: Any, keepdim: bool = False) -> Tensor:
    """ln Σ exp(x) over ``dim``, without overflow.

    Example:
        >>> import tt_tensor as tt
        >>> tt.logsumexp(tt.tensor([1000.0, 1000.0]), 0)
        tensor(1000.6932)
    """
    if array_of(input).dtype.kind != "f":
        input = input.to(get_default_dtype())
    out: Tensor = logsumexp_p((input,), (dims_of(dim, input.ndim), keepdim))
    return out
