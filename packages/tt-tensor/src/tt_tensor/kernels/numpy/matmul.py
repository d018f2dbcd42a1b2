"""Matrix products by the BLAS library that NumPy carries."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...quiet import quiet
from ...typing import Array


def matmul(x: Array, y: Array) -> Array:
    """x @ y."""
    if x.ndim == 2 and y.ndim == 2:
        product: Array = np.dot(x, y)  # half the call cost of np.matmul
        return product
    return np.asarray(np.matmul(x, y))


@quiet
def einsum(*arguments: Any) -> Array:
    """Einstein's summation."""
    *operands, equation = arguments
    return np.asarray(np.einsum(equation, *operands, optimize=len(operands) > 2))
