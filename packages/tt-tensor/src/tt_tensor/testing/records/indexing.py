"""Records of indexing, reading and writing at listed places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt

from ...typing import Array
from ..record import ALL_DTYPES, FLOATS, ErrorSample, Record, Sample, register
from ..samples import draw

Rng = np.random.Generator
DType = np.dtype[Any]


def _basic(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape, index in (
        ((5,), (2, ...)),
        ((5,), (slice(1, 4), ...)),
        ((4, 5), (slice(None), -1, ...)),
        ((4, 5), (slice(0, None, 2), None, slice(1, 3), ...)),
        ((2, 3, 4), (..., 1)),
        ((2, 3, 4), (1, ..., slice(2, None))),
        ((3,), (slice(2, 2), ...)),
    ):
        yield Sample((draw(rng, dtype, shape),), (index,))


def _indices() -> list[tuple[tuple[int, ...], tuple[Any, ...]]]:
    return [
        ((5,), (np.asarray([0, 0, 3]),)),
        ((5,), (np.asarray([True, False, True, False, True]),)),
        ((4, 3), (np.asarray([[0, 1], [3, 3]]),)),
        ((4, 3), (np.asarray([0, 2]), np.asarray([1, 1]))),
        ((4, 3), (slice(1, 3), np.asarray([2, 0, 2]))),
        ((2, 3), (np.asarray([[True, False, True], [False, False, True]]),)),
        ((3,), (np.zeros(0, np.int64),)),
    ]


def _advanced(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape, index in _indices():
        yield Sample((draw(rng, dtype, shape),), (index,))


def _puts(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape, index in _indices():
        picked = np.empty(shape)[index].shape
        for accumulate in (True, False):
            repeats = any(
                a.dtype != bool and len(set(a.ravel())) < a.size
                for a in index
                if hasattr(a, "ravel")
            )
            if accumulate or not repeats:  # without adding up, which repeat wins is not defined
                inputs = (draw(rng, dtype, shape), draw(rng, dtype, picked))
                yield Sample(inputs, (index, accumulate))
    yield Sample((draw(rng, dtype, (4,)), draw(rng, dtype, ())), ((np.asarray([1, 2]),), False))


def _put(x: Array, value: Array, index: Any, accumulate: bool) -> Array:
    out = x.copy()
    places = np.arange(x.size).reshape(x.shape)[index]
    values = np.broadcast_to(value, places.shape)
    for place, v in zip(places.ravel(), values.ravel(), strict=True):
        out.flat[place] = out.flat[place] + v if accumulate else v
    return out


def _torch_index(torch: Any, index: Any) -> Any:
    return tuple(torch.from_numpy(i) if isinstance(i, np.ndarray) else i for i in index)


def _torch_put(torch: Any, x: Any, value: Any, index: Any, accumulate: bool) -> Any:
    if any(isinstance(i, slice) for i in index):
        rows = torch.arange(x.shape[0])[index[0]].unsqueeze(1)
        index = (rows.numpy(), index[1])
    return x.index_put(_torch_index(torch, index), value, accumulate)


def _gathers(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape, places, dim in (
        ((4,), (6,), 0),
        ((3, 4), (2, 4), 0),
        ((3, 4), (3, 2), 1),
        ((2, 3, 2), (1, 3, 2), 1),
    ):
        yield Sample((draw(rng, dtype, shape), rng.integers(0, shape[dim], places)), (dim,))


def _scatters(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape, places, dim in (((4,), (3,), 0), ((3, 4), (2, 4), 0), ((3, 4), (3, 2), 1)):
        order = np.argsort(
            rng.random([shape[d] if d == dim else n for d, n in enumerate(places)]), dim
        )
        index = order[tuple(slice(n) for n in places)]  # each place at most once
        yield Sample((draw(rng, dtype, shape), index, draw(rng, dtype, places)), (dim,))
    yield Sample((draw(rng, dtype, (4,)), np.asarray([2, 0]), draw(rng, dtype, (3,))), (0,))


def _additions(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from _scatters(rng, dtype)
    yield Sample((draw(rng, dtype, (3,)), np.asarray([1, 1, 0, 1]), draw(rng, dtype, (4,))), (0,))


def _gather(x: Array, index: Array, dim: int) -> Array:
    return np.take_along_axis(
        x[tuple(slice(None) if d == dim else slice(n) for d, n in enumerate(index.shape))],
        index,
        dim,
    )


def _scatter(accumulate: bool) -> Any:
    def reference(x: Array, index: Array, src: Array, dim: int) -> Array:
        out = x.copy()
        for i, place in np.ndenumerate(index):
            target = (*i[:dim], int(place), *i[dim + 1 :])
            out[target] = out[target] + src[i] if accumulate else src[i]
        return out

    return reference


def _corner(src: Any, index: Any) -> Any:
    """The part of the source that is used; PyTorch's own gradient refuses a larger one."""
    return src[tuple(slice(n) for n in index.shape)]


