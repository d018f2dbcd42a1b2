"""Blocks: chains of element-wise steps over parts of an array that fit into the cache.

A formula such as x·Φ(x) takes a dozen steps, and NumPy runs each over the whole array.  On large
arrays every step would then read and write main memory, and every intermediate result would be
fresh memory that the system first has to hand out.  Taking all steps on one part before going on
to the next keeps both in the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...typing import Array

BLOCK = 1 << 14
"""Elements per part: 64 KB of float32, so that a handful of parts fits into a core's second cache."""


def in_blocks(kernel: Callable[..., Any], *inputs: Array) -> Array:
    """The result of ``kernel(*inputs, out)``, computed part by part.

    Args:
        kernel: writes an element-wise function of the inputs into ``out``.
        inputs: arrays of one shape; the result has the type and the memory order of the first.
    """
    out = np.empty_like(inputs[0])
    if out.size <= BLOCK or any(x.strides != out.strides for x in inputs):
        kernel(*inputs, out)
        return out
    # equal strides: in the order of memory the k-th elements of all arrays belong together
    flat = [x.ravel(order="K") for x in (*inputs, out)]
    for start in range(0, out.size, BLOCK):
        kernel(*[x[start : start + BLOCK] for x in flat])
    return out


def constant(value: float) -> dict[np.dtype[Any], Array]:
    """``value`` in each floating-point type, as the operand that costs least.

    ``x * a`` with a 0-dimensional array ``a`` takes half the time of ``x * 0.5``: a Python number
    is converted at every call.
    """
    return {np.dtype(name): np.asarray(value, name) for name in ("float16", "float32", "float64")}
