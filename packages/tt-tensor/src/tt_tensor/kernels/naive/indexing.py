"""Square brackets: which elements are read or written, one at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...typing import Array


def getitem(x: Array, index: tuple[Any, ...]) -> Array:
    """Integers, slices, None and Ellipsis: a view, computed from the strides by NumPy."""
    return np.asarray(x[index])


def index(x: Array, index: tuple[Any, ...]) -> Array:
    """Elements picked by integer or boolean arrays."""
    places = _places(x.shape, index)
    out = np.empty(places.shape, x.dtype)
    flat = x.reshape(-1)
    for i in np.ndindex(places.shape):
        out[i] = flat[places[i]]
    return out


def index_put(x: Array, value: Array, index: tuple[Any, ...], accumulate: bool) -> Array:
    """A copy of x with ``value`` put (or added) at the picked places, in order."""
    places = _places(x.shape, index)
    values = np.broadcast_to(value, places.shape)
    out = x.copy(order="C")
    flat = out.reshape(-1)
    for i in np.ndindex(places.shape):
        flat[places[i]] = flat[places[i]] + values[i] if accumulate else values[i]
    return out


def _places(shape: tuple[int, ...], index: tuple[Any, ...]) -> Array:
    """The numbers, in row-major order, of the elements that an index picks."""
    return np.asarray(np.arange(int(np.prod(shape))).reshape(shape)[index])


def view_scatter(x: Array, value: Array, chain: Any) -> Array:
    """A copy of x in which one view of it holds ``value``."""
    out = x.copy(order="C")
    part = out
    for primitive, params in chain:
        part = primitive.kernel(part, *params)
    for i in np.ndindex(part.shape):
        part[i] = value[i]
    return out
