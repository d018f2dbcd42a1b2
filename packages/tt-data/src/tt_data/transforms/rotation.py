"""Turned pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tt_tensor import ShapeError
from tt_tensor.typing import Array

from .transform import Pictures, Transform, over_batch, random_numbers, restored

__all__ = ["RandomRotation", "rotate"]

INTERPOLATIONS = ("nearest", "bilinear")


def rotate(
    pictures: Pictures,
    angle: float | Sequence[float] | Array,
    interpolation: str = "nearest",
    fill: float = 0,
) -> Pictures:
    """Pictures turned about their middle, against the clock.

    A pixel (x, y) of the result, counted from the middle, is taken from the place

        x' = x cos a − y sin a,    y' = x sin a + y cos a        (y points down)

    Args:
        pictures: (..., C, H, W).
        angle: in degrees; one for all pictures or one for each.
        interpolation: ``"nearest"`` takes the pixel that this place lies in, ``"bilinear"`` a mean of
            the four pixels around it.
        fill: the value where the place lies outside.

    Raises:
        ValueError: another interpolation.
        ShapeError: neither one angle nor one for each picture.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data.transforms import rotate
        >>> rotate(tt.tensor([[[1.0, 2.0], [3.0, 4.0]]]), 90)
        tensor([[[2., 4.],
                 [1., 3.]]])
    """
    _check(interpolation)
    return over_batch(lambda batch: _rotated(batch, angle, interpolation, fill), pictures)


class RandomRotation(Transform):
    """Turns each picture by a random angle.

    Args:
        degrees: the angle's range (least, largest), or a number d for (−d, d).
        interpolation: ``"nearest"`` or ``"bilinear"``, see :func:`rotate`.
        fill: the value of what comes from outside.

    Raises:
        ValueError: no range, or another interpolation.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data.transforms import RandomRotation
        >>> RandomRotation(15)(tt.rand(3, 32, 32)).shape
        (3, 32, 32)
    """

    def __init__(
        self,
        degrees: float | Sequence[float],
        interpolation: str = "nearest",
        fill: float = 0,
    ) -> None:
        _check(interpolation)
        self.degrees = (-degrees, degrees) if isinstance(degrees, int | float) else tuple(degrees)
        if len(self.degrees) != 2 or not self.degrees[0] <= self.degrees[1]:
            raise ValueError(
                f"degrees: a number that is not negative, or (least, largest), not {degrees!r}"
            )
        self.interpolation, self.fill = interpolation, fill

    def apply(self, batch: Array) -> Array:
        angles = random_numbers().uniform(self.degrees[0], self.degrees[1], len(batch))
        return _rotated(batch, angles, self.interpolation, self.fill)

    def __repr__(self) -> str:
        return f"RandomRotation(degrees={self.degrees}, interpolation={self.interpolation!r})"


def _check(interpolation: str) -> None:
    if interpolation not in INTERPOLATIONS:
        raise ValueError(f"interpolation: 'nearest' or 'bilinear', not {interpolation!r}")


def _rotated(
    batch: Array, angle: float | Sequence[float] | Array, interpolation: str, fill: float
) -> Array:
    count, _, height, width = batch.shape
    angles = np.ravel(np.asarray(angle, dtype=np.float64))
    if angles.size not in (1, count):
        raise ShapeError(f"angle: {angles.size} angles for {count} pictures")
    x, y = _places(np.radians(angles), height, width)  # (N or 1, H, W)
    inside = (x >= -0.5) & (x < width - 0.5) & (y >= -0.5) & (y < height - 0.5)
    take = _nearest if interpolation == "nearest" else _bilinear
    return np.where(inside[:, None], take(batch, x, y), batch.dtype.type(fill))


def _places(radians: Array, height: int, width: int) -> tuple[Array, Array]:
    """Where the pixels of the results come from: columns and rows, with fractions."""
    y, x = np.ogrid[:height, :width]
    x, y = x - (width - 1) / 2, y - (height - 1) / 2  # counted from the middle
    cos, sin = np.cos(radians)[:, None, None], np.sin(radians)[:, None, None]
    return x * cos - y * sin + (width - 1) / 2, x * sin + y * cos + (height - 1) / 2


def _nearest(batch: Array, x: Array, y: Array) -> Array:
    return _pixels(batch, np.floor(x + 0.5), np.floor(y + 0.5))


def _bilinear(batch: Array, x: Array, y: Array) -> Array:
    """The four pixels around each place, the nearer the more of them."""
    left, top = np.floor(x), np.floor(y)
    kind = np.result_type(batch.dtype, np.float32)
    right_share = (x - left)[:, None].astype(kind)
    lower_share = (y - top)[:, None].astype(kind)
    upper = _pixels(batch, left, top) * (1 - right_share)
    upper += _pixels(batch, left + 1, top) * right_share
    lower = _pixels(batch, left, top + 1) * (1 - right_share)
    lower += _pixels(batch, left + 1, top + 1) * right_share
    mean = upper * (1 - lower_share) + lower * lower_share
    return restored(mean, batch.dtype, 255) if batch.dtype == np.uint8 else mean.astype(batch.dtype)


def _pixels(batch: Array, columns: Array, rows: Array) -> Array:
    """batch[n, c, rows[n, i, j], columns[n, i, j]]; outside, the nearest pixel of the edge."""
    count, channels, height, width = batch.shape
    rows = np.clip(rows, 0, height - 1).astype(np.intp)
    columns = np.clip(columns, 0, width - 1).astype(np.intp)
    numbers = (rows * width + columns).reshape(
        len(rows), 1, height * width
    )  # of pixels, row by row
    flat = batch.reshape(count, channels, height * width)
    return np.take_along_axis(flat, numbers, axis=2).reshape(batch.shape)
