"""Reading and writing along one dimension at listed places, by NumPy."""

from __future__ import annotations

import numpy as np

from ...typing import Array
from .indexing import add_at


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
    if index.size:
        numbers = np.ravel_multi_index(np.broadcast_arrays(*_places(index, dim)), x.shape)
        add_at(out, np.asarray(numbers), src[tuple(slice(n) for n in index.shape)])
    return out


def _places(index: Array, dim: int) -> tuple[Array, ...]:
    """For each dimension the coordinates to read: the index along ``dim``, elsewhere one's own."""
    own = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    own[dim] = index
    return tuple(own)
