"""Activation functions and their gradients, one element (or one row) at a time."""

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


def sigmoid(x: Array) -> Array:
    """1 / (1 + e⁻ˣ), without overflow on either side."""
    return map_elements(_sigmoid, x)


def tanh(x: Array) -> Array:
    """The hyperbolic tangent."""
    return map_elements(np.tanh, x)


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


def softmax(x: Array, dim: int) -> Array:
    """exp(x) / Σ exp(x) along one dimension, shifted so that the largest exponent is 0."""
    out = np.empty_like(x)
    lanes, results = np.moveaxis(x, dim, -1), np.moveaxis(out, dim, -1)
    for i in np.ndindex(lanes.shape[:-1]):
        lane = [float(a) for a in lanes[i]]
        highest = max(lane, default=0.0)
        powers = [math.exp(a - highest) for a in lane]
        for k, power in enumerate(powers):
            results[i][k] = power / sum(powers)
    return out


def softmax_grad(grad: Array, result: Array, dim: int) -> Array:
    """result · (grad - Σ grad · result)."""
    out = np.empty_like(result)
    g, y, z = (np.moveaxis(a, dim, -1) for a in (np.broadcast_to(grad, result.shape), result, out))
    for i in np.ndindex(y.shape[:-1]):
        dot = sum(float(a) * float(b) for a, b in zip(g[i], y[i], strict=True))
        for k in range(y.shape[-1]):
            z[i][k] = y[i][k] * (g[i][k] - dot)
    return out


def log_softmax(x: Array, dim: int) -> Array:
    """x - ln Σ exp(x) along one dimension."""
    out = np.empty_like(x)
    lanes, results = np.moveaxis(x, dim, -1), np.moveaxis(out, dim, -1)
    for i in np.ndindex(lanes.shape[:-1]):
        lane = [float(a) for a in lanes[i]]
        highest = max(lane, default=0.0)
        total = highest + math.log(sum(math.exp(a - highest) for a in lane)) if lane else 0.0
        for k, a in enumerate(lane):
            results[i][k] = a - total
    return out


def log_softmax_grad(grad: Array, result: Array, dim: int) -> Array:
    """grad - exp(result) · Σ grad."""
    out = np.empty_like(result)
    g, y, z = (np.moveaxis(a, dim, -1) for a in (np.broadcast_to(grad, result.shape), result, out))
    for i in np.ndindex(y.shape[:-1]):
        total = sum(float(a) for a in g[i])
        for k in range(y.shape[-1]):
            z[i][k] = g[i][k] - math.exp(float(y[i][k])) * total
    return out


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
