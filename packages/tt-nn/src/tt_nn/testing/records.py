"""Records of the fused primitives: the linear layer and the losses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw, register
from tt_tensor.typing import Array

from .. import functional as F

__all__ = ["NAMES"]

Rng = np.random.Generator
DType = np.dtype[Any]


def _layers(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape, bias in (
        ((3,), True),
        ((4, 3), True),
        ((4, 3), False),
        ((2, 4, 3), True),
        ((0, 3), True),
    ):
        b = draw(rng, dtype, (2,)) if bias else None
        yield Sample((draw(rng, dtype, shape), draw(rng, dtype, (2, 3)), b))
    yield Sample(
        (draw(rng, dtype, (3, 4)).T, draw(rng, dtype, (3, 2)).T, draw(rng, dtype, (4,))[::2])
    )


def _linear(x: Array, weight: Array, bias: Array | None) -> Array:
    out = np.einsum("...i,oi->...o", x, weight)
    return np.asarray(out if bias is None else out + bias)


def _pairs(*shapes: tuple[int, ...]) -> Any:
    def sample(rng: Rng, dtype: DType) -> Iterator[Sample]:
        for shape in shapes:
            for reduction in ("mean", "sum", "none"):
                yield Sample((draw(rng, dtype, shape), draw(rng, dtype, shape)), (reduction,))

    return sample


def _mse(x: Array, y: Array, reduction: str) -> Array:
    squares = (x - y) ** 2
    return np.asarray(squares if reduction == "none" else getattr(squares, reduction)())


def _mse_gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape in ((3,), (2, 3)):
        for reduction in ("mean", "sum", "none"):
            grad = draw(rng, dtype, shape if reduction == "none" else ())
            yield Sample((grad, draw(rng, dtype, shape), draw(rng, dtype, shape)), (reduction,))


def _mse_grad(grad: Array, x: Array, y: Array, reduction: str) -> Array:
    return np.asarray(2 * (x - y) * grad / (x.size if reduction == "mean" else 1))


def _classes(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for n, c in ((1, 3), (5, 4), (3, 1)):
        target = rng.integers(0, c, n)
        yield Sample((draw(rng, dtype, (n, c)), target), (-100,))
        target[0] = -1
        yield Sample((draw(rng, dtype, (n, c)), target), (-1,))
    extreme = np.asarray([[1e4, 0, -1e4], [-1e4, 1e4, 0]], dtype)
    yield Sample((extreme, np.asarray([2, 1])), (-100,), smooth=False)


def _cross_entropy(x: Array, target: Array, ignore: int) -> Array:
    out = []
    for row, t in zip(x, target, strict=True):
        log_total = row.max() + np.log(np.exp(row - row.max()).sum())
        out.append(0.0 if t == ignore else log_total - row[t])
    return np.asarray(out)


def _class_gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for s in _classes(rng, dtype):
        x, target = s.inputs
        assert x is not None
        yield Sample((draw(rng, dtype, (len(x),)), x, target), s.params, s.smooth)


def _cross_entropy_grad(grad: Array, x: Array, target: Array, ignore: int) -> Array:
    powers = np.exp(x - x.max(1, keepdims=True))
    soft = powers / powers.sum(1, keepdims=True)
    kept = (target != ignore)[:, None]
    hot = np.arange(x.shape[1]) == target[:, None]
    return np.asarray((soft - hot) * grad[:, None] * kept)


def _logits(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape in ((), (4,), (2, 3), (0, 2)):
        yield Sample((draw(rng, dtype, shape), draw(rng, dtype, shape, 0, 1)))
    extreme = np.asarray([-1e4, -30, 0, 30, 1e4], dtype)
    yield Sample((extreme, np.asarray([0, 1, 0.5, 1, 0], dtype)), smooth=False)


def _logit_gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for s in _logits(rng, dtype):
        x, target = s.inputs
        assert x is not None
        yield Sample((draw(rng, dtype, x.shape), x, target), (), s.smooth)


def _sigmoid(x: Array) -> Array:
    power = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1, power) / (1 + power))


register(
    Record(
        "linear",
        _layers,
        _linear,
        torch=lambda torch, x, w, b: torch.nn.functional.linear(x, w, b),
        tolerance={"float32": 1e-5, "float64": 1e-11},
        errors=(
            ErrorSample(
                lambda: F.linear(tt.ones(2, 4), tt.ones(5, 3)), tt.ShapeError, "takes 3 features"
            ),
            ErrorSample(
                lambda: F.linear(tt.ones(2), tt.ones(2)), tt.ShapeError, "must be a matrix"
            ),
            ErrorSample(
                lambda: F.linear(tt.ones(2), tt.ones(3, 2), tt.ones(2)), tt.ShapeError, "the bias"
            ),
        ),
    ),
    Record(
        "mse_loss",
        _pairs((3,), (2, 3)),
        _mse,
        torch=lambda torch, x, y, r: torch.nn.functional.mse_loss(x, y, reduction=r),
        tolerance={"float32": 1e-5},
        errors=(
            ErrorSample(lambda: F.mse_loss(tt.ones(3, 1), tt.ones(3)), tt.ShapeError, "unsqueeze"),
            ErrorSample(lambda: F.mse_loss(tt.ones(1), tt.ones(1), "max"), ValueError, "reduction"),
        ),
    ),
    Record("mse_loss_grad", _mse_gradients, _mse_grad),
    Record(
        "cross_entropy",
        _classes,
        _cross_entropy,
        torch=lambda torch, x, t, i: torch.nn.functional.cross_entropy(
            x, t, ignore_index=i, reduction="none"
        ),
        tolerance={"float32": 1e-5},
        errors=(
            ErrorSample(
                lambda: F.cross_entropy(tt.ones(2, 3), tt.tensor([0, 3])), IndexError, "class 3"
            ),
            ErrorSample(
                lambda: F.cross_entropy(tt.ones(2, 3), tt.tensor([0])), tt.ShapeError, r"\(2,\)"
            ),
            ErrorSample(
                lambda: F.cross_entropy(tt.ones(2, 3), tt.tensor([True, False])),
                tt.DTypeError,
                "must be integers",
            ),
        ),
    ),
    Record(
        "cross_entropy_grad", _class_gradients, _cross_entropy_grad, tolerance={"float32": 1e-5}
    ),
    Record(
        "bce_with_logits",
        _logits,
        lambda x, t: np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x))),
        torch=lambda torch, x, t: torch.nn.functional.binary_cross_entropy_with_logits(
            x, t, reduction="none"
        ),
        tolerance={"float32": 1e-5},
        errors=(
            ErrorSample(
                lambda: F.binary_cross_entropy_with_logits(tt.ones(3, 1), tt.ones(3)),
                tt.ShapeError,
                "unsqueeze",
            ),
        ),
    ),
    Record("bce_with_logits_grad", _logit_gradients, lambda g, x, t: (_sigmoid(x) - t) * g),
)

NAMES = (
    "linear",
    "mse_loss",
    "mse_loss_grad",
    "cross_entropy",
    "cross_entropy_grad",
    "bce_with_logits",
    "bce_with_logits_grad",
)
"""The primitives of this package that have a record."""
