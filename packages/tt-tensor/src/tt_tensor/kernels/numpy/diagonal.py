"""Diagonals and triangles by NumPy."""

from __future__ import annotations

import numpy as np

from ...typing import Array


def diagonal(x: Array, offset: int, dim1: int, dim2: int) -> Array:
    """The view of x[i, i + offset]."""
    view = x.diagonal(offset, dim1, dim2)
    view.flags.writeable = x.flags.writeable  # NumPy gives it out as read-only
    return view


def tril(x: Array, diagonal: int) -> Array:
    """The elements on and below a diagonal, 0 above."""
    return np.tril(x, diagonal)


def triu(x: Array, diagonal: int) -> Array:
    """The elements on and above a diagonal, 0 below."""
    return np.triu(x, diagonal)
