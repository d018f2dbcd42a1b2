"""The record of the linear layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...functional import linear

__all__ = ["RECORDS"]


def _layers(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
    for shape, bias in (
        ((3,), True),
        ((4, 3), True),
        ((4, 3), False),
        ((2, 4, 3), True),
        ((2, 4, 3), False),
        ((0, 3), True),
    ):
        b = draw(rng, dtype, (2,)) if bias else None
        yield Sample((draw(rng, dtype, shape), draw(rng, dtype, (2, 3)), b))
    yield Sample(
        (draw(rng, dtype, (3, 4)).T, draw(rng, dtype, (3, 2)).T, draw(rng, dtype, (4,))[::2])
    )


def _linear(x: Array, weight: Array, bias: Array | None) -> Array:
    out = np.einsum("...i,oi->...o", x, weight)
    return np.asarray(out if bias is None else out + bias)


RECORDS = (
    Record(
        "linear",
        _layers,
        _linear,
        torch=lambda torch, x, w, b: torch.nn.functional.linear(x, w, b),
        tolerance={"float32": 1e-5, "float64": 1e-11},
        errors=(
            ErrorSample(
                lambda: linear(tt.ones(2, 4), tt.ones(5, 3)), tt.ShapeError, "takes 3 features"
            ),
            ErrorSample(lambda: linear(tt.ones(2), tt.ones(2)), tt.ShapeError, "must be a matrix"),
            ErrorSample(
                lambda: linear(tt.ones(2), tt.ones(3, 2), tt.ones(2)), tt.ShapeError, "the bias"
            ),
            ErrorSample(
                lambda: linear(tt.ones(2, 2), tt.ones(2, 2), tt.ones(2, 2)),
                tt.ShapeError,
                r"shape \(2,\)",
            ),
            ErrorSample(
                lambda: linear(tt.ones(2, 2).double(), tt.ones(2, 2)), tt.DTypeError, r"\.to\("
            ),
            ErrorSample(lambda: linear([[1.0]], tt.ones(1, 1)), TypeError, "not list"),  # type: ignore[arg-type]
        ),
    ),
)
