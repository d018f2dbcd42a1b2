"""Square brackets by NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...typing import Array

_WHOLE = slice(None)


def getitem(x: Array, index: tuple[Any, ...]) -> Array:
    """Integers, slices, None and Ellipsis: a view."""
    return np.asarray(x[index])


def index(x: Array, index: tuple[Any, ...]) -> Array:
    """Elements picked by integer or boolean arrays.

    NumPy likes to put the picked dimension first in memory.  Programs that go on with ``view`` need
    it where it belongs, and where one list picks whole slices, ``take`` is twice as fast as well.
    """
    if not x.flags.c_contiguous:
        return np.asarray(x[index])
    dim, places = 0, index[0]
    while type(places) is slice and places == _WHOLE and dim + 1 < len(index):
        dim += 1
        places = index[dim]
    if type(places) is np.ndarray and places.dtype.kind != "b" and _all_whole(index[dim + 1 :]):
        return x.take(places, dim)
    out = np.asarray(x[index])
    return out if out.flags.c_contiguous else out.copy(order="C")


def _all_whole(parts: tuple[Any, ...]) -> bool:
    return all(type(part) is slice and part == _WHOLE for part in parts)


def index_put(x: Array, value: Array, index: tuple[Any, ...], accumulate: bool) -> Array:
    """A copy of x with ``value`` put (or added) at the picked places."""
    out = x.copy(order="C")
    if not accumulate:
        out[index] = value
    elif all(type(part) is not np.ndarray or part.dtype == bool for part in index):
        out[index] += value  # a mask picks no place twice
    else:
        add_at(out, _numbers(out.shape, index), value)
    return out


def _numbers(shape: tuple[int, ...], index: tuple[Any, ...]) -> Array:
    """The numbers, in row-major order, of the elements that an index picks."""
    if len(index) > 1 or not shape:
        return np.asarray(np.arange(int(np.prod(shape))).reshape(shape)[index])
    size = int(np.prod(shape[1:]))  # rows of a table, such as an embedding's: no need to count all
    rows = np.where(index[0] < 0, index[0] + shape[0], index[0])
    numbers = np.add.outer(rows * size, np.arange(size))
    return np.asarray(numbers.reshape(*rows.shape, *shape[1:]))


def add_at(out: Array, places: Array, value: Array) -> None:
    """Add ``value`` to the elements of ``out`` that have these numbers; repeated ones add up.

    ``np.add.at`` is five times faster with one flat index than with one per dimension.
    """
    values = np.broadcast_to(value, places.shape)
    np.add.at(out.reshape(-1), places.reshape(-1), values.reshape(-1))


def view_scatter(x: Array, value: Array, chain: Any) -> Array:
    """A copy of x in which one view of it holds ``value``."""
    out = x.copy(order="C")
    part = out
    for primitive, params in chain:
        part = primitive.kernel(part, *params)
    part[...] = value
    return out
