"""Comparisons, logic and choices, one element at a time."""

from __future__ import annotations

import numpy as np

from ...typing import Array
from .loops import broadcast_shape, map_elements, map_pairs, source_index


def eq(x: Array, y: Array) -> Array:
    """x = y."""
    return map_pairs(lambda a, b: a == b, x, y, bool)


def ne(x: Array, y: Array) -> Array:
    """x ≠ y."""
    return map_pairs(lambda a, b: a != b, x, y, bool)


def lt(x: Array, y: Array) -> Array:
    """x < y."""
    return map_pairs(lambda a, b: a < b, x, y, bool)


def le(x: Array, y: Array) -> Array:
    """x ≤ y."""
    return map_pairs(lambda a, b: a <= b, x, y, bool)


def gt(x: Array, y: Array) -> Array:
    """x > y."""
    return map_pairs(lambda a, b: a > b, x, y, bool)


def ge(x: Array, y: Array) -> Array:
    """x ≥ y."""
    return map_pairs(lambda a, b: a >= b, x, y, bool)


def logical_and(x: Array, y: Array) -> Array:
    """Both are not 0."""
    return map_pairs(lambda a, b: bool(a) and bool(b), x, y, bool)


def logical_or(x: Array, y: Array) -> Array:
    """At least one is not 0."""
    return map_pairs(lambda a, b: bool(a) or bool(b), x, y, bool)


def logical_xor(x: Array, y: Array) -> Array:
    """Exactly one is not 0."""
    return map_pairs(lambda a, b: bool(a) != bool(b), x, y, bool)


def logical_not(x: Array) -> Array:
    """It is 0."""
    return map_elements(lambda a: not a, x, bool)


def bitwise_and(x: Array, y: Array) -> Array:
    """The bits that both have."""
    return map_pairs(lambda a, b: a & b, x, y)


def bitwise_or(x: Array, y: Array) -> Array:
    """The bits that one of them has."""
    return map_pairs(lambda a, b: a | b, x, y)


def bitwise_xor(x: Array, y: Array) -> Array:
    """The bits in which they differ."""
    return map_pairs(lambda a, b: a ^ b, x, y)


def bitwise_not(x: Array) -> Array:
    """Every bit turned over."""
    return map_elements(lambda a: ~a, x)


def shift_left(x: Array, y: Array) -> Array:
    """x · 2ʸ."""
    return map_pairs(lambda a, b: a << b, x, y)


def shift_right(x: Array, y: Array) -> Array:
    """x / 2ʸ, rounded down."""
    return map_pairs(lambda a, b: a >> b, x, y)


def where(condition: Array, x: Array, y: Array) -> Array:
    """x where the condition holds, else y."""
    shape = broadcast_shape(broadcast_shape(condition.shape, x.shape), y.shape)
    out = np.empty(shape, x.dtype)
    for i in np.ndindex(shape):
        chosen = x if condition[source_index(i, condition.shape)] else y
        out[i] = chosen[source_index(i, chosen.shape)]
    return out
