"""The record of Adagrad's update."""

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
    for decay, maximize, _ in product((0.0, 0.1), (False, True), range(5)):
        draw = next(draws)
        yield Sample((draw(), draw(0.5, 2), draw()), (0.1, 1e-10, decay, maximize))


def _reference(
    param: Array, total: Array, grad: Array, lr: float, eps: float, decay: float, maximize: bool
) -> tuple[Array, ...]:
    g = (-grad if maximize else grad) + decay * param
    total = total + g**2
    return param - lr * g / (np.sqrt(total) + eps), total


def _torch(
    torch: Any,
    param: Any,
    total: Any,
    grad: Any,
    lr: float,
    eps: float,
    decay: float,
    maximize: bool,
) -> tuple[Any, ...]:
    optimizer = torch.optim.Adagrad([param], lr, weight_decay=decay, eps=eps, maximize=maximize)
    return torch_step(optimizer, grad, {"sum": total}, "sum")


RECORDS = (Record("adagrad_step", _samples, _reference, _torch, tolerance=TOLERANCE),)
