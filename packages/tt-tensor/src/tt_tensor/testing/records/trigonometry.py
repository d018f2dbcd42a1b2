"""Records of circular and hyperbolic functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..record import Record, register
from ..samples import singles

Rng = np.random.Generator
DType = np.dtype[Any]


register(
    Record("sin", singles(-3, 3), np.sin, torch=lambda torch, x: torch.sin(x)),
    Record("cos", singles(-3, 3), np.cos, torch=lambda torch, x: torch.cos(x)),
    Record("tan", singles(-1.4, 1.4), np.tan, torch=lambda torch, x: torch.tan(x)),
    Record("asin", singles(-0.9, 0.9), np.arcsin, torch=lambda torch, x: torch.asin(x)),
    Record("acos", singles(-0.9, 0.9), np.arccos, torch=lambda torch, x: torch.acos(x)),
    Record("atan", singles(-3, 3), np.arctan, torch=lambda torch, x: torch.atan(x)),
    Record("sinh", singles(-3, 3), np.sinh, torch=lambda torch, x: torch.sinh(x)),
    Record("cosh", singles(-3, 3), np.cosh, torch=lambda torch, x: torch.cosh(x)),
    Record("asinh", singles(-3, 3), np.arcsinh, torch=lambda torch, x: torch.asinh(x)),
    Record("acosh", singles(1.1, 4), np.arccosh, torch=lambda torch, x: torch.acosh(x)),
    Record("atanh", singles(-0.9, 0.9), np.arctanh, torch=lambda torch, x: torch.atanh(x)),
)
