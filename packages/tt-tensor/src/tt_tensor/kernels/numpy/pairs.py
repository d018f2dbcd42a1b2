"""Functions of two numbers by NumPy's universal functions."""

from __future__ import annotations

import numpy as np

from ...quiet import quiet
from ...typing import Array

atan2 = np.arctan2
hypot = np.hypot
copysign = np.copysign


@quiet
def logaddexp(x: Array, y: Array) -> Array:
    """ln(eˣ + eʸ)."""
    return np.logaddexp(x, y)


@quiet
def xlogy(x: Array, y: Array) -> Array:
    """x · ln y, and 0 where x is 0, unless y is NaN."""
    return np.where((x == 0) & ~np.isnan(y), np.zeros((), x.dtype), x * np.log(y))
