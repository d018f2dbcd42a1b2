"""Records of views and of what else moves elements about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt

from ..record import ALL_DTYPES, ErrorSample, Record, Sample, register
from ..samples import draw

Rng = np.random.Generator
DType = np.dtype[Any]


def _calls(*calls: tuple[tuple[int, ...], tuple[Any, ...]]) -> Any:
    def sample(rng: Rng, dtype: DType) -> Iterator[Sample]:
        for shape, params in calls:
            yield Sample((draw(rng, dtype, shape),), params)

    return sample


register(
    Record(
        "view",
        _calls(
            ((6,), ((2, 3),)),
            ((2, 3), ((6,),)),
            ((2, 3), ((3, 1, 2),)),
            ((1,), ((),)),
            ((), ((1, 1),)),
            ((0, 3), ((3, 0),)),
        ),
        lambda x, shape: x.reshape(shape),
        torch=lambda torch, x, shape: x.view(shape),
        dtypes=ALL_DTYPES,
        errors=(
            ErrorSample(lambda: tt.ones(2, 3).T.view(6), tt.ShapeError, "use reshape"),
            ErrorSample(lambda: tt.ones(6).view(4), tt.ShapeError, "6 elements"),
        ),
    ),
    Record(
        "permute",
        _calls(((2, 3), ((1, 0),)), ((2, 3, 4), ((2, 0, 1),)), ((), ((),)), ((0, 2), ((1, 0),))),
        np.transpose,
        torch=lambda torch, x, dims: x.permute(dims),
        dtypes=ALL_DTYPES,
        errors=(ErrorSample(lambda: tt.ones(2, 3).permute(0, 0), tt.ShapeError, "once"),),
    ),
    Record(
        "expand",
        _calls(((3, 1), ((3, 4),)), ((3,), ((2, 3),)), ((), ((2, 2),)), ((1, 2), ((0, 2),))),
        np.broadcast_to,
        torch=lambda torch, x, shape: x.expand(shape),
        dtypes=ALL_DTYPES,
        errors=(ErrorSample(lambda: tt.ones(2).expand(3), tt.ShapeError, "only sizes of 1"),),
    ),
    Record(
        "flip",
        _calls(((3,), ((0,),)), ((2, 3), ((0, 1),)), ((2, 3), ((),)), ((0, 2), ((1,),))),
        lambda x, dims: np.flip(x, dims),
        torch=lambda torch, x, dims: torch.flip(x, dims),
        dtypes=ALL_DTYPES,
    ),
    Record(
        "roll",
        _calls(((4,), (1, 0)), ((2, 3), (-2, 1)), ((2, 3), (5, 0))),
        np.roll,
        torch=lambda torch, x, shift, dim: torch.roll(x, shift, dim),
        dtypes=ALL_DTYPES,
    ),
    Record(
        "repeat",
        _calls(((3,), ((2,),)), ((2, 3), ((2, 2),)), ((1, 2), ((3, 0),)), ((), ((),))),
        np.tile,
        torch=lambda torch, x, repeats: x.repeat(repeats),
        dtypes=ALL_DTYPES,
    ),
)
