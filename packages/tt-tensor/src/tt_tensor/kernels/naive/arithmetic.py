"""Arithmetic, one element at a time."""

from __future__ import annotations

import math
from typing import Any

from ...typing import Array
from .loops import map_elements, map_pairs


def add(x: Array, y: Array) -> Array:
    """x + y; for booleans, "or"."""
    return map_pairs(lambda a, b: a + b, x, y)


def sub(x: Array, y: Array) -> Array:
    """x - y."""
    return map_pairs(lambda a, b: a - b, x, y)


def mul(x: Array, y: Array) -> Array:
    """x * y."""
    return map_pairs(lambda a, b: a * b, x, y)


def div(x: Array, y: Array) -> Array:
    """x / y of floating-point numbers; a zero divisor gives an infinity, 0/0 gives NaN."""
    return map_pairs(lambda a, b: a / b, x, y)


def floor_divide(x: Array, y: Array) -> Array:
    """The largest whole number not above x / y."""
    if x.dtype.kind == "f":
        return map_pairs(_floor_of_quotient, x, y)
    return map_pairs(lambda a, b: int(a) // int(b), x, y)


def trunc_divide(x: Array, y: Array) -> Array:
    """x / y without its fraction."""
    if x.dtype.kind == "f":
        return map_pairs(lambda a, b: _whole(math.trunc, float(a / b)), x, y)
    return map_pairs(lambda a, b: _int_towards_zero(int(a), int(b)), x, y)


def remainder(x: Array, y: Array) -> Array:
    """x - y * floor(x / y): the remainder that has the divisor's sign."""
    return map_pairs(lambda a, b: a % b, x, y)


def power(x: Array, y: Array) -> Array:
    """x to the power y."""
    if x.dtype.kind == "f":
        return map_pairs(lambda a, b: a**b, x, y)
    return map_pairs(lambda a, b: _int_power(int(a), int(b), x.dtype), x, y)


def neg(x: Array) -> Array:
    """-x."""
    return map_elements(lambda a: -a, x)


def _whole(rounding: Any, quotient: Any) -> Any:
    return rounding(quotient) if math.isfinite(quotient) else quotient


def _floor_of_quotient(a: Any, b: Any) -> Any:
    if b == 0 or not math.isfinite(a):
        return a / b
    return (a - a % b) / b if math.isfinite(b) else math.floor(a / b)


def _int_towards_zero(a: int, b: int) -> int:
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def _int_power(a: int, b: int, dtype: Any) -> int:
    """a**b, wrapped around as the type's arithmetic does."""
    bits = 8 * dtype.itemsize
    value: int = (a**b) & ((1 << bits) - 1)
    return value - (1 << bits) if dtype.kind == "i" and value >> (bits - 1) else value
