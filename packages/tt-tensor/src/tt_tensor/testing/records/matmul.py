"""Records of matrix products."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt

from ...typing import Array
from ..record import FLOATS, ErrorSample, Record, Sample, register
from ..samples import draw

Rng = np.random.Generator
DType = np.dtype[Any]


def _products(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for a, b in (
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (3, 2)),
        ((2, 3), (3, 4)),
        ((2, 2, 3), (3, 4)),
        ((2, 3), (2, 3, 4)),
        ((2, 1, 2, 3), (3, 3, 2)),
        ((2, 2, 3), (3,)),
        ((3,), (2, 3, 2)),
        ((2, 0), (0, 3)),
        ((0, 2), (2, 3)),
    ):
        yield Sample((draw(rng, dtype, a), draw(rng, dtype, b)))
    yield Sample((draw(rng, dtype, (3, 2)).T, draw(rng, dtype, (8, 6))[1:7:2, ::3]))


def _sums(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for equation, shapes in (
        ("ij,jk->ik", ((2, 3), (3, 4))),
        ("bij,bjk->bik", ((2, 2, 3), (2, 3, 2))),
        ("ij->ji", ((2, 3),)),
        ("ij->", ((2, 3),)),
        ("ij,j->i", ((2, 3), (3,))),
        ("i,j->ij", ((2,), (3,))),
        ("ij,jk,kl->il", ((2, 3), (3, 2), (2, 2))),
        ("ij,kj->ik", ((2, 3), (4, 3))),
    ):
        yield Sample(tuple(draw(rng, dtype, shape) for shape in shapes), (equation,))


def _einsum(*arguments: Any) -> Array:
    *operands, equation = arguments
    return np.asarray(np.einsum(equation, *operands))


def _torch_einsum(torch: Any, *arguments: Any) -> Any:
    *operands, equation = arguments
    return torch.einsum(equation, *operands)


register(
    Record(
        "matmul",
        _products,
        np.matmul,
        torch=lambda torch, x, y: torch.matmul(x, y),
        dtypes=(*FLOATS, "int64", "int32"),
        tolerance={"float32": 1e-5, "float64": 1e-11},
        errors=(
            ErrorSample(lambda: tt.ones(2, 3) @ tt.ones(2, 3), tt.ShapeError, "3 columns.* 2 rows"),
            ErrorSample(lambda: tt.mm(tt.ones(2), tt.ones(2)), tt.ShapeError, "must be a matrix"),
            ErrorSample(lambda: tt.ones(()) @ tt.ones(2), tt.ShapeError, "at least one dimension"),
        ),
    ),
    Record(
        "einsum",
        _sums,
        _einsum,
        torch=_torch_einsum,
        tolerance={"float32": 1e-5, "float64": 1e-11},
        errors=(
            ErrorSample(lambda: tt.einsum("ij", tt.ones(2)), tt.ShapeError, "operand 0"),
            ErrorSample(
                lambda: tt.einsum("i,i", tt.ones(2), tt.ones(3)), tt.ShapeError, "'i' is 2"
            ),
        ),
    ),
)
