"""The records of looking up rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import FLOATS, ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...lookup import embedding

__all__ = ["RECORDS"]


def _lookups(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
    for shape in ((4,), (2, 3), (), (0,)):
        for padding in (None, 1):
            yield Sample((draw(rng, dtype, (5, 3)), rng.integers(0, 5, shape)), (padding,))
    yield Sample((draw(rng, dtype, (3, 5)).T, np.asarray([4, 4, 0])), (None,))


def _gradients(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
    for shape in ((4,), (2, 3), (), (0,), (40,)):
        for padding in (None, 1):
            yield Sample((draw(rng, dtype, (*shape, 3)), rng.integers(0, 5, shape)), (5, padding))


def _added(grad: Array, tokens: Array, rows: int, padding: int | None) -> Array:
    hot = np.equal.outer(np.arange(rows), tokens.ravel()).astype(grad.dtype)
    if padding is not None:
        hot[padding] = 0
    return np.asarray(hot @ grad.reshape(-1, grad.shape[-1]))


RECORDS = (
    Record(
        "embedding",
        _lookups,
        lambda weight, tokens, padding: weight[tokens],
        torch=lambda torch, weight, tokens, padding: torch.nn.functional.embedding(
            tokens, weight, padding
        ),
        dtypes=FLOATS,
        errors=(
            ErrorSample(
                lambda: embedding(tt.tensor([[0, 1], [7, 2]]), tt.ones(3, 2)),
                IndexError,
                r"token 7 at position \[1, 0\]",
            ),
            ErrorSample(lambda: embedding(tt.tensor([-1]), tt.ones(3, 2)), IndexError, "token -1"),
            ErrorSample(lambda: embedding(tt.ones(2), tt.ones(3, 2)), tt.DTypeError, "integers"),
            ErrorSample(
                lambda: embedding(tt.tensor([0]), tt.ones(3)), tt.ShapeError, "expected a matrix"
            ),
        ),
    ),
    Record(
        "embedding_grad",
        _gradients,
        _added,
        dtypes=FLOATS,
    ),
)
