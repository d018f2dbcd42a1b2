"""Records of copies and conversions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt

from ..record import ALL_DTYPES, ErrorSample, Record, Sample, register
from ..samples import draw, singles

TARGETS = tuple((np.dtype(name),) for name in ("float64", "float32", "int64", "bool"))


def _casts(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
    """To a narrower type, a difference quotient would only measure the rounding."""
    for s in singles(0, 3, TARGETS)(rng, dtype):
        yield Sample(s.inputs, s.params, smooth=s.params[0] == np.float64)


def _overwrites(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
    for shape, value in (((3, 4), (4,)), ((2, 3), ()), ((5,), (5,)), ((0, 2), (1, 2))):
        yield Sample((draw(rng, dtype, shape), draw(rng, dtype, value)))


register(
    Record("clone", singles(), np.copy, torch=lambda torch, x: torch.clone(x), dtypes=ALL_DTYPES),
    Record("contiguous", singles(), np.copy, dtypes=ALL_DTYPES),
    Record(
        "cast",
        _casts,
        lambda x, dtype: x.astype(dtype),
        torch=lambda torch, x, dtype: x.to(getattr(torch, dtype.name)),
        dtypes=ALL_DTYPES,
        errors=(ErrorSample(lambda: tt.ones(2).to("complex64"), tt.DTypeError, "complex64"),),
    ),
    Record(
        "overwrite",
        _overwrites,
        lambda x, value: np.broadcast_to(value, x.shape),
        dtypes=ALL_DTYPES,
        errors=(
            ErrorSample(lambda: tt.ones(2).copy_(tt.ones(3)), tt.ShapeError, "does not broadcast"),
        ),
    ),
)
