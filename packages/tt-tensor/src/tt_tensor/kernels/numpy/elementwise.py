"""Functions of one number by NumPy's universal functions."""

from __future__ import annotations

import numpy as np

from ...quiet import quiet, quietly
from ...typing import Array

absolute = np.absolute
exp = quietly(np.exp)
exp2 = quietly(np.exp2)
expm1 = quietly(np.expm1)
log = quietly(np.log)
log1p = quietly(np.log1p)
log2 = quietly(np.log2)
log10 = quietly(np.log10)
sqrt = quietly(np.sqrt)
reciprocal = quietly(np.reciprocal)
square = np.square


@quiet
def rsqrt(x: Array) -> Array:
    """1/√x."""
    return np.reciprocal(np.sqrt(x))


def sign(x: Array) -> Array:
    """-1, 0 or 1; 0 for NaN, which np.sign would keep."""
    if x.dtype.kind in "bu":
        return np.greater(x, 0).astype(x.dtype)
    return np.subtract(np.greater(x, 0), np.less(x, 0), dtype=x.dtype)
