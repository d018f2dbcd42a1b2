"""One step of Adagrad."""

from __future__ import annotations

import numpy as np

from tt_tensor import InPlace
from tt_tensor.typing import Array

from .scratch import pair

__all__ = ["adagrad_p"]


def adagrad_naive(
    param: Array,
    total: Array,
    grad: Array,
    lr: float,
    eps: float,
    weight_decay: float,
    maximize: bool,
) -> None:
    """w ← w - lr · g / (√Σ + ε), Σ being the sum of all squared gradients so far."""
    for i in np.ndindex(param.shape):
        g = -grad[i] if maximize else grad[i]
        g = g + weight_decay * param[i]
        total[i] = total[i] + g * g
        param[i] = param[i] - lr * g / (np.sqrt(total[i]) + eps)


def adagrad_numpy(
    param: Array,
    total: Array,
    grad: Array,
    lr: float,
    eps: float,
    weight_decay: float,
    maximize: bool,
) -> None:
    """The same for all elements at once, without new memory."""
    a, b = pair(param)
    g = grad
    if maximize:
        g = np.negative(grad, a)
    if weight_decay:
        np.multiply(param, weight_decay, b)
        g = np.add(g, b, a)
    total += np.multiply(g, g, b)
    np.sqrt(total, b)
    b += eps
    np.divide(g, b, b)
    b *= lr
    np.subtract(param, b, param)


adagrad_p = InPlace(
    "adagrad_step",
    inputs=("param", "total", "grad"),
    writes=2,
    params=("lr", "eps", "weight_decay", "maximize"),
    naive=adagrad_naive,
    numpy=adagrad_numpy,
)
