"""The records of the mean squared error and its gradient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...functional import mse_loss

__all__ = ["RECORDS", "REDUCTIONS", "reduced"]

REDUCTIONS = ("mean", "sum", "none")
Rng = np.random.Generator
DType = np.dtype[Any]


def reduced(losses: Array, reduction: str) -> Array:
    """What NumPy makes of the losses."""
    if reduction == "mean" and not losses.size:
        return np.asarray(np.nan)
    return np.asarray(losses if reduction == "none" else getattr(losses, reduction)())


def _pairs(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape in ((), (3,), (2, 3), (0, 2)):
        for reduction in REDUCTIONS:
            inputs = draw(rng, dtype, shape), draw(rng, dtype, shape)
            yield Sample(inputs, (reduction,), smooth=inputs[0].size > 0)
    yield Sample((draw(rng, dtype, (3, 4)).T, draw(rng, dtype, (4, 6))[:, ::2]), ("mean",))


def _gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape in ((), (3,), (2, 3)):
        for reduction in REDUCTIONS:
            grad = draw(rng, dtype, shape if reduction == "none" else ())
            yield Sample((grad, draw(rng, dtype, shape), draw(rng, dtype, shape)), (reduction,))


def _mse_grad(grad: Array, x: Array, y: Array, reduction: str) -> Array:
    return np.asarray(2 * (x - y) * grad / (x.size if reduction == "mean" else 1))


RECORDS = (
    Record(
        "mse_loss",
        _pairs,
        lambda x, y, reduction: reduced((x - y) ** 2, reduction),
        torch=lambda torch, x, y, r: torch.nn.functional.mse_loss(x, y, reduction=r),
        tolerance={"float32": 1e-5},
        errors=(
            ErrorSample(lambda: mse_loss(tt.ones(3, 1), tt.ones(3)), tt.ShapeError, "unsqueeze"),
            ErrorSample(lambda: mse_loss(tt.ones(1), tt.ones(1), "max"), ValueError, "reduction"),
            ErrorSample(
                lambda: mse_loss(tt.tensor([1]), tt.tensor([1])), tt.DTypeError, r"\.float\(\)"
            ),
            ErrorSample(lambda: mse_loss(tt.ones(1), 1.0), TypeError, "target must be a Tensor"),  # type: ignore[arg-type]
        ),
    ),
    Record("mse_loss_grad", _gradients, _mse_grad),
)
