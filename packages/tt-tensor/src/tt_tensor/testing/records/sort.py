"""Records of sorting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt

from ...typing import Array
from ..record import FLOATS, INTEGERS, ErrorSample, Record, Sample, register

Rng = np.random.Generator
DType = np.dtype[Any]


def _lanes(rng: Rng, dtype: DType) -> Iterator[Array]:
    for shape in ((5,), (3, 4), (2, 3, 3)):
        x = rng.permutation(int(np.prod(shape))).reshape(shape)  # no ties: all derivatives exist
        yield (x / 4).astype(dtype) if dtype.kind == "f" else x.astype(dtype)


def _sorts(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for x in _lanes(rng, dtype):
        for dim in range(x.ndim):
            for descending in (False, True):
                yield Sample((x,), (dim, descending))
    yield Sample((np.asarray([2, 1, 2, 1, 0], dtype),), (0, True), smooth=False)
    yield Sample((np.asarray([2, 1, 2, 1, 0], dtype),), (0, False), smooth=False)
    if dtype.kind == "f":
        yield Sample((np.asarray([1, np.nan, 0], dtype),), (0, False), smooth=False)


def _tops(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for x in _lanes(rng, dtype):
        for largest in (False, True):
            yield Sample((x,), (2, x.ndim - 1, largest))


def _sorted(x: Array, dim: int, descending: bool) -> tuple[Array, Array]:
    key = -x if descending and x.dtype.kind == "f" else -x.astype(np.int64) if descending else x
    places = np.argsort(key, axis=dim, kind="stable")
    return np.take_along_axis(x, places, dim), places


def _top(x: Array, k: int, dim: int, largest: bool) -> tuple[Array, Array]:
    values, places = _sorted(x, dim, largest)
    first = (..., slice(k))
    return values[first], places[first]


register(
    Record(
        "sort",
        _sorts,
        _sorted,
        torch=lambda torch, x, dim, descending: torch.sort(
            x, dim=dim, descending=descending, stable=True
        ),
        dtypes=(*FLOATS, *INTEGERS),
    ),
    Record(
        "topk",
        _tops,
        _top,
        torch=lambda torch, x, k, dim, largest: torch.topk(x, k, dim, largest),
        dtypes=(*FLOATS, *INTEGERS),
        errors=(ErrorSample(lambda: tt.topk(tt.ones(3), 4), ValueError, "4 elements"),),
    ),
)
