"""Shapes by NumPy's views."""

from __future__ import annotations

import numpy as np

from ...typing import Array


def view(x: Array, shape: tuple[int, ...]) -> Array:
    """The same elements in the same order under another shape, never copied."""
    return x.reshape(shape, copy=False)


def permute(x: Array, dims: tuple[int, ...]) -> Array:
    """The dimensions in another order."""
    return x.transpose(dims)


def expand(x: Array, shape: tuple[int, ...]) -> Array:
    """Repeat along dimensions of size 1 by a stride of 0."""
    return np.broadcast_to(x, shape)


def flip(x: Array, dims: tuple[int, ...]) -> Array:
    """The elements in reverse order along some dimensions, in memory of their own."""
    return np.flip(x, dims).copy()


def roll(x: Array, shift: int, dim: int) -> Array:
    """Every element moved on along a dimension, cyclically."""
    return np.roll(x, shift, dim)


def repeat(x: Array, repeats: tuple[int, ...]) -> Array:
    """Copies of the whole tensor side by side."""
    return np.tile(x, repeats)
