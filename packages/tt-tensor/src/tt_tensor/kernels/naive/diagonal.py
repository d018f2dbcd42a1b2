"""Diagonals and triangles: a stride, and a comparison of row and column."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ...typing import Array


def diagonal(x: Array, offset: int, dim1: int, dim2: int) -> Array:
    """The view of x[i, i + offset]: one step goes a row down and a column to the right."""
    down, right = max(-offset, 0), max(offset, 0)
    length = max(min(x.shape[dim1] - down, x.shape[dim2] - right), 0)
    start = [slice(None)] * x.ndim
    if length:
        start[dim1], start[dim2] = slice(down, None), slice(right, None)
    kept = [d for d in range(x.ndim) if d not in (dim1, dim2)]
    return as_strided(
        x[tuple(start)],
        (*[x.shape[d] for d in kept], length),
        (*[x.strides[d] for d in kept], x.strides[dim1] + x.strides[dim2]),
        writeable=x.flags.writeable,
    )


def tril(x: Array, diagonal: int) -> Array:
    """The elements on and below a diagonal, 0 above."""
    out = np.zeros(x.shape, x.dtype)
    for i in np.ndindex(x.shape):
        if i[-1] <= i[-2] + diagonal:
            out[i] = x[i]
    return out


def triu(x: Array, diagonal: int) -> Array:
    """The elements on and above a diagonal, 0 below."""
    out = np.zeros(x.shape, x.dtype)
    for i in np.ndindex(x.shape):
        if i[-1] >= i[-2] + diagonal:
            out[i] = x[i]
    return out
