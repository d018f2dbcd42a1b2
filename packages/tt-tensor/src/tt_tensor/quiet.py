"""Silence where infinities and NaNs are results, not accidents.

NumPy warns when 1/0 or log(0) makes an infinity and when 1e38 · 1e38 overflows; PyTorch does not,
and neither do we.  Kernels that do so often are decorated with :data:`quiet`.  The guard costs about
0.35 µs a call, so those that rarely do (add, sub, mul, matmul, ...) go without, and cost nothing:
the filter below ignores NumPy's warnings where they come from our own modules, and where warnings
are errors, as in many test suites, a primitive runs its kernel once more under the guard.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .typing import Array

__all__ = ["quiet", "quietly"]

warnings.filterwarnings(
    "ignore",
    message="(overflow|underflow|divide by zero|invalid value) encountered in",
    category=RuntimeWarning,
    module=r"tt_\w+",
)

quiet = np.errstate(all="ignore")
"""A decorator: floating-point warnings are off inside the kernel."""


def quietly(function: Callable[..., Any]) -> Callable[[Array], Array]:
    """A kernel of one input that calls ``function`` with the warnings off."""

    @quiet
    def kernel(x: Array) -> Array:
        return np.asarray(function(x))

    kernel.__name__ = function.__name__
    return kernel
