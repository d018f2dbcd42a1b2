"""One step of stochastic gradient descent."""

from __future__ import annotations

import numpy as np

from tt_autograd import not_differentiable
from tt_tensor import InPlace
from tt_tensor.typing import Array

from .blocks import BLOCK, blocks

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
    """w ← w - lr · d, where d is the gradient, or a running sum of it."""
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
    """The same, many elements at once and without new memory; ``a`` and ``b`` are scratch."""
    if param.size <= BLOCK and buffer is None and not (weight_decay or maximize):
        param -= grad * lr  # the plain rule, without any preparation
        return
    for p, buf, d, a, b in blocks(param, buffer, grad):
        if maximize:
            d = np.negative(d, a)
        if weight_decay:
            np.multiply(p, weight_decay, b)
            d = np.add(d, b, a)
        if buf is not None:
            if first:
                buf[...] = d
            else:
                buf *= momentum
                buf += np.multiply(d, 1 - dampening, b) if dampening else d
            d = np.add(d, np.multiply(buf, momentum, b), a) if nesterov else buf
        np.multiply(d, lr, b)
        np.subtract(p, b, p)


sgd_p = InPlace(
    "sgd_step",
    inputs=("param", "buffer", "grad"),
    writes=2,
    params=("lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize", "first"),
    naive=sgd_naive,
    numpy=sgd_numpy,
)
not_differentiable(sgd_p)
