"""Silence for kernels whose infinities and NaNs are results, not accidents.

NumPy warns when 1/0 or log(0) makes an infinity; PyTorch does not, and neither do we.  The guard
costs about 0.35 µs a call, so the kernels that only overflow (add, sub, mul, matmul) go without:
there NumPy's warning is the first sign of a diverging run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...typing import Array

quiet = np.errstate(all="ignore")
"""A decorator: floating-point warnings are off inside the kernel."""


def quietly(function: Callable[..., Any]) -> Callable[[Array], Array]:
    """A kernel of one input that calls ``function`` with the warnings off."""

    @quiet
    def kernel(x: Array) -> Array:
        return np.asarray(function(x))

    kernel.__name__ = function.__name__
    return kernel
