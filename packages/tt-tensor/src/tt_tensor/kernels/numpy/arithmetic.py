"""Arithmetic by NumPy's universal functions."""

from __future__ import annotations

import numpy as np

from ...quiet import quiet
from ...typing import Array

add = np.add
sub = np.subtract
mul = np.multiply
neg = np.negative


@quiet
def div(x: Array, y: Array) -> Array:
    """x / y."""
    return np.divide(x, y)


@quiet
def floor_divide(x: Array, y: Array) -> Array:
    """floor(x / y)."""
    return np.floor_divide(x, y)


@quiet
def trunc_divide(x: Array, y: Array) -> Array:
    """x / y without its fraction."""
    if x.dtype.kind == "f":
        return np.trunc(np.divide(x, y))
    quotient = np.floor_divide(x, y)
    # floor and truncation differ by one where the exact quotient is negative and not whole
    return np.asarray(quotient + ((quotient < 0) & (quotient * y != x)).astype(x.dtype))


@quiet
def remainder(x: Array, y: Array) -> Array:
    """The remainder that has the divisor's sign."""
    return np.remainder(x, y)


@quiet
def power(x: Array, y: Array) -> Array:
    """x to the power y; the common small exponents as products, which are many times faster."""
    if y.ndim == 0:
        exponent = y.item()
        if exponent == 1:
            return x.copy()
        if exponent == 2:
            return np.multiply(x, x)
        if exponent == 3:
            return np.multiply(np.multiply(x, x), x)
        if exponent == 0.5:
            return np.sqrt(x)
    return np.power(x, y)
