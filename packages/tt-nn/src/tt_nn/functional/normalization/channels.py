"""Per-channel sums and products over a batch of images: what batch normalisation is made of.

A batch (N, C, H, W) lies in memory either plane by plane, as its shape says, or "channels last", as
(N, H, W, C) seen through a permuted shape.  :class:`Channels` cuts both into blocks and keeps the
innermost loop long.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tt_tensor.typing import Array

from .blocks import BLOCK, ROW, Blocks, divisor

__all__ = ["Channels", "arranged", "arranged_like", "is_channels_last", "scale_and_shift"]

ROWS = 1 << 8
"""Rows that a block has at most: sums of many thousand numbers one by one would lose digits."""


class Channels(Blocks):
    """The layout of an array (N, C, ...): its blocks, and the vectors (C,) that go with them.

    In a channels-last array k pixels make one row of k·C numbers, and vectors are repeated k times:
    a loop over C = 32 numbers would hardly be worth starting.

    Args:
        x: contiguous in one of the two layouts, see :func:`arranged`; not empty.
    """

    def __init__(self, x: Array) -> None:
        images, self.channels = x.shape[:2]
        pixels = math.prod(x.shape[2:])
        self.count = images * pixels  # values per channel
        self.last = is_channels_last(x)
        if self.last:
            limit = ROW // self.channels if self.count > ROWS else 1  # few rows start few loops
            self.repeats = divisor(self.count, max(limit, 1))
            width = self.repeats * self.channels
            self.shape: tuple[int, ...] = (x.size // width, width)
        else:
            self.shape = (images, self.channels, pixels)
        step = max(min(BLOCK // math.prod(self.shape[1:]), ROWS), 1)
        super().__init__(self.shape[0], step, x.size)
        self.ones = np.ones(step if self.last else pixels, x.dtype)

    def view(self, x: Array) -> Array:
        """(rows, k·C) for channels last, else (N, C, pixels): the order of memory, not a copy."""
        if self.last:
            x = x.transpose(0, *range(2, x.ndim), 1)
        return x.reshape(self.shape)

    def spare(self, x: Array) -> Array:
        """Memory for intermediate results, as large as a block."""
        return np.empty((min(self.step, self.shape[0]), *self.shape[1:]), x.dtype)

    def spread(self, vector: Array) -> Array:
        """A vector (C,) in the shape that broadcasts with blocks."""
        if not self.last:
            return vector[:, None]
        if self.repeats == 1:
            return vector
        wide = np.empty((self.repeats, self.channels), vector.dtype)
        wide[...] = vector
        return wide.reshape(-1)

    def total(self, block: Array) -> Any:
        """(C,) sums over a block, as products with ones: BLAS is faster at them than ``sum``."""
        if self.last:
            sums = np.dot(self.ones[: len(block)], block)
            if self.repeats == 1:
                return sums
            return np.add.reduce(sums.reshape(self.repeats, self.channels), axis=0)
        sums = np.dot(block.reshape(-1, block.shape[2]), self.ones)
        return np.add.reduce(sums.reshape(-1, self.channels), axis=0)


def scale_and_shift(x: Array, scale: Array, shift: Array | None, channels: Channels) -> Array:
    """x · scale + shift, both steps on one block before the next, in the memory order of x."""
    out = np.empty_like(x)
    source, result = channels.view(x), channels.view(out)
    factors = channels.spread(scale)
    summands = None if shift is None else channels.spread(shift)

    def work(part: slice) -> None:
        for block, target in channels.blocks(part, source, result):
            np.multiply(block, factors, out=target)
            if summands is not None:
                target += summands

    channels.share(work)
    return out


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


def is_channels_last(x: Array) -> bool:
    """Whether (N, C, ...) lies in memory as (N, ..., C); a matrix does."""
    return x.transpose(0, *range(2, x.ndim), 1).flags.c_contiguous
