"""Records of limits and rounding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt

from ...typing import Array
from ..record import ALL_DTYPES, FLOATS, INTEGERS, ErrorSample, Record, Sample, register
from ..samples import draw, pairs, singles

Rng = np.random.Generator
DType = np.dtype[Any]


def _specials(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from singles()(rng, dtype)
    if dtype.kind == "f":
        yield Sample((np.asarray([0.0, np.inf, -np.inf, np.nan], dtype),), smooth=False)


def _halves(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from singles(params=((0,),))(rng, dtype)
    if dtype.kind == "f":
        yield from singles(params=((2,),))(rng, dtype)
        yield Sample((np.asarray([-1.5, -0.5, 0.5, 1.5, 2.5], dtype),), (0,), smooth=False)


def _limits(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from singles(params=((-1, 1), (None, 1), (-1, None)))(rng, dtype)
    yield Sample((np.asarray([-1, 0, 1], dtype),), (-1, 1), smooth=False)


def _limit_gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for limits in ((-1, 1), (None, 1), (-1, None)):
        for shape in ((4,), (3, 2), (0,)):
            yield Sample((draw(rng, dtype, shape), draw(rng, dtype, shape)), limits)


def _inside(grad: Array, x: Array, low: float | None, high: float | None) -> Array:
    lower, upper = -np.inf if low is None else low, np.inf if high is None else high
    return np.where((x >= lower) & (x <= upper), grad, 0)


def _ties(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from pairs()(rng, dtype)
    yield Sample((np.asarray([1, 2, 2], dtype), np.asarray([2, 2, 1], dtype)), smooth=False)


_NUMBERS = (*FLOATS, "float16", *INTEGERS)

register(
    Record("floor", singles(), np.floor, torch=lambda torch, x: torch.floor(x), dtypes=_NUMBERS),
    Record("ceil", singles(), np.ceil, torch=lambda torch, x: torch.ceil(x), dtypes=_NUMBERS),
    Record("trunc", singles(), np.trunc, torch=lambda torch, x: torch.trunc(x), dtypes=_NUMBERS),
    Record("frac", singles(), lambda x: x - np.trunc(x), torch=lambda torch, x: torch.frac(x)),
    Record(
        "round",
        _halves,
        lambda x, decimals: np.round(x, decimals),
        torch=lambda torch, x, n: torch.round(x, decimals=n) if x.is_floating_point() else x,
        dtypes=(*FLOATS, *INTEGERS),
    ),
    Record("isnan", _specials, np.isnan, torch=lambda torch, x: torch.isnan(x), dtypes=ALL_DTYPES),
    Record("isinf", _specials, np.isinf, torch=lambda torch, x: torch.isinf(x), dtypes=ALL_DTYPES),
    Record(
        "isfinite",
        _specials,
        np.isfinite,
        torch=lambda torch, x: torch.isfinite(x),
        dtypes=ALL_DTYPES,
    ),
    Record(
        "clamp",
        _limits,
        lambda x, low, high: np.clip(x, low, high),
        torch=lambda torch, x, low, high: torch.clamp(x, low, high),
        dtypes=(*FLOATS, "int64", "int32", "int8"),
        errors=(ErrorSample(lambda: tt.clamp(tt.ones(2)), ValueError, "at least one"),),
    ),
    Record("clamp_grad", _limit_gradients, _inside),
    Record(
        "maximum",
        _ties,
        np.maximum,
        torch=lambda torch, x, y: torch.maximum(x, y),
        dtypes=(*FLOATS, *INTEGERS),
    ),
    Record(
        "minimum",
        _ties,
        np.minimum,
        torch=lambda torch, x, y: torch.minimum(x, y),
        dtypes=(*FLOATS, *INTEGERS),
    ),
    Record(
        "fmod",
        pairs(low_2=1),
        lambda x, y: x - y * np.trunc(x / y),
        torch=lambda torch, x, y: torch.fmod(x, y),
        dtypes=(*FLOATS, *INTEGERS),
        tolerance={"float32": 4e-6},
    ),
)
