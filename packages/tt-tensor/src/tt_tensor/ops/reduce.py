"""Reductions: sums, means, extremes and the like, over all dimensions or some.

``dim`` is one dimension, a tuple of them, or None for all; ``keepdim`` keeps reduced dimensions
with size 1, so that the result still broadcasts with the input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..dtypes import DTypeLike
from ..errors import DTypeError
from ..kernels.naive import reduce as naive
from ..kernels.numpy import reduce as kernels
from ..primitive import Primitive, array_of
from . import elementwise, indexing, rounding
from .arithmetic import div_p
from .convert import cast
from .dims import dims_of, one_dim

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "ValuesAndIndices",
    "all",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "count_nonzero",
    "cumprod",
    "cumsum",
    "logsumexp",
    "max",
    "mean",
    "min",
    "norm",
    "prod",
    "std",
    "sum",
    "var",
    "var_mean",
]

_DIMS = ("dim", "keepdim")
sum_p = Primitive("sum", params=_DIMS, naive=naive.sum, numpy=kernels.sum)
prod_p = Primitive("prod", params=_DIMS, naive=naive.prod, numpy=kernels.prod)
amax_p = Primitive("amax", params=_DIMS, naive=naive.amax, numpy=kernels.amax)
amin_p = Primitive("amin", params=_DIMS, naive=naive.amin, numpy=kernels.amin)
argmax_p = Primitive("argmax", params=_DIMS, naive=naive.argmax, numpy=kernels.argmax)
argmin_p = Primitive("argmin", params=_DIMS, naive=naive.argmin, numpy=kernels.argmin)
all_p = Primitive("all", params=_DIMS, naive=naive.all, numpy=kernels.all)
any_p = Primitive("any", params=_DIMS, naive=naive.any, numpy=kernels.any)
logsumexp_p = Primitive("logsumexp", params=_DIMS, naive=naive.logsumexp, numpy=kernels.logsumexp)
cumsum_p = Primitive("cumsum", params=("dim",), naive=naive.cumsum, numpy=kernels.cumsum)
cumprod_p = Primitive("cumprod", params=("dim",), naive=naive.cumprod, numpy=kernels.cumprod)


class ValuesAndIndices(NamedTuple):
    """What :func:`max`, :func:`min`, :func:`sort` and :func:`topk` find, and where.

    Attributes:
        values: the elements.
        indices: their places along the dimension, int64.
    """

    values: Tensor
    indices: Tensor


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
    out: Tensor = div_p(sum_p((x,), (dims, keepdim)), _count(x.shape, dims))
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


def amax(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The largest element over ``dim``; its gradient is shared evenly by equal ones.

    Raises:
        ValueError: there is no element.

    Example:
        >>> import tt_tensor as tt
        >>> tt.amax(tt.tensor([[1, 5], [3, 2]]), 1)
        tensor([5, 3])
    """
    return _extreme(amax_p, "amax", input, dim, keepdim)


