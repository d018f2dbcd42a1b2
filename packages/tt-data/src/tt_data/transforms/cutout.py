"""Cutout: learn to see a thing of which a part is hidden."""

from __future__ import annotations

import numpy as np

from tt_tensor.typing import Array

from .transform import Transform, random_numbers

__all__ = ["Cutout"]


class Cutout(Transform):
    """Covers a square at a random place of each picture.

    The middle of the square is drawn from all pixels, so at the edges only a part of it is in the picture
    (DeVries and Taylor, "Improved regularization of convolutional neural networks with Cutout", 2017).

    Args:
        length: the side of the square, in pixels.
        fill: what is put there.

    Raises:
        ValueError: no length.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data.transforms import Cutout
        >>> covered = Cutout(16)(tt.ones(8, 3, 32, 32))
        >>> 8 * 8 <= int((covered[0, 0] == 0).sum()) <= 16 * 16
        True
    """

    def __init__(self, length: int, fill: float = 0) -> None:
        if type(length) is not int or length < 1:
            raise ValueError(f"length: a positive whole number, not {length!r}")
        self.length, self.fill = length, fill

    def apply(self, batch: Array) -> Array:
        count, _, height, width = batch.shape
        rows = self._covered(count, height)[:, :, None]  # (N, H, 1)
        columns = self._covered(count, width)[:, None, :]  # (N, 1, W)
        square = (rows & columns)[:, None]  # (N, 1, H, W)
        return np.where(square, batch.dtype.type(self.fill), batch)

    def _covered(self, count: int, size: int) -> Array:
        """For each picture, which of its rows (or columns) the square reaches, (N, size)."""
        middle = random_numbers().integers(size, size=(count, 1))
        first = middle - self.length // 2
        place = np.arange(size)
        return (place >= first) & (place < first + self.length)

    def __repr__(self) -> str:
        return f"Cutout(length={self.length}, fill={self.fill})"
