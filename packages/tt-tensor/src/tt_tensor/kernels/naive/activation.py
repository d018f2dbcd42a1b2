"""Activation functions and their gradients, one element at a time."""

from __future__ import annotations

import math

import numpy as np

from ...typing import Array
from .loops import map_elements, map_pairs


def relu(x: Array) -> Array:
    """max(x, 0)."""
    return map_elements(lambda a: a if a > 0 or a != a else 0, x)


def relu_grad(grad: Array, x: Array) -> Array:
    """The gradient where x is positive, else 0."""
    return map_pairs(lambda g, a: g if a > 0 else 0, grad, x)


def leaky_relu(x: Array, slope: float) -> Array:
    """x where it is positive, else slope · x."""
    return map_elements(lambda a: a if a > 0 else a * slope, x)


def leaky_relu_grad(grad: Array, x: Array, slope: float) -> Array:
    """The gradient where x is positive, else slope · gradient."""
    return map_pairs(lambda g, a: g if a > 0 else g * slope, grad, x)


def hardtanh(x: Array, low: float, high: float) -> Array:
    """x, but not below ``low`` and not above ``high``."""
    return map_elements(lambda a: low if a < low else high if a > high else a, x)


def hardtanh_grad(grad: Array, x: Array, low: float, high: float) -> Array:
    """The gradient between the limits, else 0."""
    return map_pairs(lambda g, a: g if low < a < high else 0, grad, x)


def elu(x: Array, alpha: float) -> Array:
    """x where it is positive, else alpha · (eˣ - 1)."""
    return map_elements(lambda a: a if a > 0 else alpha * math.expm1(a), x)


def elu_grad(grad: Array, x: Array, alpha: float) -> Array:
    """The gradient where x is positive, else gradient · alpha · eˣ."""
    return map_pairs(lambda g, a: g if a > 0 else g * alpha * math.exp(a), grad, x)


def sigmoid(x: Array) -> Array:
    """1 / (1 + e⁻ˣ), without overflow on either side."""
    return map_elements(_sigmoid, x)


def sigmoid_grad(grad: Array, result: Array) -> Array:
    """grad · σ (1 - σ), σ being the sigmoid."""
    return map_pairs(lambda g, s: g * s * (1 - s), grad, result)


def tanh(x: Array) -> Array:
    """The hyperbolic tangent."""
    return map_elements(np.tanh, x)


def tanh_grad(grad: Array, result: Array) -> Array:
    """grad · (1 - tanh²)."""
    return map_pairs(lambda g, t: g * (1 - t * t), grad, result)


def gelu(x: Array, approximate: str) -> Array:
    """x · Φ(x), Φ being the normal distribution, or an approximation of it by tanh."""
    if approximate == "tanh":
        return map_elements(lambda a: float(a) * 0.5 * (1 + math.tanh(_inner(float(a)))), x)
    return map_elements(lambda a: float(a) * _phi(float(a)), x)


def gelu_grad(grad: Array, x: Array, approximate: str) -> Array:
    """grad · (Φ(x) + x φ(x)), or the derivative of the approximation."""

    def slope(a: float) -> float:
        if approximate == "tanh":
            t = math.tanh(_inner(a))
            inner_slope = _ROOT * (1 + 3 * 0.044715 * a * a)
            return 0.5 * (1 + t) + 0.5 * a * (1 - t * t) * inner_slope
        return _phi(a) + a * math.exp(-0.5 * a * a) / math.sqrt(2 * math.pi)

    return map_pairs(lambda g, a: g * slope(float(a)), grad, x)


def silu(x: Array) -> Array:
    """x · sigmoid(x)."""
    return map_elements(lambda a: a * _sigmoid(a), x)


def silu_grad(grad: Array, x: Array) -> Array:
    """grad · σ(x) (1 + x (1 - σ(x)))."""
    return map_pairs(lambda g, a: g * _sigmoid(a) * (1 + a * (1 - _sigmoid(a))), grad, x)


def softplus(x: Array, beta: float, threshold: float) -> Array:
    """ln(1 + exp(βx)) / β; x itself where βx is above the threshold."""

    def smooth(a: float) -> float:
        z = beta * float(a)
        return a if z > threshold else (max(z, 0.0) + math.log1p(math.exp(-abs(z)))) / beta

    return map_elements(smooth, x)


_ROOT = math.sqrt(2 / math.pi)


def _inner(a: float) -> float:
    return _ROOT * (a + 0.044715 * a**3)


def _phi(a: float) -> float:
    return 0.5 * (1 + math.erf(a / math.sqrt(2)))


def _sigmoid(a: float) -> float:
    if a >= 0:
        return 1 / (1 + math.exp(-float(a)))
    power = math.exp(float(a))
    return power / (1 + power)
