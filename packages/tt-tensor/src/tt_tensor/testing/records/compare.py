"""Records of comparisons, logic, bits and choices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt

from ..record import ALL_DTYPES, INTEGERS, ErrorSample, Record, Sample, register
from ..samples import draw, pairs, singles

Rng = np.random.Generator
DType = np.dtype[Any]


def _ties(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from pairs(-2, 2)(rng, dtype)
    yield Sample((np.asarray([1, 2, 0], dtype), np.asarray([1, 0, 2], dtype)))


def _shifts(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from pairs(0, 6, low_2=0, high_2=3)(rng, dtype)


def _choices(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for c, x, y in (
        ((3,), (3,), (3,)),
        ((3, 1), (4,), ()),
        ((), (2, 2), (2, 1)),
        ((0, 2), (2,), (1, 2)),
    ):
        condition = np.asarray(rng.random(c) < 0.5)
        yield Sample((condition, draw(rng, dtype, x), draw(rng, dtype, y)))


_BITS = (*INTEGERS, "bool")
_COMPARISONS = {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater,
    "ge": np.greater_equal, "logical_and": np.logical_and, "logical_or": np.logical_or,
    "logical_xor": np.logical_xor,
}  # fmt: skip


def _comparison(name: str, reference: Any) -> Record:
    return Record(
        name,
        _ties,
        reference,
        torch=lambda torch, x, y: getattr(torch, name)(x, y),
        dtypes=ALL_DTYPES,
    )


register(
    *[_comparison(name, reference) for name, reference in _COMPARISONS.items()],
    Record(
        "logical_not",
        singles(-1, 1),
        np.logical_not,
        torch=lambda torch, x: torch.logical_not(x),
        dtypes=ALL_DTYPES,
    ),
    Record(
        "bitwise_and",
        pairs(),
        np.bitwise_and,
        torch=lambda torch, x, y: torch.bitwise_and(x, y),
        dtypes=_BITS,
        errors=(ErrorSample(lambda: tt.ones(2) & tt.ones(2), tt.DTypeError, "bitwise_and"),),
    ),
    Record(
        "bitwise_or",
        pairs(),
        np.bitwise_or,
        torch=lambda torch, x, y: torch.bitwise_or(x, y),
        dtypes=_BITS,
    ),
    Record(
        "bitwise_xor",
        pairs(),
        np.bitwise_xor,
        torch=lambda torch, x, y: torch.bitwise_xor(x, y),
        dtypes=_BITS,
    ),
    Record(
        "bitwise_not",
        singles(),
        np.invert,
        torch=lambda torch, x: torch.bitwise_not(x),
        dtypes=_BITS,
    ),
    Record(
        "shift_left",
        _shifts,
        np.left_shift,
        torch=lambda torch, x, y: torch.bitwise_left_shift(x, y),
        dtypes=INTEGERS,
    ),
    Record(
        "shift_right",
        _shifts,
        np.right_shift,
        torch=lambda torch, x, y: torch.bitwise_right_shift(x, y),
        dtypes=INTEGERS,
    ),
    Record(
        "where",
        _choices,
        np.where,
        torch=lambda torch, c, x, y: torch.where(c, x, y),
        dtypes=ALL_DTYPES,
        errors=(
            ErrorSample(lambda: tt.where(tt.ones(2), 1, 2), tt.DTypeError, "must be boolean"),
            ErrorSample(
                lambda: tt.where(tt.ones(2) > 0, tt.ones(3), 0.0), tt.ShapeError, "do not broadcast"
            ),
        ),
    ),
)
