"""Circular and hyperbolic functions, one element at a time."""

from __future__ import annotations

import numpy as np

from ...typing import Array
from .loops import map_elements


def sin(x: Array) -> Array:
    """The sine."""
    return map_elements(np.sin, x)


def cos(x: Array) -> Array:
    """The cosine."""
    return map_elements(np.cos, x)


def tan(x: Array) -> Array:
    """The tangent."""
    return map_elements(np.tan, x)


def asin(x: Array) -> Array:
    """The angle whose sine is x; NaN outside [-1, 1]."""
    return map_elements(np.arcsin, x)


def acos(x: Array) -> Array:
    """The angle whose cosine is x; NaN outside [-1, 1]."""
    return map_elements(np.arccos, x)


def atan(x: Array) -> Array:
    """The angle whose tangent is x."""
    return map_elements(np.arctan, x)


def sinh(x: Array) -> Array:
    """(eˣ - e⁻ˣ) / 2."""
    return map_elements(np.sinh, x)


def cosh(x: Array) -> Array:
    """(eˣ + e⁻ˣ) / 2."""
    return map_elements(np.cosh, x)


def asinh(x: Array) -> Array:
    """The inverse of sinh."""
    return map_elements(np.arcsinh, x)


def acosh(x: Array) -> Array:
    """The inverse of cosh; NaN below 1."""
    return map_elements(np.arccosh, x)


def atanh(x: Array) -> Array:
    """The inverse of tanh; NaN outside [-1, 1]."""
    return map_elements(np.arctanh, x)
