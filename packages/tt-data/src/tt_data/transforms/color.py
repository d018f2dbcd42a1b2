"""Brightness, contrast, saturation and hue.

The first three are one formula: a mixture ``f · picture + (1 − f) · other`` of a picture and another one,
which is black, its mean grey, or the picture without colours.  With f = 1 nothing changes, between 0 and 1
the picture comes nearer to the other one, and above 1 it goes away from it (P. Haeberli and D. Voorhies,
"Image processing by linear interpolation and extrapolation", 1994).

Values are kept between 0 and 255 (uint8, rounded) or 0 and 1 (floating point).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tt_tensor import ShapeError
from tt_tensor.typing import Array

from .transform import Pictures, over_batch, restored

__all__ = ["adjust_brightness", "adjust_contrast", "adjust_hue", "adjust_saturation", "to_grey"]

Factor = float | Sequence[float] | Array
RED, GREEN, BLUE = 0.2989, 0.587, 0.114  # how bright they look, ITU-R recommendation 601


def to_grey(pictures: Pictures) -> Pictures:
    """Pictures (..., 3, H, W) without colours, (..., 1, H, W): 0.2989 R + 0.587 G + 0.114 B."""

    def apply(batch: Array) -> Array:
        return restored(_grey(_numbers(batch)), batch.dtype, _largest(batch))

    return over_batch(apply, pictures)


def adjust_brightness(pictures: Pictures, factor: Factor) -> Pictures:
    """Mix with black: 0 gives black, 1 the picture, 2 twice as bright.

    Args:
        pictures: (..., 3, H, W), or (..., 1, H, W).
        factor: not negative; one for all pictures or one for each.

    Raises:
        ValueError: a negative factor.
        ShapeError: neither one nor three channels, neither one factor nor one for each picture.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data.transforms import adjust_brightness
        >>> adjust_brightness(tt.full((1, 1, 2), 0.25), 2.0)
        tensor([[[0.5000, 0.5000]]])
    """
    return over_batch(lambda batch: _mixed(batch, np.float32(0), factor), pictures)


def adjust_contrast(pictures: Pictures, factor: Factor) -> Pictures:
    """Mix with the picture's mean grey; the arguments are those of :func:`adjust_brightness`."""

    def apply(batch: Array) -> Array:
        mean = _grey(_numbers(batch)).mean(axis=(1, 2, 3), keepdims=True)  # (N, 1, 1, 1)
        return _mixed(batch, mean, factor)

    return over_batch(apply, pictures)


def adjust_saturation(pictures: Pictures, factor: Factor) -> Pictures:
    """Mix with the grey picture; the arguments are those of :func:`adjust_brightness`."""
    return over_batch(lambda batch: _mixed(batch, _grey(_numbers(batch)), factor), pictures)


def adjust_hue(pictures: Pictures, factor: Factor) -> Pictures:
    """Turn the circle of colours: by ``factor`` rounds, from −0.5 to 0.5.

    The arguments are otherwise those of :func:`adjust_brightness`.  A picture of one channel has no
    hue and stays as it is.

    Raises:
        ValueError: a factor beyond a half.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data.transforms import adjust_hue
        >>> red = tt.tensor([1.0, 0.0, 0.0]).reshape(3, 1, 1)
        >>> adjust_hue(red, 1 / 3).flatten().round(decimals=3)     # green
        tensor([0., 1., 0.])
    """

    def apply(batch: Array) -> Array:
        turn = _per_picture(factor, batch)
        if (np.abs(turn) > 0.5).any():
            raise ValueError(f"factor: a hue is turned by -0.5 to 0.5, not by {factor}")
        if batch.shape[1] == 1:
            return batch.copy()
        largest = _largest(batch)
        hue, saturation, value = _to_hsv(_numbers(batch) / largest)
        turned = _from_hsv((hue + turn[:, 0]) % 1, saturation, value) * largest
        return restored(turned, batch.dtype, largest)

    return over_batch(apply, pictures)


def _mixed(batch: Array, other: Any, factor: Factor) -> Array:
    """f · batch + (1 − f) · other"""
    f = _per_picture(factor, batch)
    if (f < 0).any():
        raise ValueError(f"factor: must not be negative, it is {factor}")
    mixture = f * _numbers(batch) + (1 - f) * other
    return restored(mixture, batch.dtype, _largest(batch))


def _per_picture(factor: Factor, batch: Array) -> Array:
    """(N, 1, 1, 1), or 1 instead of N."""
    factors = np.ravel(np.asarray(factor, dtype=_numbers(batch[:0]).dtype))
    if factors.size not in (1, len(batch)):
        raise ShapeError(f"factor: {factors.size} factors for {len(batch)} pictures")
    return factors.reshape(-1, 1, 1, 1)


def _numbers(batch: Array) -> Array:
    """A batch as numbers to compute with; this is where its channels are checked."""
    if batch.shape[1] not in (1, 3):
        raise ShapeError(f"pictures: colours need 1 or 3 channels, these have {batch.shape[1]}")
    return batch.astype(np.result_type(batch.dtype, np.float32), copy=False)


def _largest(batch: Array) -> float:
    return 255.0 if batch.dtype == np.uint8 else 1.0


def _grey(numbers: Array) -> Array:
    """(N, 3, H, W) -> (N, 1, H, W)"""
    if numbers.shape[1] == 1:
        return numbers
    return RED * numbers[:, :1] + GREEN * numbers[:, 1:2] + BLUE * numbers[:, 2:]


def _to_hsv(rgb: Array) -> tuple[Array, Array, Array]:
    """Hue, saturation and value, each (N, H, W) in [0, 1] (A. R. Smith, 1978)."""
    red, green, blue = rgb[:, 0], rgb[:, 1], rgb[:, 2]
    value = rgb.max(axis=1)
    spread = value - rgb.min(axis=1)
    divisor = np.where(spread == 0, 1, spread)  # a grey pixel has no hue, 0 is as good as any
    sextant = np.where(
        value == red,
        (green - blue) / divisor,
        np.where(value == green, 2 + (blue - red) / divisor, 4 + (red - green) / divisor),
    )
    saturation = spread / np.where(value == 0, 1, value)
    return (sextant / 6) % 1, saturation, value


def _from_hsv(hue: Array, saturation: Array, value: Array) -> Array:
    """(N, 3, H, W): each channel is the value, less what its distance on the circle takes away."""
    channels = []
    for start in (5, 3, 1):  # red, green, blue
        k = (start + 6 * hue) % 6
        channels.append(value - value * saturation * np.clip(np.minimum(k, 4 - k), 0, 1))
    return np.stack(channels, axis=1)
