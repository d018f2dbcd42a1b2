"""Room around pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tt_tensor import ShapeError
from tt_tensor.typing import Array

from .transform import Pictures, over_batch

__all__ = ["MODES", "check_mode", "pad", "padded", "sides"]

MODES = ("constant", "edge", "reflect", "symmetric")


def pad(
    pictures: Pictures,
    padding: int | Sequence[int],
    fill: float = 0,
    padding_mode: str = "constant",
) -> Pictures:
    """Pictures with room around them.

    Args:
        pictures: (..., C, H, W).
        padding: how much: a number for all sides, ``(left and right, top and bottom)``, or ``(left,
            top, right, bottom)``.
        fill: what is put there in the mode ``"constant"``.
        padding_mode: ``"constant"``; ``"edge"`` repeats the outermost pixels, ``"reflect"`` mirrors
            the picture at them, ``"symmetric"`` mirrors it beside them.

    Raises:
        ValueError: padding that is negative or not of 1, 2 or 4 numbers, or another mode.
        ShapeError: nothing to repeat or to mirror.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data.transforms import pad
        >>> pad(tt.tensor([[[1.0, 2.0, 3.0]]]), (2, 0), padding_mode="reflect")
        tensor([[[3., 2., 1., 2., 3., 2., 1.]]])
    """
    around = sides(padding)
    check_mode(padding_mode)
    return over_batch(lambda batch: padded(batch, around, fill, padding_mode), pictures)


def sides(padding: int | Sequence[int]) -> tuple[int, int, int, int]:
    """Padding as (left, top, right, bottom)."""
    numbers = tuple(padding) if isinstance(padding, Sequence) else (padding,)
    if len(numbers) not in (1, 2, 4) or any(type(n) is not int or n < 0 for n in numbers):
        raise ValueError(
            f"padding: 1, 2 or 4 whole numbers, none of them negative, not {padding!r}"
        )
    left, top, right, bottom = (numbers * 4)[:4]
    return left, top, right, bottom


def check_mode(padding_mode: str) -> None:
    if padding_mode not in MODES:
        raise ValueError(f"padding_mode: one of {', '.join(MODES)}, not {padding_mode!r}")


def padded(batch: Array, around: Sequence[int], fill: float, mode: Any) -> Array:
    """(N, C, H, W) -> (N, C, top + H + bottom, left + W + right)"""
    left, top, right, bottom = around
    widths = ((0, 0), (0, 0), (top, bottom), (left, right))
    if mode == "constant":
        return np.pad(batch, widths, constant_values=fill)
    height, width = batch.shape[2:]
    needed = 2 if mode == "reflect" else 1
    if ((top or bottom) and height < needed) or ((left or right) and width < needed):
        raise ShapeError(
            f"padding_mode: {mode!r} needs at least {needed} pixels, the pictures are {height}×{width}"
        )
    return np.pad(batch, widths, mode=mode)
