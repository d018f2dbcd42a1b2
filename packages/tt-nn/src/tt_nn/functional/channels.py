"""Per-channel sums and products over a batch of images: what batch normalisation is made of.

A batch (N, C, H, W) lies in memory either plane by plane, as its shape says, or "channels last", as
(N, H, W, C) seen through a permuted shape.  :class:`Channels` walks both in blocks that fit into a
core's cache, so that several steps on a block cost one trip to main memory, and keeps the innermost
loop long, because NumPy pays for every start of one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from typing import Any

import numpy as np

from tt_tensor.typing import Array

__all__ = [
    "BLOCK",
    "ROW",
    "Channels",
    "arranged",
    "arranged_like",
    "divisor",
    "in_float32",
    "is_channels_last",
]

BLOCK = 1 << 17
"""Elements per block: 512 KB of float32."""
ROW = 1 << 13
"""Elements in a row of a channels-last block, about."""
ROWS = 1 << 8
"""Rows that a block has at most: sums of many thousand numbers one by one would lose digits."""


class Channels:
    """The layout of an array (N, C, ...): its blocks, and the vectors (C,) that go with them.

    In a channels-last array k pixels make one row of k·C numbers, and vectors are repeated k times:
    a loop over C = 32 numbers would hardly be worth starting.

    Args:
        x: contiguous in one of the two layouts; see :func:`arranged`.
    """

    def __init__(self, x: Array) -> None:
        images, self.channels = x.shape[:2]
        pixels = math.prod(x.shape[2:])
        self.count = images * pixels  # values per channel
        self.last = is_channels_last(x)
        if self.last:
            self.repeats = divisor(self.count, max(ROW // self.channels, 1))
            self.shape: tuple[int, ...] = (-1, self.repeats * self.channels)
        else:
            self.shape = (images, self.channels, pixels)
        self.step = max(min(BLOCK // math.prod(self.shape[1:]), ROWS), 1)
        self.ones = np.ones(self.step if self.last else pixels, x.dtype)

    def view(self, x: Array) -> Array:
        """(rows, k·C) for channels last, else (N, C, pixels): the order of memory, not a copy."""
        if self.last:
            x = x.transpose(0, *range(2, x.ndim), 1)
        return x.reshape(self.shape)

    def blocks(self, *arrays: Array) -> Iterator[list[Array]]:
        """The same block of each array, one block after the other."""
        views = [self.view(x) for x in arrays]
        for start in range(0, len(views[0]), self.step):
            yield [view[start : start + self.step] for view in views]

    def spare(self, x: Array) -> Array:
        """Memory for intermediate results, as large as a block."""
        view = self.view(x)
        return np.empty((min(self.step, len(view)), *view.shape[1:]), x.dtype)

    def spread(self, vector: Array) -> Array:
        """A vector (C,) in the shape that broadcasts with blocks."""
        if not self.last:
            return vector[:, None]
        wide = np.empty((self.repeats, self.channels), vector.dtype)
        wide[...] = vector
        return wide.reshape(-1)

    def total(self, block: Array) -> Any:
        """(C,) sums over a block, as products with ones: BLAS is faster at them than ``sum``."""
        if self.last:
            sums = np.dot(self.ones[: len(block)], block)
            return np.add.reduce(sums.reshape(self.repeats, self.channels), axis=0)
        sums = np.dot(block.reshape(-1, block.shape[2]), self.ones)
        return np.add.reduce(sums.reshape(-1, self.channels), axis=0)


def arranged(x: Array) -> Array:
    """``x`` itself if it is contiguous in one of the two layouts, else a copy that is."""
    return x if x.flags.c_contiguous or is_channels_last(x) else np.ascontiguousarray(x)


def arranged_like(x: Array, model: Array) -> Array:
    """``x`` itself if it lies in memory as ``model`` does, else a copy that does."""
    if x.strides == model.strides:
        return x
    out = np.empty_like(model)
    out[...] = x
    return out


def in_float32(kernel: Callable[..., tuple[Array, ...]]) -> Callable[..., tuple[Array, ...]]:
    """Let a kernel compute in float32 what comes in float16: sums need more than eleven bits."""

    @wraps(kernel)
    def run(*arguments: Any) -> tuple[Array, ...]:
        kind = arguments[0].dtype
        if kind.itemsize > 2:
            return kernel(*arguments)
        wide = [a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in arguments]
        return tuple([out.astype(kind) for out in kernel(*wide)])

    return run


def is_channels_last(x: Array) -> bool:
    """Whether (N, C, ...) lies in memory as (N, ..., C); a matrix does."""
    return x.transpose(0, *range(2, x.ndim), 1).flags.c_contiguous


@lru_cache(maxsize=256)
def divisor(count: int, limit: int) -> int:
    """The largest divisor of ``count`` that is not above ``limit``."""
    return next((k for k in range(min(limit, count), 0, -1) if count % k == 0), 1)
