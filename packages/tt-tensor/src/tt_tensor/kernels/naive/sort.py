"""Sorting, lane by lane, by Python's own sort."""

from __future__ import annotations

import numpy as np

from ...typing import Array


def sort(x: Array, dim: int, descending: bool) -> tuple[Array, Array]:
    """The elements in order and where they came from; equal ones keep their order, NaN is largest."""
    values, places = np.array(x), np.zeros(x.shape, np.int64)
    if not x.ndim:
        return values, places
    lanes, v, p = (np.moveaxis(a, dim, -1) for a in (x, values, places))
    for i in np.ndindex(lanes.shape[:-1]):
        lane = lanes[i]
        keys = [(a != a, 0 if a != a else a) for a in lane]  # NaN after all numbers
        order = sorted(range(len(lane)), key=lambda k: keys[k], reverse=descending)
        v[i], p[i] = lane[order], order
    return values, places


def topk(x: Array, k: int, dim: int, largest: bool) -> tuple[Array, Array]:
    """The first k of the sorted elements."""
    values, places = sort(x, dim, largest)
    if not x.ndim:
        return values, places
    first = (slice(None),) * dim + (slice(k),)
    return values[first].copy(), places[first].copy()
