"""Copies and conversions by NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...quiet import quiet
from ...typing import Array


@quiet
def cast(x: Array, dtype: Any) -> Array:
    """Each element in another type."""
    return x.astype(dtype)


def clone(x: Array) -> Array:
    """The same values in memory of their own."""
    return x.copy(order="K")  # keeps the order of the strides, as a copy of a transposed matrix


def contiguous(x: Array) -> Array:
    """The same values in row-major order."""
    return x.copy(order="C")


def overwrite(x: Array, value: Array) -> Array:
    """``value``, broadcast to the shape and converted to the type of ``x``."""
    out = np.empty_like(x)
    np.copyto(out, value, casting="unsafe")
    return out
