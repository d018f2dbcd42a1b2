"""The record of SGD's update."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from tt_tensor.testing import Record, Sample
from tt_tensor.typing import Array

from .common import TOLERANCE, DType, Rng, drawers, torch_step

__all__ = ["RECORDS"]


def _samples(rng: Rng, dtype: DType) -> Iterator[Sample]:
    draws = drawers(rng, dtype)
    for momentum, dampening, decay, maximize, first in product(
        (0.0, 0.9), (0.0, 0.1), (0.0, 0.3), (False, True), (False, True)
    ):
        for nesterov in {False, momentum > 0 and dampening == 0}:
            draw = next(draws)
            inputs = (draw(), draw() if momentum else None, draw())
            yield Sample(inputs, (0.1, momentum, dampening, decay, nesterov, maximize, first))


def _reference(
    param: Array,
    buffer: Array | None,
    grad: Array,
    lr: float,
    momentum: float,
    dampening: float,
    decay: float,
    nesterov: bool,
    maximize: bool,
    first: bool,
) -> tuple[Array, ...]:
    d = (-grad if maximize else grad) + decay * param
    if buffer is None:
        return (param - lr * d,)
    buffer = d if first else momentum * buffer + (1 - dampening) * d
    return param - lr * (d + momentum * buffer if nesterov else buffer), buffer


def _torch(
    torch: Any,
    param: Any,
    buffer: Any,
    grad: Any,
    lr: float,
    momentum: float,
    dampening: float,
    decay: float,
    nesterov: bool,
    maximize: bool,
    first: bool,
) -> tuple[Any, ...]:
    optimizer = torch.optim.SGD(
        [param], lr, momentum, dampening, decay, nesterov, maximize=maximize
    )
    state = {} if buffer is None or first else {"momentum_buffer": buffer}
    return torch_step(optimizer, grad, state, *(["momentum_buffer"] if momentum else []))


RECORDS = (Record("sgd_step", _samples, _reference, _torch, tolerance=TOLERANCE),)
