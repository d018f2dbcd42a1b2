"""Functions of two numbers, one pair at a time."""

from __future__ import annotations

import math

import numpy as np

from ...typing import Array
from .loops import map_pairs


def atan2(x: Array, y: Array) -> Array:
    """The angle of the point (y, x)."""
    return map_pairs(math.atan2, x, y)


def hypot(x: Array, y: Array) -> Array:
    """√(x² + y²), without overflow in the squares."""
    return map_pairs(math.hypot, x, y)


def copysign(x: Array, y: Array) -> Array:
    """The size of x with the sign of y."""
    return map_pairs(math.copysign, x, y)


def logaddexp(x: Array, y: Array) -> Array:
    """ln(eˣ + eʸ) = max(x, y) + ln(1 + exp(-|x - y|)); the rule for equals serves infinities too."""
    return map_pairs(
        lambda a, b: a + math.log(2) if a == b else max(a, b) + math.log1p(math.exp(-abs(a - b))),
        x,
        y,
    )


def xlogy(x: Array, y: Array) -> Array:
    """x · ln y, and 0 where x is 0, unless y is NaN."""
    return map_pairs(lambda a, b: 0 if a == 0 and b == b else a * np.log(b), x, y)
