"""One step of Adam, with the weight decay of Adam or of AdamW."""

from __future__ import annotations

import math

import numpy as np

from tt_autograd import not_differentiable
from tt_tensor import InPlace
from tt_tensor.typing import Array

from .blocks import blocks

__all__ = ["adam_p"]


def adam_naive(
    param: Array,
    mean: Array,
    square: Array,
    highest: Array | None,
    grad: Array,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
    decoupled: bool,
    maximize: bool,
    step: int,
) -> None:
    """w ← w - lr · m̂ / (√v̂ + ε), m and v being running averages of the gradient and its square."""
    for i in np.ndindex(param.shape):
        g = -grad[i] if maximize else grad[i]
        if decoupled:
            param[i] = param[i] * (1 - lr * weight_decay)
        else:
            g = g + weight_decay * param[i]
        mean[i] = beta1 * mean[i] + (1 - beta1) * g
        square[i] = beta2 * square[i] + (1 - beta2) * g * g
        v = square[i]
        if highest is not None:
            highest[i] = v = max(highest[i], v)
        # at the first steps the averages still remember that they started at 0
        unbiased_mean = mean[i] / (1 - beta1**step)
        unbiased_square = v / (1 - beta2**step)
        param[i] = param[i] - lr * unbiased_mean / (np.sqrt(unbiased_square) + eps)


def adam_numpy(
    param: Array,
    mean: Array,
    square: Array,
    highest: Array | None,
    grad: Array,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
    decoupled: bool,
    maximize: bool,
    step: int,
) -> None:
    """The same, many elements at once and without new memory; ``a`` and ``b`` are scratch."""
    shrink = 1 - lr * weight_decay
    # √(v/c) + ε is (√v + ε √c) / √c: so the correction c goes into numbers instead of the arrays
    root_c = math.sqrt(1 - beta2**step)
    rate = lr * root_c / (1 - beta1**step)
    for p, m, v, top, g, a, b in blocks(param, mean, square, highest, grad):
        if maximize:
            g = np.negative(g, a)
        if weight_decay and decoupled:
            p *= shrink
        elif weight_decay:
            np.multiply(p, weight_decay, b)
            g = np.add(g, b, a)
        m *= beta1
        m += np.multiply(g, 1 - beta1, b)
        v *= beta2
        np.multiply(g, g, b)
        b *= 1 - beta2
        v += b
        np.sqrt(v if top is None else np.maximum(top, v, out=top), b)
        b += eps * root_c
        np.divide(m, b, b)
        b *= rate
        np.subtract(p, b, p)


adam_p = InPlace(
    "adam_step",
    inputs=("param", "mean", "square", "highest", "grad"),
    writes=4,
    params=("lr", "beta1", "beta2", "eps", "weight_decay", "decoupled", "maximize", "step"),
    naive=adam_naive,
    numpy=adam_numpy,
)
not_differentiable(adam_p)
