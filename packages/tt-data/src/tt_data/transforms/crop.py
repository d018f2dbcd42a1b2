"""Parts of pictures: the middle, or a place chosen at random."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tt_tensor import ShapeError
from tt_tensor.typing import Array

from .padding import check_mode, padded, sides
from .transform import Transform, random_numbers

__all__ = ["CenterCrop", "RandomCrop", "size_of"]


class CenterCrop(Transform):
    """The middle of a picture; a picture that is too small first gets room of zeros around it.

    Args:
        size: of the part, a number or (height, width).

    Raises:
        ValueError: no size.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data.transforms import CenterCrop
        >>> CenterCrop((1, 2))(tt.arange(12.0).reshape(1, 3, 4))
        tensor([[[5., 6.]]])
    """

    def __init__(self, size: int | Sequence[int]) -> None:
        self.size = size_of(size)

    def apply(self, batch: Array) -> Array:
        batch = enlarged(batch, self.size)
        height, width = self.size
        top = round((batch.shape[2] - height) / 2)
        left = round((batch.shape[3] - width) / 2)
        return batch[:, :, top : top + height, left : left + width].copy()

    def __repr__(self) -> str:
        return f"CenterCrop(size={self.size})"


class RandomCrop(Transform):
    """A part of a picture at a random place, after some room has been put around the picture.

    With ``RandomCrop(32, padding=4)`` pictures of 32×32 are shifted by up to four pixels, the usual
    augmentation for CIFAR (He et al., "Deep residual learning for image recognition", 2015).

    Args:
        size: of the part, a number or (height, width).
        padding: how much room: a number for all sides, ``(left and right, top and bottom)``, or
            ``(left, top, right, bottom)``.
        pad_if_needed: make more room, on both sides, where a picture is too small.
        fill: what is in that room, in the mode ``"constant"``.
        padding_mode: ``"constant"``, ``"edge"``, ``"reflect"`` or ``"symmetric"``, see :func:`pad`.

    Raises:
        ValueError: no size, no padding or no such mode.
        ShapeError: pictures that are too small; raised when it is called.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data.transforms import RandomCrop
        >>> RandomCrop(32, padding=4)(tt.rand(128, 3, 32, 32)).shape
        (128, 3, 32, 32)
    """

    def __init__(
        self,
        size: int | Sequence[int],
        padding: int | Sequence[int] | None = None,
        pad_if_needed: bool = False,
        fill: float = 0,
        padding_mode: str = "constant",
    ) -> None:
        self.size = size_of(size)
        self.padding = sides(padding or 0)
        check_mode(padding_mode)
        self.pad_if_needed, self.fill, self.padding_mode = pad_if_needed, fill, padding_mode

    def apply(self, batch: Array) -> Array:
        height, width = self.size
        batch = padded(batch, self.padding, self.fill, self.padding_mode)
        if self.pad_if_needed:
            down, across = max(height - batch.shape[2], 0), max(width - batch.shape[3], 0)
            batch = padded(batch, (across, down, across, down), self.fill, self.padding_mode)
        rows, columns = batch.shape[2] - height, batch.shape[3] - width
        if rows < 0 or columns < 0:
            raise ShapeError(
                f"size: {height}×{width} does not fit into pictures of {batch.shape[2]}×"
                f"{batch.shape[3]} with their padding; use pad_if_needed=True or a smaller size"
            )
        top = random_numbers().integers(rows + 1, size=len(batch))
        left = random_numbers().integers(columns + 1, size=len(batch))
        # all places where a part could be, (N, C, rows + 1, columns + 1, height, width), as a view
        places = sliding_window_view(batch, self.size, axis=(2, 3))
        chosen: Array = places[np.arange(len(batch)), :, top, left]
        return chosen

    def __repr__(self) -> str:
        return f"RandomCrop(size={self.size}, padding={self.padding})"


def size_of(size: int | Sequence[int]) -> tuple[int, int]:
    """A size as (height, width)."""
    numbers = tuple(size) if isinstance(size, Sequence) else (size, size)
    if len(numbers) != 2 or any(type(n) is not int or n < 1 for n in numbers):
        raise ValueError(f"size: a positive whole number or two of them, not {size!r}")
    height, width = numbers
    return height, width


def enlarged(batch: Array, size: tuple[int, int]) -> Array:
    """A batch with zeros around it, so that it is at least as large as ``size``."""
    down, across = max(size[0] - batch.shape[2], 0), max(size[1] - batch.shape[3], 0)
    if not down and not across:
        return batch
    around = (across // 2, down // 2, (across + 1) // 2, (down + 1) // 2)
    return padded(batch, around, 0, "constant")
