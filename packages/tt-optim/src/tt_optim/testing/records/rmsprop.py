"""The record of RMSprop's update."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from tt_tensor.testing import Record, Sample
from tt_tensor.typing import Array

from .common import TOLERANCE, DType, Rng, drawers, torch_step

__all__ = ["RECORDS"]


def _samples(rng: Rng, dtype: DType) -> Iterator[Sample]:
    draws = drawers(rng, dtype)
    for decay, momentum, centered, maximize in product(
        (0.0, 0.1), (0.0, 0.9), (False, True), (False, True)
    ):
        draw = next(draws)
        mean = draw(-0.1, 0.1) if centered else None
        inputs = (draw(), draw(0.5, 2), mean, draw() if momentum else None, draw())
        yield Sample(inputs, (0.01, 0.9, 1e-8, decay, momentum, maximize))


def _reference(
    param: Array,
    square: Array,
    mean: Array | None,
    buffer: Array | None,
    grad: Array,
    lr: float,
    alpha: float,
    eps: float,
    decay: float,
    momentum: float,
    maximize: bool,
) -> tuple[Array, ...]:
    g = (-grad if maximize else grad) + decay * param
    square = alpha * square + (1 - alpha) * g**2
    changed = [square]
    v = square
    if mean is not None:
        mean = alpha * mean + (1 - alpha) * g
        v = square - mean**2
        changed.append(mean)
    d = g / (np.sqrt(v) + eps)
    if buffer is not None:
        d = momentum * buffer + d
        changed.append(d)
    return (param - lr * d, *changed)


def _torch(
    torch: Any,
    param: Any,
    square: Any,
    mean: Any,
    buffer: Any,
    grad: Any,
    lr: float,
    alpha: float,
    eps: float,
    decay: float,
    momentum: float,
    maximize: bool,
) -> tuple[Any, ...]:
    optimizer = torch.optim.RMSprop(
        [param], lr, alpha, eps, decay, momentum, mean is not None, maximize=maximize
    )
    memories = {"square_avg": square, "grad_avg": mean, "momentum_buffer": buffer}
    state = {name: memory for name, memory in memories.items() if memory is not None}
    return torch_step(optimizer, grad, {"step": torch.tensor(3.0), **state}, *state)


RECORDS = (Record("rmsprop_step", _samples, _reference, _torch, tolerance=TOLERANCE),)
