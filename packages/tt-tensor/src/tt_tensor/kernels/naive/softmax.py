"""Softmax, its logarithm and their gradients, one row (along one dimension) at a time."""

from __future__ import annotations

import math

import numpy as np

from ...typing import Array


def softmax(x: Array, dim: int) -> Array:
    """exp(x) / Σ exp(x) along one dimension, shifted so that the largest exponent is 0."""
    out = np.empty_like(x)
    lanes, results = _lanes(x, dim), _lanes(out, dim)
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
    g, y, z = _lanes(grad, dim), _lanes(result, dim), _lanes(out, dim)
    for i in np.ndindex(y.shape[:-1]):
        dot = sum(float(a) * float(b) for a, b in zip(g[i], y[i], strict=True))
        for k in range(y.shape[-1]):
            z[i][k] = y[i][k] * (g[i][k] - dot)
    return out


def log_softmax(x: Array, dim: int) -> Array:
    """x - ln Σ exp(x) along one dimension."""
    out = np.empty_like(x)
    lanes, results = _lanes(x, dim), _lanes(out, dim)
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
    g, y, z = _lanes(grad, dim), _lanes(result, dim), _lanes(out, dim)
    for i in np.ndindex(y.shape[:-1]):
        total = sum(float(a) for a in g[i])
        for k in range(y.shape[-1]):
            z[i][k] = g[i][k] - math.exp(float(y[i][k])) * total
    return out


def _lanes(x: Array, dim: int) -> Array:
    """A view with the dimension ``dim`` last; a scalar is a lane of one number."""
    return np.moveaxis(x, dim, -1) if x.ndim else x.reshape(1)
