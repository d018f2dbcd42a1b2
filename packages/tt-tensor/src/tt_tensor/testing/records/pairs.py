"""Records of functions of two numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..record import Record, Sample, register
from ..samples import pairs

Rng = np.random.Generator
DType = np.dtype[Any]


def _with_zeros(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from pairs(0.5, 3, low_2=0.5)(rng, dtype)
    special = np.asarray([0, 0, 1, 0, np.inf, -np.inf, np.nan, 2], dtype)
    yield Sample((special, np.asarray([0, np.nan, 0, 3, np.inf, 1, 0, -1], dtype)), smooth=False)


def _both_signs(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from pairs()(rng, dtype)
    yield Sample(
        (np.asarray([0.0, 1, -1], dtype), np.asarray([-0.0, 0.0, -0.0], dtype)), smooth=False
    )


register(
    Record(
        "atan2",
        pairs(0.5, 3, low_2=0.5),
        np.arctan2,
        torch=lambda torch, x, y: torch.atan2(x, y),
    ),
    Record(
        "hypot",
        pairs(0.5, 3, low_2=0.5),
        lambda x, y: np.sqrt(x * x + y * y),
        torch=lambda torch, x, y: torch.hypot(x, y),
    ),
    Record(
        "copysign",
        _both_signs,
        lambda x, y: np.where(np.signbit(y), -np.abs(x), np.abs(x)),
        torch=lambda torch, x, y: torch.copysign(x, y),
    ),
    Record(
        "logaddexp",
        pairs(),
        lambda x, y: np.log(np.exp(x) + np.exp(y)),
        torch=lambda torch, x, y: torch.logaddexp(x, y),
    ),
    Record(
        "xlogy",
        _with_zeros,
        lambda x, y: np.where((x == 0) & (y == y), 0, x * np.log(y)),
        torch=lambda torch, x, y: torch.xlogy(x, y),
    ),
)
