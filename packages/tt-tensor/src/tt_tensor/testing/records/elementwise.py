"""Records of functions of one number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...typing import Array
from ..record import FLOATS, INTEGERS, Record, Sample, register
from ..samples import singles

Rng = np.random.Generator
DType = np.dtype[Any]


def _erf(x: Array) -> Array:
    """By Simpson's rule on the integral, which has nothing in common with a rational function."""
    t = np.linspace(0, 1, 4001).reshape((-1,) + (1,) * x.ndim) * x
    y = np.exp(-t * t)
    weights = np.ones(4001)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    total = np.tensordot(weights, y, 1) / 3 / 4000
    return np.where(np.abs(x) > 6, np.sign(x), 2 / np.sqrt(np.pi) * total * x)


def _extremes(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from singles()(rng, dtype)
    yield Sample((np.asarray([-1e4, -50, -1e-8, 0, 1e-8, 50, 1e4], dtype),), smooth=False)
    yield Sample((np.asarray([np.inf, -np.inf, np.nan], dtype),), smooth=False)


register(
    Record(
        "abs",
        singles(-3, 3),
        np.abs,
        torch=lambda torch, x: torch.abs(x),
        dtypes=(*FLOATS, "float16", *INTEGERS),
    ),
    Record(
        "sign",
        singles(-3, 3),
        np.sign,
        torch=lambda torch, x: torch.sign(x),
        dtypes=(*FLOATS, "float16", *INTEGERS),
    ),
    Record("exp", _extremes, np.exp, torch=lambda torch, x: torch.exp(x), dtypes=FLOATS),
    Record("exp2", _extremes, np.exp2, torch=lambda torch, x: torch.exp2(x), dtypes=FLOATS),
    Record("expm1", _extremes, np.expm1, torch=lambda torch, x: torch.expm1(x), dtypes=FLOATS),
    Record("log", singles(0.1, 4), np.log, torch=lambda torch, x: torch.log(x), dtypes=FLOATS),
    Record(
        "log1p", singles(-0.9, 4), np.log1p, torch=lambda torch, x: torch.log1p(x), dtypes=FLOATS
    ),
    Record("log2", singles(0.1, 4), np.log2, torch=lambda torch, x: torch.log2(x), dtypes=FLOATS),
    Record(
        "log10", singles(0.1, 4), np.log10, torch=lambda torch, x: torch.log10(x), dtypes=FLOATS
    ),
    Record("sqrt", singles(0.1, 4), np.sqrt, torch=lambda torch, x: torch.sqrt(x), dtypes=FLOATS),
    Record(
        "rsqrt",
        singles(0.1, 4),
        lambda x: x**-0.5,
        torch=lambda torch, x: torch.rsqrt(x),
        dtypes=FLOATS,
    ),
    Record(
        "reciprocal",
        singles(0.2, 4),
        lambda x: 1 / x,
        torch=lambda torch, x: torch.reciprocal(x),
        dtypes=FLOATS,
    ),
    Record(
        "square",
        singles(-3, 3),
        lambda x: x * x,
        torch=lambda torch, x: torch.square(x),
        dtypes=(*FLOATS, "float16", *INTEGERS),
    ),
    Record(
        "erf",
        _extremes,
        _erf,
        torch=lambda torch, x: torch.erf(x),
        dtypes=FLOATS,
        tolerance={"float64": 1e-11},
    ),
)
