"""Copies and conversions, one element at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...typing import Array
from .loops import map_elements


def cast(x: Array, dtype: Any) -> Array:
    """Each element in another type; a fraction is cut off when it becomes an integer."""
    return map_elements(lambda a: a, x, dtype)


def clone(x: Array) -> Array:
    """The same values in memory of their own."""
    return map_elements(lambda a: a, x)


def overwrite(x: Array, value: Array) -> Array:
    """``value``, broadcast to the shape and converted to the type of ``x``."""
    out = np.empty(x.shape, x.dtype)
    shown = np.broadcast_to(value, x.shape)
    for i in np.ndindex(x.shape):
        out[i] = shown[i]
    return out
