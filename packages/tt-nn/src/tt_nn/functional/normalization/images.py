"""Sums and products per image and channel: what group and instance normalisation are made of."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tt_tensor.typing import Array

from .blocks import BLOCK, Blocks
from .channels import is_channels_last

__all__ = ["Images"]


class Images(Blocks):
    """The images of a batch (N, C, ...) in either memory layout, and matrices (N, C) beside them.

    Args:
        x: contiguous in one of the two layouts; not empty.
        groups: how many groups the channels form.
    """

    def __init__(self, x: Array, groups: int) -> None:
        self.channels, self.groups = x.shape[1], groups
        self.pixels = math.prod(x.shape[2:])
        self.count = self.channels // groups * self.pixels  # values per group
        self.last = is_channels_last(x)
        step = max(BLOCK // (self.channels * self.pixels), 1)
        super().__init__(len(x), step, x.size)
        self.ones = np.ones(self.pixels, x.dtype)

    def view(self, x: Array) -> Array:
        """(N, pixels, C) for channels last, else (N, C, pixels): the order of memory, not a copy."""
        if self.last:
            return x.transpose(0, *range(2, x.ndim), 1).reshape(len(x), -1, self.channels)
        return x.reshape(len(x), self.channels, -1)

    def spread(self, matrix: Array) -> Array:
        """(n, C) in the shape that broadcasts with n images."""
        return matrix[:, None, :] if self.last else matrix[:, :, None]

    def total(self, block: Array) -> Array:
        """(n, C) sums over the pixels of n images."""
        return np.asarray(self.ones @ block if self.last else block @ self.ones)

    def group_mean(self, totals: Array) -> Any:
        """(n, C) sums over the pixels to (n, G) mean values over the groups."""
        grouped = totals.reshape(-1, self.groups, self.channels // self.groups)
        return np.add.reduce(grouped, axis=2) / totals.dtype.type(self.count)

    def of_channels(self, groups: Array) -> Any:
        """(n, G), a number for each group, to (n, C): the same for each of its channels."""
        return np.repeat(groups, self.channels // self.groups, axis=1)
