"""The record of joining."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt

from ...typing import Array
from ..record import ALL_DTYPES, ErrorSample, Record, Sample, register
from ..samples import draw

Rng = np.random.Generator
DType = np.dtype[Any]


def _pieces(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shapes, dim in (
        (((2,), (3,)), 0),
        (((2, 3), (1, 3), (4, 3)), 0),
        (((2, 3), (2, 1)), 1),
        (((2, 3),), 1),
        (((0, 2), (3, 2)), 0),
    ):
        yield Sample(tuple(draw(rng, dtype, shape) for shape in shapes), (dim,))


def _joined(*arguments: Any) -> Array:
    *tensors, dim = arguments
    return np.concatenate(tensors, dim)


def _torch_joined(torch: Any, *arguments: Any) -> Any:
    *tensors, dim = arguments
    return torch.cat(tensors, dim)


register(
    Record(
        "cat",
        _pieces,
        _joined,
        torch=_torch_joined,
        dtypes=ALL_DTYPES,
        errors=(
            ErrorSample(lambda: tt.cat([]), ValueError, "at least one"),
            ErrorSample(
                lambda: tt.cat([tt.ones(2, 3), tt.ones(2, 2)]), tt.ShapeError, r"tensors\[1\]"
            ),
            ErrorSample(lambda: tt.stack([tt.ones(2), tt.ones(3)]), tt.ShapeError, r"tensors\[1\]"),
            ErrorSample(lambda: tt.split(tt.ones(5), [2, 2]), ValueError, "do not add up"),
        ),
    ),
)