def _view_scatters(rng: Rng, dtype: DType) -> Iterator[Sample]:
    row = ((tt.registry["getitem"], ((1, ...),)),)
    turned = ((tt.registry["permute"], ((1, 0),)), (tt.registry["getitem"], ((slice(0, 2), ...),)))
    yield Sample((draw(rng, dtype, (3, 4)), draw(rng, dtype, (4,))), (row,))
    yield Sample((draw(rng, dtype, (3, 4)), draw(rng, dtype, (2, 3))), (turned,))


def _replaced(x: Array, value: Array, chain: Any) -> Array:
    out = x.copy()
    if len(chain) == 1:
        out[1] = value
    else:
        out[:, 0:2] = value.T
    return out


def _triangles(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape, diagonal in (((3, 3), 0), ((2, 4), 1), ((4, 2), -1), ((2, 3, 3), 0), ((0, 2), 0)):
        yield Sample((draw(rng, dtype, shape),), (diagonal,))


def _diagonals(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape, params in (
        ((3, 3), (0, 0, 1)),
        ((2, 4), (1, 0, 1)),
        ((4, 2), (-1, 0, 1)),
        ((2, 3, 4), (0, 2, 0)),
        ((2, 3, 4), (-1, 1, 2)),
        ((3, 3), (5, 0, 1)),
        ((0, 2), (0, 0, 1)),
    ):
        yield Sample((draw(rng, dtype, shape),), params)


def _nonzeros(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape in ((5,), (3, 4), (), (0, 2)):
        x = draw(rng, dtype, shape) * np.asarray(rng.random(shape) < 0.5)
        yield Sample((np.asarray(x, dtype),))


_KINDS = (*FLOATS, "int64", "bool")

register(
    Record(
        "getitem",
        _basic,
        lambda x, index: x[index],
        torch=lambda torch, x, index: x[index],
        dtypes=ALL_DTYPES,
        errors=(
            ErrorSample(lambda: tt.ones(3)[5], IndexError, "5 is out of bounds"),
            ErrorSample(lambda: tt.ones(3)[0, 0], IndexError, "too many indices"),
            ErrorSample(lambda: tt.ones(3)[::-1], ValueError, "use flip"),
            ErrorSample(lambda: tt.ones(3)[1.0], IndexError, "must be an integer"),
        ),
    ),
    Record(
        "index",
        _advanced,
        lambda x, index: x[index],
        torch=lambda torch, x, index: x[_torch_index(torch, index)],
        dtypes=_KINDS,
        errors=(
            ErrorSample(lambda: tt.ones(3)[tt.tensor([3])], IndexError, "out of bounds"),
            ErrorSample(lambda: tt.ones(3)[tt.tensor([True])], IndexError, "boolean"),
        ),
    ),
    Record("index_put", _puts, _put, torch=_torch_put, dtypes=(*FLOATS, "int64")),
    Record(
        "gather",
        _gathers,
        _gather,
        torch=lambda torch, x, index, dim: torch.gather(x, dim, index),
        dtypes=_KINDS,
        errors=(
            ErrorSample(
                lambda: tt.gather(tt.ones(3), 0, tt.tensor([3])), IndexError, "out of range"
            ),
            ErrorSample(lambda: tt.gather(tt.ones(3), 0, tt.ones(1)), tt.DTypeError, "integer"),
            ErrorSample(
                lambda: tt.gather(tt.ones(3), 0, tt.tensor([[0]])),
                tt.ShapeError,
                "as many dimensions",
            ),
        ),
    ),
    Record(
        "scatter",
        _scatters,
        _scatter(False),
        torch=lambda torch, x, index, src, dim: x.scatter(dim, index, _corner(src, index)),
        dtypes=_KINDS,
    ),
    Record(
        "scatter_add",
        _additions,
        _scatter(True),
        torch=lambda torch, x, index, src, dim: x.scatter_add(dim, index, _corner(src, index)),
        dtypes=(*FLOATS, "int64"),
    ),
    Record("view_scatter", _view_scatters, _replaced, dtypes=_KINDS),
    Record(
        "diagonal",
        _diagonals,
        np.diagonal,
        torch=lambda torch, x, offset, a, b: torch.diagonal(x, offset, a, b),
        dtypes=ALL_DTYPES,
        errors=(
            ErrorSample(lambda: tt.diagonal(tt.ones(2, 2), 0, 1, 1), tt.ShapeError, "the same"),
            ErrorSample(lambda: tt.diagonal(tt.ones(2)), IndexError, "out of range"),
        ),
    ),
    Record(
        "nonzero",
        _nonzeros,
        lambda x: np.argwhere(x != 0),
        torch=lambda torch, x: torch.nonzero(x),
        dtypes=ALL_DTYPES,
    ),
    Record("tril", _triangles, np.tril, torch=lambda torch, x, k: torch.tril(x, k), dtypes=_KINDS),
    Record(
        "triu",
        _triangles,
        np.triu,
        torch=lambda torch, x, k: torch.triu(x, k),
        dtypes=_KINDS,
        errors=(ErrorSample(lambda: tt.triu(tt.ones(2)), tt.ShapeError, "at least 2"),),
    ),
)
