"""Resize: another number of pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tt_tensor.typing import Array

from .crop import size_of
from .transform import Pictures, Transform, over_batch, restored

__all__ = ["Resize", "resize"]


def resize(pictures: Pictures, size: int | Sequence[int], antialias: bool = True) -> Pictures:
    """Pictures of another size, bilinear.

    A pixel of the result is a mean of the pixels around the place where it lies in the picture; the
    weights fall off linearly, to 0 at a distance of one pixel, or, where a picture becomes smaller,
    of one pixel of the result (``antialias``), so that none is left out.  As rows and columns do
    not depend on each other, this is a product of three matrices: rows · picture · columns.

    Args:
        pictures: (..., C, H, W).
        size: (height, width), or a number for the shorter side; the other one follows.
        antialias: False lets a smaller picture be made of the nearest pixels alone.

    Raises:
        ValueError: no size.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data.transforms import resize
        >>> resize(tt.tensor([[[0.0, 1.0, 4.0, 5.0]]]), (1, 2), antialias=False)
        tensor([[[0.5000, 4.5000]]])
    """
    size_of(size)
    return over_batch(lambda batch: _resized(batch, size, antialias), pictures)


class Resize(Transform):
    """Gives pictures another size, see :func:`resize`.

    Args:
        size: (height, width), or a number for the shorter side; the other one follows.
        antialias: use all pixels where a picture becomes smaller.

    Raises:
        ValueError: no size.
    """

    def __init__(self, size: int | Sequence[int], antialias: bool = True) -> None:
        size_of(size)
        self.size, self.antialias = size, antialias

    def apply(self, batch: Array) -> Array:
        return _resized(batch, self.size, self.antialias)

    def __repr__(self) -> str:
        return f"Resize(size={self.size}, antialias={self.antialias})"


def _resized(batch: Array, size: int | Sequence[int], antialias: bool) -> Array:
    height, width = batch.shape[2:]
    new_height, new_width = size_of(size)
    if isinstance(size, int):
        shorter = min(height, width)
        new_height, new_width = int(size * height / shorter), int(size * width / shorter)
    kind = np.result_type(batch.dtype, np.float32)
    rows = _weights(height, new_height, antialias).astype(kind)
    columns = _weights(width, new_width, antialias).astype(kind)
    result: Array = rows @ batch.astype(kind, copy=False) @ columns.T
    if batch.dtype == np.uint8:
        return restored(result, batch.dtype, 255)
    return result.astype(batch.dtype, copy=False)


def _weights(old: int, new: int, antialias: bool) -> Array:
    """How much of each old pixel is in each new one, (new, old); every row adds up to 1."""
    scale = old / new
    reach = max(scale, 1.0) if antialias else 1.0
    if not antialias:
        # beyond the outermost pixels there is nothing to mix with
        middles = np.clip((np.arange(new) + 0.5) * scale, 0.5, old - 0.5)
    else:
        middles = (np.arange(new) + 0.5) * scale
    distances = np.abs(middles[:, None] - (np.arange(old) + 0.5)) / reach
    weights = np.maximum(1 - distances, 0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
