"""The two loops that element-wise kernels are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...typing import Array


def map_elements(function: Callable[[Any], Any], x: Array, dtype: Any = None) -> Array:
    """``out[i] = function(x[i])`` for every index ``i``."""
    out = np.empty(x.shape, x.dtype if dtype is None else dtype)
    with np.errstate(all="ignore"):  # infinities and NaNs are values here, not accidents
        for i in np.ndindex(x.shape):
            out[i] = function(x[i])
    return out


def map_pairs(function: Callable[[Any, Any], Any], x: Array, y: Array, dtype: Any = None) -> Array:
    """``out[i] = function(x[i], y[i])`` for every index ``i`` of the shape that both broadcast to."""
    shape = broadcast_shape(x.shape, y.shape)
    out = np.empty(shape, x.dtype if dtype is None else dtype)
    with np.errstate(all="ignore"):
        for i in np.ndindex(shape):
            out[i] = function(x[source_index(i, x.shape)], y[source_index(i, y.shape)])
    return out


def broadcast_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that ``a`` and ``b`` broadcast to: align them at the right; 1 stretches.

    Raises:
        ValueError: two sizes differ and neither is 1.
    """
    length = max(len(a), len(b))
    a, b = (1,) * (length - len(a)) + a, (1,) * (length - len(b)) + b
    for m, n in zip(a, b, strict=True):
        if m != n and 1 not in (m, n):
            raise ValueError(f"shapes {a} and {b} do not broadcast")
    return tuple(n if m == 1 else m for m, n in zip(a, b, strict=True))


def source_index(index: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """Where a broadcast array of the given ``shape`` is read for the result's element ``index``."""
    tail = index[len(index) - len(shape) :]
    return tuple(0 if size == 1 else i for i, size in zip(tail, shape, strict=True))
