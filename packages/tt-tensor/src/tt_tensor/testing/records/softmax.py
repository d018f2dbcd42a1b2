"""Records of softmax, its logarithm and their gradients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt

from ...typing import Array
from ..record import ErrorSample, Record, Sample, register
from ..samples import draw

Rng = np.random.Generator
DType = np.dtype[Any]


def _lanes(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape, dim in (((5,), 0), ((3, 4), 0), ((3, 4), 1), ((2, 3, 2), 1), ((0, 3), 1)):
        yield Sample((draw(rng, dtype, shape),), (dim,))
    yield Sample((draw(rng, dtype, (4, 6)).T[::-2],), (0,))
    yield Sample((np.asarray([[-1e4, 0, 1e4], [1e4, 1e4, -1e4]], dtype),), (1,), smooth=False)


def _lane_gradients(function: Any) -> Any:
    """Pairs of a gradient and a result that the function can really have."""

    def sample(rng: Rng, dtype: DType) -> Iterator[Sample]:
        for shape, dim in (((5,), 0), ((3, 4), 0), ((3, 4), 1), ((2, 3, 2), 1)):
            result = function(draw(rng, dtype, shape).astype(np.float64), dim).astype(dtype)
            yield Sample((draw(rng, dtype, shape), result), (dim,))

    return sample


def _softmax(x: Array, dim: int) -> Array:
    powers = np.exp(x - x.max(dim, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(dim, keepdims=True))


def _log_softmax(x: Array, dim: int) -> Array:
    shifted = x - x.max(dim, keepdims=True, initial=-np.inf)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(dim, keepdims=True)))


register(
    Record(
        "softmax",
        _lanes,
        _softmax,
        torch=lambda torch, x, dim: torch.softmax(x, dim),
        errors=(ErrorSample(lambda: tt.softmax(tt.ones(2), 1), IndexError, "out of range"),),
    ),
    Record(
        "softmax_grad",
        _lane_gradients(_softmax),
        lambda g, y, dim: y * (g - (g * y).sum(dim, keepdims=True)),
    ),
    Record(
        "log_softmax", _lanes, _log_softmax, torch=lambda torch, x, dim: torch.log_softmax(x, dim)
    ),
    Record(
        "log_softmax_grad",
        _lane_gradients(_log_softmax),
        lambda g, y, dim: g - np.exp(y) * g.sum(dim, keepdims=True),
    ),
)
