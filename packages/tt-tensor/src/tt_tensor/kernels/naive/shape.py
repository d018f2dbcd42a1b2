"""Shapes: a view is nothing but new sizes and strides on the same memory.

A stride says how many bytes to go to reach the next element along a dimension.  None of these
kernels moves a number, but for the last three, which cannot be written as strides.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ...typing import Array


def view(x: Array, shape: tuple[int, ...]) -> Array:
    """The same elements in the same order under another shape.

    Raises:
        ValueError: the elements do not lie in memory so that strides could say it.
    """
    if math.prod(shape) == 0 or not x.flags.c_contiguous:
        return x.reshape(shape, copy=False)
    strides, step = [], x.itemsize
    for size in reversed(shape):  # in row-major order the last dimension is the densest
        strides.append(step)
        step *= size
    return as_strided(x, shape, strides[::-1])


def permute(x: Array, dims: tuple[int, ...]) -> Array:
    """The dimensions in another order, each with its own stride."""
    return as_strided(x, [x.shape[d] for d in dims], [x.strides[d] for d in dims])


def expand(x: Array, shape: tuple[int, ...]) -> Array:
    """Repeat along dimensions of size 1 (and new ones in front) by a stride of 0.

    Raises:
        ValueError: a dimension of another size would have to change.
    """
    extra = len(shape) - x.ndim
    strides = [0] * extra
    for size, old, stride in zip(shape[extra:], x.shape, x.strides, strict=True):
        if size != old and old != 1:
            raise ValueError(f"size {old} cannot be expanded to {size}")
        strides.append(0 if old == 1 and size != 1 else stride)
    return as_strided(x, shape, strides, writeable=False)


def flip(x: Array, dims: tuple[int, ...]) -> Array:
    """The elements in reverse order along some dimensions, in memory of their own."""
    out = np.empty_like(x)
    for i in np.ndindex(x.shape):
        out[tuple(x.shape[d] - 1 - k if d in dims else k for d, k in enumerate(i))] = x[i]
    return out


def roll(x: Array, shift: int, dim: int) -> Array:
    """Every element moved on along a dimension; what falls off the end comes back in front."""
    out = np.empty_like(x)
    for i in np.ndindex(x.shape):
        j = list(i)
        j[dim] = (i[dim] + shift) % x.shape[dim]
        out[tuple(j)] = x[i]
    return out


def repeat(x: Array, repeats: tuple[int, ...]) -> Array:
    """Copies of the whole tensor side by side along every dimension."""
    out = np.empty([n * r for n, r in zip(x.shape, repeats, strict=True)], x.dtype)
    for i in np.ndindex(out.shape):
        out[i] = x[tuple(k % n for k, n in zip(i, x.shape, strict=True))]
    return out
