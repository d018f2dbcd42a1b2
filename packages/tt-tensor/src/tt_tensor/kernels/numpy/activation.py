"""Activation functions and their gradients, vectorised.

``np.maximum`` against a 0-dimensional array is several times faster than against a Python number,
and multiplying by a mask several times faster than ``np.where``.
"""

from __future__ import annotations

import math

import numpy as np

from ...typing import Array
from .elementwise import erf
from .quiet import quiet

_ZERO = {np.dtype(kind): np.zeros((), kind) for kind in "efdqihbB?"}
_FLOAT32 = np.dtype("float32")
_ZERO32 = _ZERO[_FLOAT32]  # the usual type is found without hashing
_ROOT = math.sqrt(2 / math.pi)

tanh = np.tanh


def relu(x: Array) -> Array:
    """max(x, 0)."""
    return np.maximum(x, _ZERO32 if x.dtype is _FLOAT32 else _ZERO[x.dtype])


def relu_grad(grad: Array, x: Array) -> Array:
    """The gradient where x is positive, else 0."""
    zero = _ZERO32 if x.dtype is _FLOAT32 else _ZERO[x.dtype]
    out = np.greater(x, zero).astype(x.dtype)  # a multiplication by booleans is slower
    out *= grad
    return out


def leaky_relu(x: Array, slope: float) -> Array:
    """x where it is positive, else slope · x."""
    return np.multiply(x, _slopes(x, slope))


def leaky_relu_grad(grad: Array, x: Array, slope: float) -> Array:
    """The gradient where x is positive, else slope · gradient."""
    return np.multiply(grad, _slopes(x, slope))


def _slopes(x: Array, slope: float) -> Array:
    """1 where x is positive, else the slope."""
    return np.asarray((x > 0) * x.dtype.type(1 - slope) + x.dtype.type(slope))


@quiet
def sigmoid(x: Array) -> Array:
    """1 / (1 + e⁻ˣ) as (1 + tanh(x/2)) / 2 for large x, where tanh cannot overflow.

    For negative x that form would cancel, so eˣ/(1 + eˣ) serves there: both are one expression in
    z = exp(-|x|).
    """
    z = np.exp(-np.abs(x))  # in (0, 1]
    return np.asarray(np.where(x >= 0, 1, z) / (1 + z)).astype(x.dtype, copy=False)


def gelu(x: Array, approximate: str) -> Array:
    """x · Φ(x)."""
    half = x.dtype.type(0.5)
    if approximate == "tanh":
        return np.asarray(x * half * (1 + np.tanh(_inner(x))))
    return np.asarray(x * half * (1 + erf(np.asarray(x * x.dtype.type(math.sqrt(0.5))))))


@quiet
def gelu_grad(grad: Array, x: Array, approximate: str) -> Array:
    """grad · (Φ(x) + x φ(x))."""
    t = x.dtype.type
    if approximate == "tanh":
        tanh_inner = np.tanh(_inner(x))
        inner_slope = t(_ROOT) * (1 + t(3 * 0.044715) * x * x)
        slope = t(0.5) * (1 + tanh_inner + x * (1 - tanh_inner * tanh_inner) * inner_slope)
    else:
        cdf = t(0.5) * (1 + erf(np.asarray(x * t(math.sqrt(0.5)))))
        slope = cdf + x * np.exp(t(-0.5) * x * x) * t(1 / math.sqrt(2 * math.pi))
    return np.asarray(grad * slope)


@quiet
def _inner(x: Array) -> Array:
    return np.asarray(x.dtype.type(_ROOT) * (x + x.dtype.type(0.044715) * x * x * x))


def silu(x: Array) -> Array:
    """x · sigmoid(x)."""
    return np.multiply(x, sigmoid(x))


def silu_grad(grad: Array, x: Array) -> Array:
    """grad · σ(x) (1 + x (1 - σ(x)))."""
    s = sigmoid(x)
    return np.asarray(grad * s * (1 + x * (1 - s)))


@quiet
def softplus(x: Array, beta: float, threshold: float) -> Array:
    """ln(1 + exp(βx)) / β; x itself where βx is above the threshold."""
    z = x * x.dtype.type(beta)
    smooth = (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / x.dtype.type(beta)
    return np.asarray(np.where(z > threshold, x, smooth)).astype(x.dtype, copy=False)


@quiet
def softmax(x: Array, dim: int) -> Array:
    """exp(x) / Σ exp(x) along one dimension."""
    if not x.size:
        return x.copy()
    out: Array = np.exp(x - np.maximum.reduce(x, axis=dim, keepdims=True))
    out /= np.add.reduce(out, axis=dim, keepdims=True)
    return out


def softmax_grad(grad: Array, result: Array, dim: int) -> Array:
    """result · (grad - Σ grad · result)."""
    weighted = grad * result
    return np.asarray(weighted - result * np.add.reduce(weighted, axis=dim, keepdims=True))


@quiet
def log_softmax(x: Array, dim: int) -> Array:
    """x - ln Σ exp(x) along one dimension."""
    if not x.size:
        return x.copy()
    shifted: Array = x - np.maximum.reduce(x, axis=dim, keepdims=True)
    total = np.add.reduce(np.exp(shifted), axis=dim, keepdims=True)
    shifted -= np.log(total)
    return shifted


def log_softmax_grad(grad: Array, result: Array, dim: int) -> Array:
    """grad - exp(result) · Σ grad."""
    return np.asarray(grad - np.exp(result) * np.add.reduce(grad, axis=dim, keepdims=True))
