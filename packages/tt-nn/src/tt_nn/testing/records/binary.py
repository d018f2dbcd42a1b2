"""The records of both binary cross-entropies and their gradients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ... import functional as F
from .mse import REDUCTIONS, reduced

__all__ = ["RECORDS"]

Rng = np.random.Generator
DType = np.dtype[Any]
SHAPES = ((), (4,), (2, 3), (0, 2))


def _logits(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for reduction in REDUCTIONS:
        for shape in SHAPES:
            inputs = draw(rng, dtype, shape), draw(rng, dtype, shape, 0, 1)
            yield Sample(inputs, (reduction,), smooth=inputs[0].size > 0)
        extreme = np.asarray([-1e4, -30, 0, 30, 1e4], dtype)
        targets = np.asarray([0, 1, 0.5, 1, 0], dtype)
        yield Sample((extreme, targets), (reduction,), smooth=False)
    yield Sample((draw(rng, dtype, (3, 4)).T, draw(rng, dtype, (4, 6), 0, 1)[:, ::2]), ("mean",))


def _logit_gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for s in _logits(rng, dtype):
        x, target = s.inputs
        assert x is not None
        flow = draw(rng, dtype, x.shape if s.params == ("none",) else ())
        yield Sample((flow, x, target), s.params, s.smooth and x.size > 0)


def _sigmoid(x: Array) -> Array:
    power = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1, power) / (1 + power))


def _logit_gradient(grad: Array, x: Array, target: Array, reduction: str) -> Array:
    each = (_sigmoid(x) - target) * grad
    return np.asarray(each / x.size if reduction == "mean" and x.size else each)


def _probabilities(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape in SHAPES:
        yield Sample((draw(rng, dtype, shape, 0.1, 0.9), draw(rng, dtype, shape, 0, 1)))
    yield Sample((draw(rng, dtype, (3, 4), 0.1, 0.9).T, draw(rng, dtype, (4, 6), 0, 1)[:, ::2]))
    # sure and right; sure and wrong has a test of its own, as PyTorch's limit is 1e-12 in float32
    edge = np.asarray([0, 1, 0.5], dtype)
    yield Sample((edge, edge), smooth=False)


def _bce(p: Array, target: Array) -> Array:
    with np.errstate(divide="ignore"):
        yes, no = np.clip(np.log(p), -100, None), np.clip(np.log1p(-p), -100, None)
    return np.asarray(-target * yes - (1 - target) * no)


def _probability_gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for s in _probabilities(rng, dtype):
        p, target = s.inputs
        assert p is not None
        yield Sample((draw(rng, dtype, p.shape), p, target), (), s.smooth)


def _bce_grad(grad: Array, p: Array, target: Array) -> Array:
    return np.asarray(grad * (p - target) / np.clip(p - p * p, 1e-12, None))


def _torch_bce(torch: Any, p: Any, target: Any) -> Any:
    return torch.nn.functional.binary_cross_entropy(p, target, reduction="none")


RECORDS = (
    Record(
        "bce_with_logits",
        _logits,
        lambda x, t, reduction: reduced(
            np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x))), reduction
        ),
        torch=lambda torch, x, t, r: torch.nn.functional.binary_cross_entropy_with_logits(
            x, t, reduction=r
        ),
        tolerance={"float32": 1e-5},
        errors=(
            ErrorSample(
                lambda: F.binary_cross_entropy_with_logits(tt.ones(3, 1), tt.ones(3)),
                tt.ShapeError,
                "unsqueeze",
            ),
            ErrorSample(
                lambda: F.binary_cross_entropy_with_logits(tt.ones(1), tt.ones(1), reduction="x"),
                ValueError,
                "reduction must be",
            ),
        ),
    ),
    Record("bce_with_logits_grad", _logit_gradients, _logit_gradient, tolerance={"float32": 1e-5}),
    Record(
        "bce",
        _probabilities,
        _bce,
        torch=_torch_bce,
        tolerance={"float32": 1e-5},
        errors=(
            ErrorSample(
                lambda: F.binary_cross_entropy(tt.tensor([1.5]), tt.ones(1)),
                ValueError,
                "with_logits",
            ),
            ErrorSample(
                lambda: F.binary_cross_entropy(tt.tensor([float("nan")]), tt.ones(1)),
                ValueError,
                "between 0 and 1",
            ),
        ),
    ),
    Record("bce_grad", _probability_gradients, _bce_grad, tolerance={"float32": 1e-4}),
)
