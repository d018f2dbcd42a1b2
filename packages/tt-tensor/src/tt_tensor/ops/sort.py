"""Order: sorting, the largest few, distinct elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DTypeError, ShapeError
from ..kernels.naive import sort as naive
from ..kernels.numpy import sort as kernels
from ..primitive import Primitive, wrap
from .dims import one_dim
from .extremes import ValuesAndIndices

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["argsort", "bincount", "sort", "topk", "unique"]

sort_p = Primitive("sort", params=("dim", "descending"), naive=naive.sort, numpy=kernels.sort)
topk_p = Primitive("topk", params=("k", "dim", "largest"), naive=naive.topk, numpy=kernels.topk)


def sort(
    input: Tensor, dim: int = -1, descending: bool = False, stable: bool = True
) -> ValuesAndIndices:
    """The elements along ``dim`` in order, and where each came from.

    NaN counts as the largest number. Equal elements keep their order, whatever ``stable`` says.

    Example:
        >>> import tt_tensor as tt
        >>> tt.sort(tt.tensor([3, 1, 2]), descending=True).indices
        tensor([0, 2, 1])
    """
    values, indices = sort_p((input,), (one_dim(dim, input.ndim), descending))
    return ValuesAndIndices(values, indices)


def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = True) -> Tensor:
    """The indices that :func:`sort` gives."""
    return sort(input, dim, descending).indices


def topk(
    input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True
) -> ValuesAndIndices:
    """The ``k`` largest (or smallest) elements along ``dim``, in order, and where they are.

    Raises:
        ValueError: there are fewer than ``k`` elements.

    Example:
        >>> import tt_tensor as tt
        >>> tt.topk(tt.tensor([3, 1, 4, 1, 5]), 2).values
        tensor([5, 4])
    """
    d = one_dim(dim, input.ndim)
    size = input.shape[d] if input.ndim else 1
    if not 0 <= k <= size:
        raise ValueError(f"k: {k} elements were asked of dimension {d}, which has {size}")
    values, indices = topk_p((input,), (int(k), d, largest))
    return ValuesAndIndices(values, indices)


def unique(input: Tensor, *, return_inverse: bool = False, return_counts: bool = False) -> Any:
    """The distinct elements in ascending order.

    Args:
        input: any tensor.
        return_inverse: also where each element is in the result, in the input's shape.
        return_counts: also how often each comes.

    Example:
        >>> import tt_tensor as tt
        >>> tt.unique(tt.tensor([3, 1, 3]), return_counts=True)
        (tensor([1, 3]), tensor([1, 2]))
    """
    values, inverse, counts = np.unique(input.array, return_inverse=True, return_counts=True)
    out = [wrap(values)]
    if return_inverse:
        out.append(wrap(inverse.reshape(input.shape).astype(np.int64)))
    if return_counts:
        out.append(wrap(counts.astype(np.int64)))
    return out[0] if len(out) == 1 else tuple(out)


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each of 0, 1, 2 ... comes in a vector of integers, or the sum of their weights.

    Raises:
        DTypeError: not integers.
        ShapeError: not a vector.
        ValueError: a negative element.

    Example:
        >>> import tt_tensor as tt
        >>> tt.bincount(tt.tensor([1, 3, 1]))
        tensor([0, 2, 0, 1])
    """
    if input.array.dtype.kind not in "iu":
        raise DTypeError(f"input: expected integers, not {input.dtype}")
    if input.ndim != 1:
        raise ShapeError(f"input: expected a vector, not a tensor of shape {input.shape}")
    if input.array.size and input.array.min() < 0:
        raise ValueError("input: there is a negative element, which cannot be counted")
    if weights is None:
        return wrap(np.bincount(input.array, None, minlength))
    totals = np.bincount(input.array, weights.array, minlength)
    return wrap(totals.astype(np.float32) if weights.dtype.numpy == np.float32 else totals)
