"""Limits and rounding by NumPy's universal functions."""

from __future__ import annotations

import numpy as np

from ...quiet import quiet
from ...typing import Array

floor = np.floor
ceil = np.ceil
trunc = np.trunc
isnan = np.isnan
isinf = np.isinf
isfinite = np.isfinite
maximum = np.maximum
minimum = np.minimum


@quiet
def fmod(x: Array, y: Array) -> Array:
    """The remainder that has the dividend's sign."""
    return np.fmod(x, y)


@quiet
def frac(x: Array) -> Array:
    """The fraction that ``trunc`` cuts off."""
    return np.fmod(x, 1)


def rounded(x: Array, decimals: int) -> Array:
    """The nearest multiple of 10^-decimals; halves go to the even neighbour."""
    if decimals == 0 or x.dtype.kind != "f":
        return np.rint(x) if x.dtype.kind == "f" else x.copy()
    scale = x.dtype.type(10.0**decimals)
    return np.asarray(np.rint(x * scale) / scale)


def clamp(x: Array, low: float | None, high: float | None) -> Array:
    """x, but not below ``low`` and not above ``high``."""
    out = x if low is None else np.maximum(x, x.dtype.type(low))
    return np.asarray(out if high is None else np.minimum(out, x.dtype.type(high)))


def clamp_grad(grad: Array, x: Array, low: float | None, high: float | None) -> Array:
    """The gradient where x was not clipped, else 0."""
    inside = np.ones(x.shape, bool)
    if low is not None:
        inside &= x >= low
    if high is not None:
        inside &= x <= high
    return np.multiply(grad, inside)
