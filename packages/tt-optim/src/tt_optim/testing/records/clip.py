"""The records of the gradients' norm and of their scaling."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from tt_tensor.testing import Record, Sample, draw
from tt_tensor.typing import Array

from .common import TOLERANCE, DType, Rng, drawers

__all__ = ["RECORDS"]


def _norm_samples(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for p in (1.0, 2.0, 3.5, math.inf):
        for shapes in (((2, 3),), ((), (4,), (0, 2), (3, 2)), ((0,),)):
            yield Sample(tuple(draw(rng, dtype, shape) for shape in shapes), (p,))
        yield Sample((draw(rng, dtype, (3, 4)).T, draw(rng, dtype, (4, 6))[:, ::2]), (p,))
        for odd in (math.inf, math.nan):
            yield Sample((draw(rng, dtype, (2,)), np.asarray([odd, 1], dtype)), (p,))
    # squares of these are 0 or infinite in the array's own type
    yield Sample((np.full(4, np.finfo(dtype).max / 1e15, dtype),), (2.0,))
    yield Sample((np.full(4, np.finfo(dtype).tiny * 1e15, dtype),), (2.0,))


def _norm(*args: Any) -> Array:
    *grads, p = args
    everything = np.concatenate([grad.ravel() for grad in grads])
    if not everything.size:  # older versions of NumPy refuse the largest of nothing
        return np.zeros(())
    return np.asarray(np.linalg.norm(everything, p))


def _torch_norm(torch: Any, *args: Any) -> Any:
    *grads, p = args
    full = [grad for grad in grads if grad.numel()]  # PyTorch has no largest element of nothing
    return torch.nn.utils.get_total_norm(full, p) if full else grads[0].new_zeros(())


def _scale_samples(rng: Rng, dtype: DType) -> Iterator[Sample]:
    draws = drawers(rng, dtype)
    for factor in (0.5, 0.0, 1e-3, -2.0, 1.0):
        yield Sample((next(draws)(),), (factor,))


RECORDS = (
    Record(
        "total_norm",
        _norm_samples,
        _norm,
        _torch_norm,
        tolerance=TOLERANCE,
    ),
    Record(
        "scale_",
        _scale_samples,
        lambda x, factor: (x * factor,),
        lambda torch, x, factor: x.mul_(factor),
    ),
)
