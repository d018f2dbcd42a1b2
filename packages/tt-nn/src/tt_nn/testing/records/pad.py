"""The records of padding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...functional import pad

__all__ = ["RECORDS"]

Rng = np.random.Generator
DType = np.dtype[Any]
Widths = tuple[tuple[int, int], ...]

NUMPY_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def _constants(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape, widths in (
        ((4,), ((1, 2),)),
        ((4,), ((0, 0),)),
        ((4,), ((-1, 2),)),
        ((4,), ((-2, -2),)),
        ((4,), ((5, -4),)),
        ((0,), ((1, 1),)),
        ((2, 3), ((0, 0), (2, 0))),
        ((2, 3), ((1, -1), (-3, 4))),
        ((0, 2, 3), ((0, 0), (1, 1), (2, 0))),
        ((1, 2, 3, 5), ((0, 0), (0, 0), (1, 0), (-1, 2))),
        ((1, 2, 3, 2), ((1, 0), (0, 1), (2, 2), (1, 1))),
    ):
        for value in (0, 7):
            yield Sample((draw(rng, dtype, shape),), (widths, value))
    channels_last = draw(rng, dtype, (2, 4, 3, 2)).transpose(0, 3, 1, 2)
    yield Sample((channels_last,), (((0, 0), (0, 0), (1, 2), (2, 1)), 0))


def _borders(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for mode in NUMPY_MODES:
        for shape, widths in (
            ((2, 4), ((0, 0), (2, 3))),
            ((2, 1, 4), ((0, 0), (0, 0), (0, 1))),
            ((3, 4, 5), ((0, 0), (3, 0), (1, 4))),
            ((1, 2, 3, 5), ((0, 0), (0, 0), (2, 1), (0, 4))),
            ((0, 2, 3, 5), ((0, 0), (0, 0), (1, 1), (1, 1))),
        ):
            yield Sample((draw(rng, dtype, shape),), (widths, mode), smooth=0 not in shape)
        channels_last = draw(rng, dtype, (2, 4, 3, 2)).transpose(0, 3, 1, 2)
        yield Sample((channels_last,), (((0, 0), (0, 0), (1, 2), (2, 1)), mode))
    yield Sample((draw(rng, dtype, (2, 3)),), (((0, 0), (5, 7)), "replicate"))
    yield Sample((draw(rng, dtype, (2, 3)),), (((0, 0), (3, 3)), "circular"))


def _gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for sample in _borders(rng, dtype):
        x = sample.inputs[0]
        assert x is not None
        shape = tuple(n + a + b for n, (a, b) in zip(x.shape, sample.params[0], strict=True))
        yield Sample((draw(rng, dtype, shape),), sample.params, sample.smooth)


def _constant(x: Array, widths: Widths, value: float) -> Array:
    grown = np.pad(x, [(max(a, 0), max(b, 0)) for a, b in widths], constant_values=value)
    cuts = (slice(max(-a, 0), n + min(b, 0)) for n, (a, b) in zip(grown.shape, widths, strict=True))
    return np.asarray(grown[tuple(cuts)])


def _border(x: Array, widths: Widths, mode: str) -> Array:
    if not x.size:
        return np.zeros([n + a + b for n, (a, b) in zip(x.shape, widths, strict=True)])
    return np.asarray(np.pad(x, widths, mode=NUMPY_MODES[mode]))  # type: ignore[call-overload]


def _border_grad(grad: Array, widths: Widths, mode: str) -> Array:
    shape = tuple(n - a - b for n, (a, b) in zip(grad.shape, widths, strict=True))
    places = _border(np.arange(np.prod(shape)).reshape(shape), widths, mode).astype(np.int64)
    flat = np.bincount(places.ravel(), grad.ravel(), int(np.prod(shape)))
    return flat.reshape(shape)


def _torch(torch: Any, x: Any, widths: Widths, last: Any) -> Any:
    spatial = widths[1:] if x.ndim < 4 and widths[0] == (0, 0) else widths
    if x.ndim == 4 and widths[:2] == ((0, 0), (0, 0)):
        spatial = widths[2:]
    if x.ndim == 3 and widths[:2] == ((0, 0), (0, 0)):
        spatial = widths[2:]
    flat = [n for pair in reversed(spatial) for n in pair]
    if isinstance(last, str):
        return torch.nn.functional.pad(x, flat, mode=last)
    return torch.nn.functional.pad(x, flat, value=last)


def _refused(exception: type[Exception], match: str, *args: Any, **options: Any) -> ErrorSample:
    return ErrorSample(lambda: pad(tt.zeros(2, 3), *args, **options), exception, match)


RECORDS = (
    Record(
        "pad_constant",
        _constants,
        _constant,
        torch=_torch,
        dtypes=("float64", "float32", "float16", "int64", "uint8", "bool"),
        errors=(
            ErrorSample(lambda: pad([1], (1, 1)), TypeError, "input must be a Tensor"),  # type: ignore[arg-type]
            _refused(ValueError, "not 'mirror'", (1, 1), "mirror"),
            _refused(ValueError, "before and one after", (1,)),
            _refused(TypeError, "must be ints", (1.0, 2.0)),
            _refused(tt.ShapeError, r"3 dimensions, .* \(2, 3\)", (1, 1, 1, 1, 1, 1)),
            _refused(tt.ShapeError, "cuts more than the 3 places of dimension 1", (-2, -2)),
            _refused(tt.ShapeError, "cuts more than the 3 places of dimension 1", (-4, 5)),
        ),
    ),
    Record(
        "pad_border",
        _borders,
        _border,
        torch=_torch,
        errors=(
            _refused(tt.ShapeError, "at most 2 places beside the 3", (3, 0), "reflect"),
            _refused(tt.ShapeError, "at most 3 places beside the 3", (0, 4), "circular"),
            _refused(tt.ShapeError, "no negative widths", (-1, 0), "replicate"),
            _refused(ValueError, "takes no value", (1, 0), "replicate", value=1.0),
            ErrorSample(lambda: pad(tt.zeros(2, 0), (1, 1), "replicate"), tt.ShapeError, "most 0"),
        ),
    ),
    Record("pad_border_grad", _gradients, _border_grad),
)
