"""One step of RMSprop."""

from __future__ import annotations

import numpy as np

from tt_autograd import not_differentiable
from tt_tensor import InPlace
from tt_tensor.typing import Array

from .blocks import blocks

__all__ = ["rmsprop_p"]


def rmsprop_naive(
    param: Array,
    square: Array,
    mean: Array | None,
    buffer: Array | None,
    grad: Array,
    lr: float,
    alpha: float,
    eps: float,
    weight_decay: float,
    momentum: float,
    maximize: bool,
) -> None:
    """w ← w - lr · g / (√v + ε), v being a running average of g², or of its variance."""
    for i in np.ndindex(param.shape):
        g = -grad[i] if maximize else grad[i]
        g = g + weight_decay * param[i]
        square[i] = alpha * square[i] + (1 - alpha) * g * g
        v = square[i]
        if mean is not None:
            mean[i] = alpha * mean[i] + (1 - alpha) * g
            v = v - mean[i] * mean[i]
        d = g / (np.sqrt(v) + eps)
        if buffer is not None:
            buffer[i] = d = momentum * buffer[i] + d
        param[i] = param[i] - lr * d


def rmsprop_numpy(
    param: Array,
    square: Array,
    mean: Array | None,
    buffer: Array | None,
    grad: Array,
    lr: float,
    alpha: float,
    eps: float,
    weight_decay: float,
    momentum: float,
    maximize: bool,
) -> None:
    """The same, many elements at once and without new memory; ``a`` and ``b`` are scratch."""
    for p, v, m, buf, g, a, b in blocks(param, square, mean, buffer, grad):
        if maximize:
            g = np.negative(g, a)
        if weight_decay:
            np.multiply(p, weight_decay, b)
            g = np.add(g, b, a)
        v *= alpha
        np.multiply(g, g, b)
        b *= 1 - alpha
        v += b
        if m is None:
            np.sqrt(v, b)
        else:
            m *= alpha
            m += np.multiply(g, 1 - alpha, b)
            np.multiply(m, m, b)
            np.sqrt(np.subtract(v, b, b), b)
        b += eps
        np.divide(g, b, b)
        if buf is None:
            b *= lr
        else:
            buf *= momentum
            buf += b
            np.multiply(buf, lr, b)
        np.subtract(p, b, p)


rmsprop_p = InPlace(
    "rmsprop_step",
    inputs=("param", "square", "mean", "buffer", "grad"),
    writes=4,
    params=("lr", "alpha", "eps", "weight_decay", "momentum", "maximize"),
    naive=rmsprop_naive,
    numpy=rmsprop_numpy,
)
not_differentiable(rmsprop_p)
