"""Indexing by NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...typing import Array


def getitem(x: Array, index: tuple[Any, ...]) -> Array:
    """Integers, slices, None and Ellipsis: a view."""
    return np.asarray(x[index])


def index(x: Array, index: tuple[Any, ...]) -> Array:
    """Elements picked by integer or boolean arrays."""
    return np.asarray(x[index])


def index_put(x: Array, value: Array, index: tuple[Any, ...], accumulate: bool) -> Array:
    """A copy of x with ``value`` put (or added) at the picked places."""
    out = x.copy(order="C")
    if accumulate:
        np.add.at(out, index, value)
    else:
        out[index] = value
    return out


def gather(x: Array, index: Array, dim: int) -> Array:
    """out[i][j] = x[index[i][j]][j] for dim 0, and so on."""
    return np.asarray(x[_places(index, dim)])


def scatter(x: Array, index: Array, src: Array, dim: int) -> Array:
    """A copy of x with x[index[i][j]][j] = src[i][j] for dim 0, and so on."""
    out = x.copy(order="C")
    out[_places(index, dim)] = src[tuple(slice(n) for n in index.shape)]
    return out


def scatter_add(x: Array, index: Array, src: Array, dim: int) -> Array:
    """A copy of x with x[index[i][j]][j] += src[i][j] for dim 0, and so on."""
    out = x.copy(order="C")
    np.add.at(out, _places(index, dim), src[tuple(slice(n) for n in index.shape)])
    return out


def _places(index: Array, dim: int) -> tuple[Array, ...]:
    """For each dimension the coordinates to read: the index along ``dim``, elsewhere one's own."""
    own = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    own[dim] = index
    return tuple(own)


def view_scatter(x: Array, value: Array, chain: Any) -> Array:
    """A copy of x in which one view of it holds ``value``."""
    out = x.copy(order="C")
    part = out
    for primitive, params in chain:
        part = primitive.kernel(part, *params)
    part[...] = value
    return out


def tril(x: Array, diagonal: int) -> Array:
    """The elements on and below a diagonal, 0 above."""
    return np.tril(x, diagonal)


def triu(x: Array, diagonal: int) -> Array:
    """The elements on and above a diagonal, 0 below."""
    return np.triu(x, diagonal)
