"""Records of the update rules: each against a formula written for whole arrays in float64."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from tt_tensor.testing import Record, Sample, draw, register
from tt_tensor.typing import Array

from .. import updates

__all__ = ["NAMES"]

Rng = np.random.Generator
DType = np.dtype[Any]
SHAPE = (2, 3)


def _positive(rng: Rng, dtype: DType) -> Array:
    return draw(rng, dtype, SHAPE, 0.5, 2)


def _sgd_samples(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for momentum, dampening, decay, maximize in product(
        (0.0, 0.9), (0.0, 0.1), (0.0, 0.3), (False, True)
    ):
        for nesterov in (False, momentum > 0 and dampening == 0):
            for first in (False, True):
                buffer = draw(rng, dtype, SHAPE) if momentum else None
                inputs = (draw(rng, dtype, SHAPE), buffer, draw(rng, dtype, SHAPE))
                yield Sample(inputs, (0.1, momentum, dampening, decay, nesterov, maximize, first))


def _sgd(
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


def _adam_samples(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for decay, decoupled, amsgrad, maximize, step in product(
        (0.0, 0.1), (False, True), (False, True), (False, True), (1, 7)
    ):
        highest = _positive(rng, dtype) if amsgrad else None
        inputs = (
            draw(rng, dtype, SHAPE),
            draw(rng, dtype, SHAPE),
            _positive(rng, dtype),
            highest,
            draw(rng, dtype, SHAPE),
        )
        yield Sample(inputs, (0.01, 0.9, 0.99, 1e-8, decay, decoupled, maximize, step))


def _adam(
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


def _rmsprop_samples(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for decay, momentum, centered, maximize in product(
        (0.0, 0.1), (0.0, 0.9), (False, True), (False, True)
    ):
        mean = draw(rng, dtype, SHAPE, -0.1, 0.1) if centered else None
        buffer = draw(rng, dtype, SHAPE) if momentum else None
        inputs = (
            draw(rng, dtype, SHAPE),
            _positive(rng, dtype),
            mean,
            buffer,
            draw(rng, dtype, SHAPE),
        )
        yield Sample(inputs, (0.01, 0.9, 1e-8, decay, momentum, maximize))


def _rmsprop(
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


def _adagrad_samples(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for decay, maximize in product((0.0, 0.1), (False, True)):
        inputs = (draw(rng, dtype, SHAPE), _positive(rng, dtype), draw(rng, dtype, SHAPE))
        yield Sample(inputs, (0.1, 1e-10, decay, maximize))


def _adagrad(
    param: Array, total: Array, grad: Array, lr: float, eps: float, decay: float, maximize: bool
) -> tuple[Array, ...]:
    g = (-grad if maximize else grad) + decay * param
    total = total + g**2
    return param - lr * g / (np.sqrt(total) + eps), total


_ROUGH = {"float32": 5e-6}
register(
    Record("sgd_step", _sgd_samples, _sgd, tolerance=_ROUGH),
    Record("adam_step", _adam_samples, _adam, tolerance=_ROUGH),
    Record("rmsprop_step", _rmsprop_samples, _rmsprop, tolerance=_ROUGH),
    Record("adagrad_step", _adagrad_samples, _adagrad, tolerance=_ROUGH),
)

NAMES = tuple(p.name for p in (updates.sgd_p, updates.adam_p, updates.rmsprop_p, updates.adagrad_p))
"""The primitives of this package that have a record."""
