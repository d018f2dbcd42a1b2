"""The records of cross-entropy and its gradient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...functional import cross_entropy

__all__ = ["RECORDS"]

Rng = np.random.Generator
DType = np.dtype[Any]


def _classes(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for divisor in (None, 1.0, 3.0):
        for n, c in ((1, 3), (5, 4), (3, 1), (0, 2)):
            target = rng.integers(0, c, n)
            yield Sample((draw(rng, dtype, (n, c)), target), (None, divisor))
            if n:
                target = target.copy()
                target[0] = -1
                yield Sample((draw(rng, dtype, (n, c)), target), (-1, divisor))
    yield Sample((draw(rng, dtype, (3, 4)).T, rng.integers(0, 3, 8)[::2]), (1, 2.0))
    extreme = np.asarray([[1e4, 0, -1e4], [-1e4, 1e4, 0]], dtype)
    yield Sample((extreme, np.asarray([2, 1])), (None, None), smooth=False)


def _losses(x: Array, target: Array, ignored: int | None, divisor: float | None) -> Array:
    out = np.zeros(len(x))
    for n, (row, t) in enumerate(zip(x, target, strict=True)):
        if t != ignored:
            out[n] = row.max() + np.log(np.exp(row - row.max()).sum()) - row[t]
    return out if divisor is None else np.asarray(out.sum() / divisor)


def _torch(torch: Any, x: Any, target: Any, ignored: int | None, divisor: float | None) -> Any:
    losses = torch.nn.functional.cross_entropy(
        x, target, ignore_index=-100 if ignored is None else ignored, reduction="none"
    )
    return losses if divisor is None else losses.sum() / divisor


def _gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for s in _classes(rng, dtype):
        x, target = s.inputs
        assert x is not None
        flow = draw(rng, dtype, (len(x),) if s.params[1] is None else ())
        yield Sample((flow, x, target), s.params, s.smooth and x.size > 0)


def _gradient(
    grad: Array, x: Array, target: Array, ignored: int | None, divisor: float | None
) -> Array:
    if not x.size:
        return np.zeros_like(x)
    powers = np.exp(x - x.max(1, keepdims=True))
    soft = powers / powers.sum(1, keepdims=True)
    hot = np.arange(x.shape[1]) == target[:, None]
    kept = np.ones(len(x)) if ignored is None else target != ignored
    return np.asarray((soft - hot) * (grad * kept / (divisor or 1))[:, None])


RECORDS = (
    Record(
        "cross_entropy",
        _classes,
        _losses,
        torch=_torch,
        tolerance={"float32": 1e-5},
        errors=(
            ErrorSample(
                lambda: cross_entropy(tt.ones(2, 3), tt.tensor([0, 3])), IndexError, "class 3"
            ),
            ErrorSample(
                lambda: cross_entropy(tt.ones(2, 3), tt.tensor([0])), tt.ShapeError, r"\(2,\)"
            ),
            ErrorSample(
                lambda: cross_entropy(tt.ones(2, 3), tt.tensor([True, False])),
                tt.DTypeError,
                "must be integers",
            ),
            ErrorSample(
                lambda: cross_entropy(tt.ones(2, 3), tt.tensor([0, 1]), weight=tt.ones(2)),
                tt.ShapeError,
                r"weight: .*\(3,\)",
            ),
            ErrorSample(
                lambda: cross_entropy(tt.ones(2, 3), tt.tensor([0, 1]), label_smoothing=1.5),
                ValueError,
                "between 0 and 1",
            ),
            ErrorSample(
                lambda: cross_entropy(tt.ones(2, 3), tt.ones(2, 3), ignore_index=0),
                ValueError,
                "probabilities",
            ),
            ErrorSample(
                lambda: cross_entropy(tt.ones(2, 3), tt.ones(3)), tt.ShapeError, "probabilities"
            ),
        ),
    ),
    Record("cross_entropy_grad", _gradients, _gradient, tolerance={"float32": 1e-5}),
)
