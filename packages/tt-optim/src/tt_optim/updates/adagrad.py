"""One step of Adagrad."""

from __future__ import annotations

import numpy as np

from tt_autograd import not_differentiable
from tt_tensor import InPlace
from tt_tensor.typing import Array

from .blocks import blocks

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
    """The same, many elements at once and without new memory; ``a`` and ``b`` are scratch."""
    for p, sum_, g, a, b in blocks(param, total, grad):
        if maximize:
            g = np.negative(g, a)
        if weight_decay:
            np.multiply(p, weight_decay, b)
            g = np.add(g, b, a)
        sum_ += np.multiply(g, g, b)
        np.sqrt(sum_, b)
        b += eps
        np.divide(g, b, b)
        b *= lr
        np.subtract(p, b, p)


adagrad_p = InPlace(
    "adagrad_step",
    inputs=("param", "total", "grad"),
    writes=2,
    params=("lr", "eps", "weight_decay", "maximize"),
    naive=adagrad_naive,
    numpy=adagrad_numpy,
)
not_differentiable(adagrad_p)
