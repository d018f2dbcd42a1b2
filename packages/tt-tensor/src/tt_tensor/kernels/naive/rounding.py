"""Limits and rounding, one element at a time."""

from __future__ import annotations

import math

import numpy as np

from ...typing import Array
from .loops import map_elements, map_pairs


def floor(x: Array) -> Array:
    """The largest whole number not above x."""
    return map_elements(np.floor, x)


def ceil(x: Array) -> Array:
    """The smallest whole number not below x."""
    return map_elements(np.ceil, x)


def trunc(x: Array) -> Array:
    """x without its fraction."""
    return map_elements(np.trunc, x)


def frac(x: Array) -> Array:
    """The fraction that ``trunc`` cuts off."""
    return map_elements(lambda a: a - np.trunc(a), x)


def rounded(x: Array, decimals: int) -> Array:
    """The nearest multiple of 10^-decimals; halves go to the even neighbour."""
    scale = 10.0**decimals
    return map_elements(lambda a: np.rint(a * scale) / scale if x.dtype.kind == "f" else a, x)


def isnan(x: Array) -> Array:
    """Whether x is not a number."""
    return map_elements(lambda a: a != a, x, bool)


def isinf(x: Array) -> Array:
    """Whether x is infinite."""
    return map_elements(lambda a: abs(a) == math.inf, x, bool)


def isfinite(x: Array) -> Array:
    """Whether x is neither infinite nor NaN."""
    return map_elements(lambda a: a == a and abs(a) != math.inf, x, bool)


def clamp(x: Array, low: float | None, high: float | None) -> Array:
    """x, but not below ``low`` and not above ``high``."""

    def clip(a: float) -> float:
        if low is not None and a < low:
            a = low
        return high if high is not None and a > high else a

    return map_elements(clip, x)


def clamp_grad(grad: Array, x: Array, low: float | None, high: float | None) -> Array:
    """The gradient where x was not clipped, else 0."""

    def inside(g: float, a: float) -> float:
        return g if (low is None or a >= low) and (high is None or a <= high) else 0.0

    return map_pairs(inside, grad, x)


def maximum(x: Array, y: Array) -> Array:
    """The larger one; NaN if one is."""
    return map_pairs(lambda a, b: a if a != a or a > b else b, x, y)


def minimum(x: Array, y: Array) -> Array:
    """The smaller one; NaN if one is."""
    return map_pairs(lambda a, b: a if a != a or a < b else b, x, y)


def fmod(x: Array, y: Array) -> Array:
    """The remainder that has the dividend's sign."""
    return map_pairs(np.fmod, x, y)
