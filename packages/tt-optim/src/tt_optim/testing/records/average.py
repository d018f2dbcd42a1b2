"""The record of the exponential moving average."""

from __future__ import annotations

from collections.abc import Iterator

from tt_tensor.testing import Record, Sample

from .common import DType, Rng, drawers

__all__ = ["RECORDS"]


def _samples(rng: Rng, dtype: DType) -> Iterator[Sample]:
    draws = drawers(rng, dtype)
    for decay in (0.0, 0.5, 0.9, 0.999, 1.0):
        for _ in range(5):
            draw = next(draws)
            yield Sample((draw(), draw()), (decay,))


RECORDS = (
    Record(
        "average_step",
        _samples,
        lambda average, value, decay: (value + decay * (average - value),),
        lambda torch, average, value, decay: average.lerp_(value, 1 - decay),
    ),
)