def amin(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The smallest element over ``dim``; its gradient is shared evenly by equal ones.

    Raises:
        ValueError: there is no element.
    """
    return _extreme(amin_p, "amin", input, dim, keepdim)


def max(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The largest element; along one dimension also where it is; of two tensors the larger.

    Args:
        input: any shape and type.
        dim: None for the largest of all; a dimension; or a tensor to compare with.
        keepdim: keep the reduced dimension with size 1.

    Returns:
        a tensor; with a dimension :class:`ValuesAndIndices`.

    Example:
        >>> import tt_tensor as tt
        >>> x = tt.tensor([[1.0, 5.0], [3.0, 2.0]])
        >>> x.max()
        tensor(5.)
        >>> x.max(1).indices
        tensor([1, 0])
    """
    if dim is None:
        return amax(input)
    if hasattr(dim, "node"):
        return rounding.maximum(input, dim)
    return _with_indices(argmax(input, dim, keepdim=True), input, dim, keepdim)


def min(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The smallest element; otherwise as :func:`max`.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([[1.0, 5.0], [3.0, 2.0]]).min(0).values
        tensor([1., 2.])
    """
    if dim is None:
        return amin(input)
    if hasattr(dim, "node"):
        return rounding.minimum(input, dim)
    return _with_indices(argmin(input, dim, keepdim=True), input, dim, keepdim)


def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the largest element is: along ``dim``, or in the flattened tensor.

    Raises:
        ValueError: there is no element.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([[1, 5], [3, 2]]).argmax(0), tt.tensor([[1, 5], [3, 2]]).argmax()
        (tensor([1, 0]), tensor(1))
    """
    return _place(argmax_p, "argmax", input, dim, keepdim)


def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the smallest element is; otherwise as :func:`argmax`."""
    return _place(argmin_p, "argmin", input, dim, keepdim)


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
    """The square root of :func:`var`."""
    return elementwise.sqrt(
        var(input, dim, correction=correction, unbiased=unbiased, keepdim=keepdim)
    )


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
    middle = mean(input, dims, keepdim=True)
    distance = input - middle
    squares: Tensor = sum_p((distance * distance,), (dims, keepdim))
    freedom = _count(input.shape, dims) - correction
    center: Tensor = middle if keepdim else middle.reshape(squares.shape)
    return div_p(squares, float(np.maximum(freedom, 0))), center


def logsumexp(input: Tensor, dim: Any, keepdim: bool = False) -> Tensor:
    """ln Σ exp(x) over ``dim``, without overflow.

    Example:
        >>> import tt_tensor as tt
        >>> tt.logsumexp(tt.tensor([1000.0, 1000.0]), 0)
        tensor(1000.6932)
    """
    out: Tensor = logsumexp_p((input,), (dims_of(dim, input.ndim), keepdim))
    return out


def norm(input: Tensor, p: float = 2.0, dim: Any = None, keepdim: bool = False) -> Tensor:
    """(Σ |x|ᵖ)^(1/p) over ``dim``: the length of a vector.

    Args:
        input: floating point.
        p: 2 for the Euclidean norm, 1 for the sum of sizes, infinity for the largest size, 0 for
            the number of elements that are not 0.
        dim: one dimension, several, or None for all.
        keepdim: keep the reduced dimensions with size 1.

    Example:
        >>> import tt_tensor as tt
        >>> tt.norm(tt.tensor([3.0, 4.0])), tt.norm(tt.tensor([3.0, -4.0]), p=float("inf"))
        (tensor(5.), tensor(4.))
    """
    if p == 2:
        return elementwise.sqrt(sum(input * input, dim, keepdim))
    size = elementwise.abs(input)
    if p == np.inf:
        return amax(size, dim, keepdim)
    if p == -np.inf:
        return amin(size, dim, keepdim)
    if p == 1:
        return sum(size, dim, keepdim)
    if p == 0:
        return sum((input != 0).to(input.dtype), dim, keepdim)
    return sum(size**p, dim, keepdim) ** (1 / p)


def cumsum(input: Tensor, dim: int) -> Tensor:
    """x₁, x₁ + x₂, ... along ``dim``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.cumsum(tt.tensor([1, 2, 3]), 0)
        tensor([1, 3, 6])
    """
    out: Tensor = cumsum_p((input,), (one_dim(dim, input.ndim),))
    return out


def cumprod(input: Tensor, dim: int) -> Tensor:
    """x₁, x₁ · x₂, ... along ``dim``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.cumprod(tt.tensor([1, 2, 3]), 0)
        tensor([1, 2, 6])
    """
    out: Tensor = cumprod_p((input,), (one_dim(dim, input.ndim),))
    return out


def _count(shape: tuple[int, ...], dims: tuple[int, ...]) -> float:
    """How many elements are reduced to one."""
    n = 1
    for d in dims:
        n *= shape[d]
    return float(n)


def _extreme(primitive: Primitive, name: str, input: Tensor, dim: Any, keepdim: bool) -> Tensor:
    dims = dims_of(dim, input.ndim)
    if _count(input.shape, dims) == 0:
        raise ValueError(
            f"{name}: there is no element to choose in a tensor of shape {input.shape}"
        )
    out: Tensor = primitive((input,), (dims, keepdim))
    return out


def _place(primitive: Primitive, name: str, input: Tensor, dim: Any, keepdim: bool) -> Tensor:
    if dim is None:
        flat = input.reshape(-1)
        out = _place(primitive, name, flat, 0, False)
        return out.reshape((1,) * input.ndim) if keepdim else out
    d = one_dim(dim, input.ndim)
    if input.ndim and input.shape[d] == 0:
        raise ValueError(
            f"{name}: there is no element to choose in a tensor of shape {input.shape}"
        )
    found: Tensor = primitive((input,), (d, keepdim))
    return found


def _with_indices(places: Tensor, input: Tensor, dim: int, keepdim: bool) -> ValuesAndIndices:
    """The elements at ``places`` along ``dim``, through ``gather``, which knows the gradient."""
    if input.ndim == 0:
        return ValuesAndIndices(input.clone(), places)
    values = indexing.gather(input, dim, places)
    if not keepdim:
        values, places = values.squeeze(dim), places.squeeze(dim)
    return ValuesAndIndices(values, places)
