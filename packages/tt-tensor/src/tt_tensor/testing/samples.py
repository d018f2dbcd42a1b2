"""Common ways to make sample inputs: every shape that tends to break a kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..typing import Array
from .record import Sample

__all__ = ["draw", "pairs", "singles"]

Sampler = Callable[[np.random.Generator, np.dtype[Any]], Iterator[Sample]]


def draw(
    rng: np.random.Generator,
    dtype: np.dtype[Any],
    shape: tuple[int, ...],
    low: float = -3.0,
    high: float = 3.0,
) -> Array:
    """Numbers of any type in [low, high); integers and booleans included."""
    if dtype.kind == "b":
        return np.asarray(rng.random(shape) < 0.5)
    if dtype.kind == "u":
        low = max(low, 0)
    if dtype.kind in "iu":
        return np.asarray(rng.integers(int(low), int(high) + 1, shape)).astype(dtype)
    return np.asarray(rng.uniform(low, high, shape)).astype(dtype)


def singles(
    low: float = -3.0, high: float = 3.0, params: tuple[tuple[Any, ...], ...] = ((),)
) -> Sampler:
    """Samples of one input: scalar, vector, matrix, empty, and a strided view; with each of params."""

    def sample(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
        for p in params:
            for shape in ((), (5,), (3, 4), (2, 0, 3), (2, 3, 2)):
                yield Sample((draw(rng, dtype, shape, low, high),), p)
            yield Sample((draw(rng, dtype, (4, 6), low, high).T[::-2],), p)

    return sample


def pairs(
    low: float = -3.0, high: float = 3.0, *, low_2: float | None = None, high_2: float | None = None
) -> Sampler:
    """Samples of two inputs that broadcast: same shapes, stretched ones, scalars, empty, views."""
    a, b = (low if low_2 is None else low_2), (high if high_2 is None else high_2)

    def sample(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
        for left, right in (
            ((), ()),
            ((3,), (3,)),
            ((2, 3), (3,)),
            ((3, 1), (1, 4)),
            ((), (2, 2)),
            ((2, 1, 3), (4, 1)),
            ((0, 3), (1, 3)),
        ):
            yield Sample((draw(rng, dtype, left, low, high), draw(rng, dtype, right, a, b)))
        yield Sample((draw(rng, dtype, (4, 3), low, high).T, draw(rng, dtype, (6, 4), a, b)[::-2]))

    return sample
