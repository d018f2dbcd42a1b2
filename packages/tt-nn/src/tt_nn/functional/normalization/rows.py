"""Blocks of rows: what layer and RMS normalisation, which treat each row for itself, walk over."""

from __future__ import annotations

import numpy as np

from tt_tensor import Tensor, flatten
from tt_tensor.typing import Array

from .blocks import BLOCK, ROW, Blocks, divisor

__all__ = ["Rows", "flat_end", "matrix"]


class Rows(Blocks):
    """The blocks of matrices (R, F), and the vectors (F,) that go with their rows.

    As with images, several rows count as one long row where a vector is concerned, and the vector is
    repeated as often.

    Args:
        rows: R.
        features: F; neither is 0.
    """

    def __init__(self, rows: int, features: int) -> None:
        self.features = features
        self.repeats = divisor(rows, max(ROW // features, 1))
        step = max(BLOCK // (features * self.repeats), 1) * self.repeats
        super().__init__(rows, step, rows * features)

    def spread(self, vector: Array) -> Array:
        """A vector (F,) as long as the rows of :meth:`long`."""
        if self.repeats == 1:
            return vector
        wide = np.empty((self.repeats, self.features), vector.dtype)
        wide[...] = vector
        return wide.reshape(-1)

    def long(self, block: Array) -> Array:
        """A block as (fewer rows, k·F)."""
        return block if self.repeats == 1 else block.reshape(-1, self.repeats * self.features)


def matrix(x: Array) -> Array:
    """(..., F) as (R, F), contiguous."""
    return np.ascontiguousarray(x.reshape(-1, x.shape[-1]) if x.size else x.reshape(0, x.shape[-1]))


def flat_end(x: Tensor | None, dims: int) -> Tensor | None:
    """The last ``dims`` dimensions as one."""
    return None if x is None else flatten(x, -dims)
