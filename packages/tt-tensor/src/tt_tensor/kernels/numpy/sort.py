"""Sorting by NumPy."""

from __future__ import annotations

import numpy as np

from ...typing import Array


def sort(x: Array, dim: int, descending: bool) -> tuple[Array, Array]:
    """The elements in order and where they came from; equal ones keep their order, NaN is largest."""
    if not x.ndim:
        return x.copy(), np.zeros((), np.int64)
    if descending:  # a stable descending order: sort the reversed lanes, then reverse
        size = x.shape[dim]
        backwards = np.argsort(np.flip(x, dim), axis=dim, kind="stable")
        places = np.flip(size - 1 - backwards, dim)
    else:
        places = np.argsort(x, axis=dim, kind="stable")
    return np.take_along_axis(x, places, dim), places


def topk(x: Array, k: int, dim: int, largest: bool) -> tuple[Array, Array]:
    """The first k of the sorted elements."""
    values, places = sort(x, dim, largest)
    if not x.ndim:
        return values, places
    first = (slice(None),) * dim + (slice(k),)
    return values[first].copy(), places[first].copy()
