"""Functions of one number one element at a time."""

from __future__ import annotations

import math

import numpy as np

from ...typing import Array
from .loops import map_elements


def absolute(x: Array) -> Array:
    """The distance from zero."""
    return map_elements(lambda a: -a if a < 0 else a, x)


def sign(x: Array) -> Array:
    """-1, 0 or 1; NaN is neither above nor below 0, so its sign is 0."""
    return map_elements(lambda a: int(a > 0) - int(a < 0), x)


def exp(x: Array) -> Array:
    """e to the power x."""
    return map_elements(np.exp, x)


def exp2(x: Array) -> Array:
    """2 to the power x."""
    return map_elements(np.exp2, x)


def expm1(x: Array) -> Array:
    """eˣ - 1, exact for small x."""
    return map_elements(np.expm1, x)


def log(x: Array) -> Array:
    """The natural logarithm."""
    return map_elements(np.log, x)


def log1p(x: Array) -> Array:
    """ln(1 + x), exact for small x."""
    return map_elements(np.log1p, x)


def log2(x: Array) -> Array:
    """The logarithm to base 2."""
    return map_elements(np.log2, x)


def log10(x: Array) -> Array:
    """The logarithm to base 10."""
    return map_elements(np.log10, x)


def sqrt(x: Array) -> Array:
    """The square root; NaN below zero."""
    return map_elements(np.sqrt, x)


def rsqrt(x: Array) -> Array:
    """1/√x."""
    return map_elements(lambda a: 1 / np.sqrt(a), x)


def reciprocal(x: Array) -> Array:
    """1/x."""
    return map_elements(lambda a: 1 / a, x)


def square(x: Array) -> Array:
    """x·x."""
    return map_elements(lambda a: a * a, x)


def erf(x: Array) -> Array:
    """2/√π ∫₀ˣ exp(-t²) dt."""
    return map_elements(math.erf, x)
