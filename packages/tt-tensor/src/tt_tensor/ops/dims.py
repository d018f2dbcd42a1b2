"""Arguments called ``dim``: negative numbers count from the end."""

from __future__ import annotations

from typing import Any

__all__ = ["count", "dims_of", "one_dim"]


def one_dim(dim: int, ndim: int) -> int:
    """``dim`` as a number from 0 to ndim - 1; a scalar counts as having one dimension.

    Raises:
        IndexError: there is no such dimension.
        TypeError: not an integer.
    """
    room = max(ndim, 1)
    try:
        value = dim.__index__()
    except AttributeError:
        raise TypeError(f"dim: expected an integer, not {type(dim).__name__}") from None
    if not -room <= value < room:
        raise IndexError(
            f"dim: {value} is out of range; a tensor of {ndim} dimensions has "
            f"dimensions {-room} to {room - 1}"
        )
    return value % room


def dims_of(dim: Any, ndim: int) -> tuple[int, ...]:
    """``dim`` as a tuple: None or () means all dimensions.

    Raises:
        IndexError: there is no such dimension.
        RuntimeError: one comes twice.
    """
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        return tuple(range(ndim))
    wanted = dim if isinstance(dim, (tuple, list)) else (dim,)
    dims = tuple(sorted([one_dim(d, ndim) for d in wanted]))
    if len(set(dims)) != len(dims):
        raise RuntimeError(f"dim: a dimension comes twice in {tuple(wanted)}")
    return dims if ndim else ()


def count(shape: tuple[int, ...], dims: tuple[int, ...]) -> float:
    """How many elements are reduced to one."""
    n = 1
    for d in dims:
        n *= shape[d]
    return float(n)
