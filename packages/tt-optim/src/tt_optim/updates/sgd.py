"""One step of stochastic gradient descent."""

from __future__ import annotations

import numpy as np

from tt_tensor import InPlace
from tt_tensor.typing import Array

from .scratch import pair

__all__ = ["sgd_p"]


def sgd_naive(
    param: Array,
    buffer: Array | None,
    grad: Array,
    lr: float,
    momentum: float,
    dampening: float,
    weight_decay: float,
    nesterov: bool,
    maximize: bool,
    first: bool,
) -> None:
    """w ← w - lr · d, where d is the gradient, or a running average of it."""
    for i in np.ndindex(param.shape):
        d = -grad[i] if maximize else grad[i]
        d = d + weight_decay * param[i]
        if buffer is not None:
            buffer[i] = d if first else momentum * buffer[i] + (1 - dampening) * d
            d = d + momentum * buffer[i] if nesterov else buffer[i]
        param[i] = param[i] - lr * d


def sgd_numpy(
    param: Array,
    buffer: Array | None,
    grad: Array,
    lr: float,
    momentum: float,
    dampening: float,
    weight_decay: float,
    nesterov: bool,
    maximize: bool,
    first: bool,
) -> None:
    """The same for all elements at once, without new memory."""
    a, b = pair(param)
    d = grad
    if maximize:
        d = np.negative(grad, a)
    if weight_decay:
        np.multiply(param, weight_decay, b)
        d = np.add(d, b, a)
    if buffer is not None:
        if first:
            buffer[...] = d
        else:
            buffer *= momentum
            buffer += d if dampening == 0 else np.multiply(d, 1 - dampening, b)
        d = np.add(d, np.multiply(buffer, momentum, b), a) if nesterov else buffer
    np.multiply(d, lr, b)
    np.subtract(param, b, param)


sgd_p = InPlace(
    "sgd_step",
    inputs=("param", "buffer", "grad"),
    writes=2,
    params=("lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize", "first"),
    naive=sgd_naive,
    numpy=sgd_numpy,
)
