"""GELU, x·Φ(x), and its gradient, where Φ(x) = (1 + erf(x/√2)) / 2 is the normal distribution."""

from __future__ import annotations

import math

import numpy as np

from ...quiet import quiet
from ...typing import Array
from .blocks import constant, in_blocks
from .erf import erf

_ONE, _HALF, _MINUS_HALF = constant(1.0), constant(0.5), constant(-0.5)
_ROOT_HALF = constant(math.sqrt(0.5))
_DENSITY = constant(1 / math.sqrt(2 * math.pi))
# the approximation by tanh(√(2/π) (x + 0.044715 x³)), and the derivative of its argument
_ROOT, _CUBE, _CUBE_SLOPE = constant(math.sqrt(2 / math.pi)), constant(0.044715), constant(0.134145)


@quiet
def gelu(x: Array, approximate: str) -> Array:
    """x · Φ(x)."""
    return in_blocks(_gelu_tanh if approximate == "tanh" else _gelu_erf, x)


@quiet
def gelu_grad(grad: Array, x: Array, approximate: str) -> Array:
    """grad · (Φ(x) + x φ(x)), φ being the density."""
    return in_blocks(_gelu_tanh_grad if approximate == "tanh" else _gelu_erf_grad, grad, x)


def _gelu_erf(x: Array, out: Array) -> None:
    np.multiply(_cdf(x), x, out)


def _gelu_erf_grad(grad: Array, x: Array, out: Array) -> None:
    np.multiply(x, x, out)
    out *= _MINUS_HALF[x.dtype]
    np.exp(out, out)
    out *= _DENSITY[x.dtype]  # φ(x)
    out *= x
    out += _cdf(x)
    out *= grad


def _cdf(x: Array) -> Array:
    """Φ(x)."""
    out = erf(np.asarray(np.multiply(x, _ROOT_HALF[x.dtype])))
    out += _ONE[x.dtype]
    out *= _HALF[x.dtype]
    return out


def _gelu_tanh(x: Array, out: Array) -> None:
    _tanh_of_cubic(x, out)
    out += _ONE[x.dtype]
    out *= _HALF[x.dtype]
    out *= x


def _gelu_tanh_grad(grad: Array, x: Array, out: Array) -> None:
    t = np.empty_like(x)
    _tanh_of_cubic(x, t)
    np.multiply(x, x, out)
    out *= _CUBE_SLOPE[x.dtype]
    out += _ONE[x.dtype]
    out *= _ROOT[x.dtype]
    out *= x  # x u', where t = tanh(u)
    out *= np.subtract(_ONE[x.dtype], t * t)  # x dt/dx
    out += t
    out += _ONE[x.dtype]
    out *= _HALF[x.dtype]
    out *= grad


def _tanh_of_cubic(x: Array, out: Array) -> None:
    """tanh(√(2/π) (x + 0.044715 x³))."""
    np.multiply(x, x, out)
    out *= _CUBE[x.dtype]
    out += _ONE[x.dtype]
    out *= x
    out *= _ROOT[x.dtype]
    np.tanh(out, out)
