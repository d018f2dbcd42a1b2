"""Activation functions and their gradients, vectorised.

They stand on the paths that every training step takes, so each step counts: operands that are
numbers are kept as 0-dimensional arrays, results are built in place, large arrays go block by
block, and masks are multiplied, which is several times faster than ``np.where``.
"""

from __future__ import annotations

import numpy as np

from ...quiet import quiet
from ...typing import Array
from .blocks import BLOCK, constant, in_blocks

_ZERO = {np.dtype(kind): np.zeros((), kind) for kind in "efdqihbB?"}
_ONE = constant(1.0)
_FLOAT32 = np.dtype("float32")
_ZERO32, _ONE32 = _ZERO[_FLOAT32], _ONE[_FLOAT32]  # the usual type is found without hashing
_ZEROS32 = np.zeros(BLOCK, _FLOAT32)

tanh = np.tanh


def relu(x: Array) -> Array:
    """max(x, 0)."""
    if x.dtype is _FLOAT32:
        return np.maximum(x, _ZERO32) if x.size <= BLOCK else in_blocks(_relu_block, x)
    return np.maximum(x, _ZERO[x.dtype])


def _relu_block(x: Array, out: Array) -> None:
    # np.maximum has a vector loop for two arrays, but none for an array and a number
    zero = _ZEROS32[: x.size] if x.ndim == 1 and x.size <= BLOCK else _ZERO32
    np.maximum(x, zero, out=out)


def relu_grad(grad: Array, x: Array) -> Array:
    """The gradient where x is positive, else 0."""
    if x.size > BLOCK:
        return in_blocks(_relu_grad_block, grad, x)
    zero = _ZERO32 if x.dtype is _FLOAT32 else _ZERO[x.dtype]
    out = np.greater(x, zero).astype(x.dtype)  # a multiplication by booleans is slower
    out *= grad
    return out


def _relu_grad_block(grad: Array, x: Array, out: Array) -> None:
    np.multiply(grad, np.greater(x, _ZERO[x.dtype]).astype(x.dtype), out)


def leaky_relu(x: Array, slope: float) -> Array:
    """x where it is positive, else slope · x."""
    scaled = np.multiply(x, np.asarray(slope, x.dtype))
    if slope == 0:  # 0 · ∞ is NaN, which np.maximum would prefer to ∞
        return np.where(np.greater(x, _ZERO[x.dtype]), x, scaled)
    choose = np.maximum if slope <= 1 else np.minimum
    return np.asarray(choose(x, scaled))


def leaky_relu_grad(grad: Array, x: Array, slope: float) -> Array:
    """The gradient where x is positive, else slope · gradient."""
    return np.multiply(
        grad, np.where(np.greater(x, _ZERO[x.dtype]), _ONE[x.dtype], np.asarray(slope, x.dtype))
    )


def hardtanh(x: Array, low: float, high: float) -> Array:
    """x, but not below ``low`` and not above ``high``."""
    out = np.maximum(x, np.asarray(low, x.dtype))
    return np.asarray(np.minimum(out, np.asarray(high, x.dtype)))


def hardtanh_grad(grad: Array, x: Array, low: float, high: float) -> Array:
    """The gradient between the limits, else 0."""
    inside = np.greater(x, np.asarray(low, x.dtype)) & np.less(x, np.asarray(high, x.dtype))
    return np.asarray(np.multiply(grad, inside))


@quiet
def elu(x: Array, alpha: float) -> Array:
    """x where it is positive, else alpha · (eˣ - 1)."""
    zero = _ZERO[x.dtype]
    curve = np.expm1(np.minimum(x, zero)) * np.asarray(alpha, x.dtype)
    return np.asarray(np.maximum(x, zero) + curve)


@quiet
def elu_grad(grad: Array, x: Array, alpha: float) -> Array:
    """The gradient where x is positive, else gradient · alpha · eˣ."""
    curve = np.exp(np.minimum(x, _ZERO[x.dtype])) * np.asarray(alpha, x.dtype)
    return np.multiply(grad, np.where(np.greater(x, _ZERO[x.dtype]), _ONE[x.dtype], curve))


@quiet
def sigmoid(x: Array) -> Array:
    """1 / (1 + e⁻ˣ): far to the left e⁻ˣ becomes infinite, and its inverse the right 0."""
    return in_blocks(_sigmoid_block, x)


def _sigmoid_block(x: Array, out: Array) -> None:
    one = _ONE32 if x.dtype is _FLOAT32 else _ONE[x.dtype]
    np.exp(np.negative(x, out), out)
    out += one
    np.divide(one, out, out)


def sigmoid_grad(grad: Array, result: Array) -> Array:
    """grad · σ (1 - σ)."""
    if result.size > BLOCK or not result.ndim:
        return in_blocks(_sigmoid_grad_block, grad, result)
    return _sigmoid_grad_block(grad, result)


def _sigmoid_grad_block(grad: Array, result: Array, out: Array | None = None) -> Array:
    one = _ONE32 if result.dtype is _FLOAT32 else _ONE[result.dtype]
    out = np.subtract(one, result, out)
    out *= result
    out *= grad
    return out


def tanh_grad(grad: Array, result: Array) -> Array:
    """grad · (1 - tanh²)."""
    if result.size > BLOCK or not result.ndim:
        return in_blocks(_tanh_grad_block, grad, result)
    return _tanh_grad_block(grad, result)


def _tanh_grad_block(grad: Array, result: Array, out: Array | None = None) -> Array:
    one = _ONE32 if result.dtype is _FLOAT32 else _ONE[result.dtype]
    out = np.multiply(result, result, out)
    np.subtract(one, out, out)
    out *= grad
    return out


@quiet
def silu(x: Array) -> Array:
    """x / (1 + e⁻ˣ)."""
    return in_blocks(_silu_block, x)


def _silu_block(x: Array, out: Array) -> None:
    np.negative(x, out)
    np.exp(out, out)
    out += _ONE[x.dtype]
    np.divide(x, out, out)


@quiet
def silu_grad(grad: Array, x: Array) -> Array:
    """grad · σ(x) (1 + x (1 - σ(x)))."""
    return in_blocks(_silu_grad_block, grad, x)


def _silu_grad_block(grad: Array, x: Array, out: Array) -> None:
    s = sigmoid(x)
    np.subtract(_ONE[x.dtype], s, out)
    out *= x
    out += _ONE[x.dtype]
    out *= s
    out *= grad


@quiet
def softplus(x: Array, beta: float, threshold: float) -> Array:
    """ln(1 + exp(βx)) / β; x itself where βx is above the threshold."""
    factor = np.asarray(beta, x.dtype)
    z = np.asarray(x * factor)
    out = np.log1p(np.exp(-np.abs(z)))  # ln(1 + exp(z)) = max(z, 0) + ln(1 + exp(-|z|))
    out += np.maximum(z, _ZERO[x.dtype])
    return np.where(z > threshold, x, out / factor)
