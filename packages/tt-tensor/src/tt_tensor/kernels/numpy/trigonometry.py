"""Circular and hyperbolic functions by NumPy's universal functions."""

from __future__ import annotations

import numpy as np

from ...quiet import quietly

sin = quietly(np.sin)
cos = quietly(np.cos)
tan = quietly(np.tan)
asin = quietly(np.arcsin)
acos = quietly(np.arccos)
atan = np.arctan
sinh = quietly(np.sinh)
cosh = quietly(np.cosh)
asinh = np.arcsinh
acosh = quietly(np.arccosh)
atanh = quietly(np.arctanh)
