"""Picking whole rows or columns of images, and the transpose of it: what resizing is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tt_tensor.typing import Array

__all__ = ["add_lines", "take_lines"]


def take_lines(x: Array, sources: tuple[int, ...], dim: int) -> Array:
    """``out[o] = x[sources[o]]`` along one dimension; memory order as the input's."""
    order = sorted(range(x.ndim), key=lambda axis: -x.strides[axis])
    back = np.argsort(order)
    # taken in the order of the memory, so that what is copied lies in long runs
    out = np.take(x.transpose(order), sources, axis=order.index(dim % x.ndim))
    return out.transpose(back)


def add_lines(lines: Array, sources: tuple[int, ...], dim: int, length: int) -> Array:
    """``out[sources[o]] += lines[o]`` along one dimension of ``length``."""
    shape = list(lines.shape)
    shape[dim] = length
    out = np.zeros_like(lines, shape=shape)
    after: Any = (slice(None),) * (-1 - dim)
    for given, to in _steps(sources):
        out[(..., to, *after)] += lines[(..., given, *after)]
    return out


def _steps(sources: tuple[int, ...]) -> Iterator[tuple[slice, slice]]:
    """The sums as few slices: (which lines, added to which).

    Among the first line of each source no source comes twice, so these can be added at once; then the
    second ones, and so on.  Twofold enlargement takes two slices, or four if it interpolates.
    """
    seen: dict[int, int] = {}
    rounds: dict[int, list[tuple[int, int]]] = {}
    for o, source in enumerate(sources):
        seen[source] = seen.get(source, -1) + 1
        rounds.setdefault(seen[source], []).append((o, source))
    for pairs in rounds.values():
        while pairs:
            (o, source), *rest = pairs
            by = (rest[0][0] - o, rest[0][1] - source) if rest else (1, 1)
            count = 1
            while count < len(pairs) and pairs[count] == (
                o + count * by[0],
                source + count * by[1],
            ):
                count += 1
            yield slice(o, o + count * by[0], by[0]), slice(source, source + count * by[1], by[1])
            pairs = pairs[count:]
