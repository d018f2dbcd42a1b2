"""Records of + − × ÷ and powers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt

from ...typing import Array
from ..record import ALL_DTYPES, FLOATS, INTEGERS, ErrorSample, Record, Sample, register
from ..samples import draw, pairs, singles

NUMBERS = (*FLOATS, "float16", *INTEGERS)


def _exact_sum(x: Array, y: Array) -> Array:
    return x | y if x.dtype.kind == "b" else x + y


def _exact_product(x: Array, y: Array) -> Array:
    return x & y if x.dtype.kind == "b" else x * y


def _powers(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
    """Positive bases (negative ones have no fractional powers), and the exponents 0, 1, 2, 3, ½."""
    positive = draw(rng, dtype, (3, 4), 1, 3)
    yield Sample((positive, draw(rng, dtype, (4,), 0, 3)))
    yield Sample((draw(rng, dtype, (2, 0), 1, 3), draw(rng, dtype, (), 0, 3)))
    for exponent in (0, 1, 2, 3) if dtype.kind != "f" else (0, 1, 2, 3, 0.5, -1.5):
        # at the exponent 0 PyTorch, and we, call the slope in x flat, which hides its own slope
        yield Sample((positive.T, np.asarray(exponent, dtype)), smooth=exponent != 0)
    # a negative number has no slope in the exponent
    yield Sample((draw(rng, dtype, (5,), -3, 3), np.asarray(2, dtype)), smooth=False)
    yield Sample((np.asarray([0, 1, 2], dtype), np.asarray([0, 0, 2], dtype)), smooth=False)


register(
    Record(
        "add",
        pairs(),
        _exact_sum,
        torch=lambda torch, x, y: torch.add(x, y),
        dtypes=ALL_DTYPES,
        errors=(
            ErrorSample(lambda: tt.ones(2, 3) + tt.ones(2), tt.ShapeError, "dimension -1 is 3"),
            ErrorSample(lambda: tt.ones(2) + "two", tt.DTypeError, "not str"),
        ),
    ),
    Record(
        "sub",
        pairs(),
        np.subtract,
        torch=lambda torch, x, y: torch.sub(x, y),
        dtypes=NUMBERS,
        errors=(ErrorSample(lambda: tt.tensor([True]) - tt.tensor([True]), tt.DTypeError, "bool"),),
    ),
    Record(
        "mul",
        pairs(),
        _exact_product,
        torch=lambda torch, x, y: torch.mul(x, y),
        dtypes=ALL_DTYPES,
    ),
    Record(
        "div",
        pairs(low_2=0.5),
        np.divide,
        torch=lambda torch, x, y: torch.div(x, y),
        dtypes=(*FLOATS, "float16"),
        errors=(
            ErrorSample(
                lambda: tt.div(tt.ones(2), 2, rounding_mode="up"), ValueError, "'trunc' or 'floor'"
            ),
        ),
    ),
    Record(
        "floor_divide",
        pairs(low_2=1),
        np.floor_divide,
        torch=lambda torch, x, y: torch.floor_divide(x, y),
        dtypes=(*FLOATS, *INTEGERS),
        errors=(ErrorSample(lambda: tt.tensor([1]) // tt.tensor([0]), ZeroDivisionError, "zero"),),
    ),
    Record(
        "trunc_divide",
        pairs(low_2=1),
        lambda x, y: np.trunc(x / y),
        torch=lambda torch, x, y: torch.div(x, y, rounding_mode="trunc"),
        dtypes=(*FLOATS, *INTEGERS),
    ),
    Record(
        "remainder",
        pairs(low_2=1),
        lambda x, y: x - y * np.floor(x / y),
        torch=lambda torch, x, y: torch.remainder(x, y),
        dtypes=(*FLOATS, *INTEGERS),
        tolerance={"float32": 4e-6},
    ),
    Record(
        "pow",
        _powers,
        np.power,
        torch=lambda torch, x, y: torch.pow(x, y),
        dtypes=(*FLOATS, *INTEGERS),
        errors=(ErrorSample(lambda: tt.tensor([2]) ** -1, ValueError, "negative integer powers"),),
    ),
    Record(
        "neg",
        singles(),
        np.negative,
        torch=lambda torch, x: torch.neg(x),
        dtypes=NUMBERS,
        errors=(ErrorSample(lambda: -tt.tensor([True]), tt.DTypeError, "bool"),),
    ),
)
