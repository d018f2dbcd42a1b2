"""The record of the update of Adam and AdamW."""

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
    for decay, decoupled, amsgrad, maximize, step in product(
        (0.0, 0.1), (False, True), (False, True), (False, True), (1, 7)
    ):
        draw = next(draws)
        highest = draw(0.5, 2) if amsgrad else None
        inputs = (draw(), draw(), draw(0.5, 2), highest, draw())
        yield Sample(inputs, (0.01, 0.9, 0.99, 1e-8, decay, decoupled, maximize, step))


def _reference(
    param: Array,
    mean: Array,
    square: Array,
    highest: Array | None,
    grad: Array,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    decay: float,
    decoupled: bool,
    maximize: bool,
    step: int,
) -> tuple[Array, ...]:
    g = -grad if maximize else grad
    if decoupled:
        param = param - lr * decay * param
    else:
        g = g + decay * param
    mean = beta1 * mean + (1 - beta1) * g
    square = beta2 * square + (1 - beta2) * g**2
    v = square if highest is None else np.maximum(highest, square)
    root = np.sqrt(v / (1 - beta2**step))
    param = param - lr * (mean / (1 - beta1**step)) / (root + eps)
    return (param, mean, square) if highest is None else (param, mean, square, v)


def _torch(
    torch: Any,
    param: Any,
    mean: Any,
    square: Any,
    highest: Any,
    grad: Any,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    decay: float,
    decoupled: bool,
    maximize: bool,
    step: int,
) -> tuple[Any, ...]:
    kind = torch.optim.AdamW if decoupled else torch.optim.Adam
    amsgrad = highest is not None
    optimizer = kind([param], lr, (beta1, beta2), eps, decay, amsgrad, maximize=maximize)
    state = {"step": torch.tensor(step - 1.0), "exp_avg": mean, "exp_avg_sq": square}
    if amsgrad:
        state["max_exp_avg_sq"] = highest
    return torch_step(optimizer, grad, state, *[name for name in state if name != "step"])


RECORDS = (Record("adam_step", _samples, _reference, _torch, tolerance=TOLERANCE),)
