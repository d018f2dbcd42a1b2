"""Reading and writing along one dimension at listed places, one element at a time."""

from __future__ import annotations

import numpy as np

from ...typing import Array


def gather(x: Array, index: Array, dim: int) -> Array:
    """out[i][j] = x[index[i][j]][j] for dim 0, and so on."""
    out = np.empty(index.shape, x.dtype)
    for i in np.ndindex(index.shape):
        out[i] = x[(*i[:dim], index[i], *i[dim + 1 :])]
    return out


def scatter(x: Array, index: Array, src: Array, dim: int) -> Array:
    """A copy of x with x[index[i][j]][j] = src[i][j] for dim 0, and so on."""
    out = x.copy(order="C")
    for i in np.ndindex(index.shape):
        out[(*i[:dim], index[i], *i[dim + 1 :])] = src[i]
    return out


def scatter_add(x: Array, index: Array, src: Array, dim: int) -> Array:
    """A copy of x with x[index[i][j]][j] += src[i][j] for dim 0, and so on."""
    out = x.copy(order="C")
    for i in np.ndindex(index.shape):
        place = (*i[:dim], index[i], *i[dim + 1 :])
        out[place] = out[place] + src[i]
    return out
