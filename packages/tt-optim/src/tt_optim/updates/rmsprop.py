"""One step of RMSprop."""

from __future__ import annotations

import numpy as np

from tt_tensor import InPlace
from tt_tensor.typing import Array

from .scratch import pair

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
    """The same for all elements at once, without new memory."""
    a, b = pair(param)
    g = grad
    if maximize:
        g = np.negative(grad, a)
    if weight_decay:
        np.multiply(param, weight_decay, b)
        g = np.add(g, b, a)
    square *= alpha
    np.multiply(g, g, b)
    b *= 1 - alpha
    square += b
    if mean is None:
        np.sqrt(square, b)
    else:
        mean *= alpha
        mean += np.multiply(g, 1 - alpha, b)
        np.multiply(mean, mean, b)
        np.subtract(square, b, b)
        np.sqrt(b, b)
    b += eps
    np.divide(g, b, b)
    d = b
    if buffer is not None:
        buffer *= momentum
        buffer += b
        d = np.multiply(buffer, lr, b)
    else:
        d *= lr
    np.subtract(param, d, param)


rmsprop_p = InPlace(
    "rmsprop_step",
    inputs=("param", "square", "mean", "buffer", "grad"),
    writes=4,
    params=("lr", "alpha", "eps", "weight_decay", "momentum", "maximize"),
    naive=rmsprop_naive,
    numpy=rmsprop_numpy,
)
