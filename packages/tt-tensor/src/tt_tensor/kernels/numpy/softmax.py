"""Softmax, its logarithm and their gradients, vectorised along one dimension."""

from __future__ import annotations

import numpy as np

from ...quiet import quiet
from ...typing import Array


@quiet
def softmax(x: Array, dim: int) -> Array:
    """exp(x) / Σ exp(x), shifted so that the largest exponent is 0."""
    if not x.size or not x.ndim:
        return np.ones_like(x)  # of a single number
    out: Array = x - np.maximum.reduce(x, axis=dim, keepdims=True)
    np.exp(out, out)
    out /= np.add.reduce(out, axis=dim, keepdims=True)
    return out


def softmax_grad(grad: Array, result: Array, dim: int) -> Array:
    """result · (grad - Σ grad · result)."""
    out: Array = np.asarray(grad * result)
    if not out.ndim:
        return np.zeros_like(out)
    out -= result * np.add.reduce(out, axis=dim, keepdims=True)
    return out


@quiet
def log_softmax(x: Array, dim: int) -> Array:
    """x - ln Σ exp(x), shifted in the same way."""
    if not x.size or not x.ndim:
        return np.zeros_like(x)
    out: Array = x - np.maximum.reduce(x, axis=dim, keepdims=True)
    out -= np.log(np.add.reduce(np.exp(out), axis=dim, keepdims=True))
    return out


def log_softmax_grad(grad: Array, result: Array, dim: int) -> Array:
    """grad - exp(result) · Σ grad."""
    if not result.ndim:
        return np.zeros_like(result)
    out: Array = np.exp(result)
    out *= np.add.reduce(grad, axis=dim, keepdims=True)
    return np.subtract(grad, out, out)
