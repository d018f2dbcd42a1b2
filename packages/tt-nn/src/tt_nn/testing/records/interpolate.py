"""The records of interpolation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...functional import interpolate
from ...functional.interpolate import linear_sources, nearest_sources

__all__ = ["RECORDS"]

Rng = np.random.Generator
DType = np.dtype[Any]
Shape = tuple[int, int]

SIZES: tuple[Shape, ...] = ((1, 1), (3, 2), (4, 6), (5, 7), (8, 12), (9, 5))


def _images(rng: Rng, dtype: DType, linear: bool) -> Iterator[Sample]:
    for shape in ((2, 1, 4, 6), (1, 2, 5, 3), (1, 1, 1, 4), (0, 2, 3, 3)):
        for size in SIZES:
            for option in (False, True):
                x = draw(rng, dtype, shape)
                if size[0] == 8:  # in channels-last memory
                    x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, -3, -1)), -1, -3)
                of: Any = linear_sources if linear else nearest_sources
                lines = tuple(of(n, m, None, option) for n, m in zip(shape[-2:], size, strict=True))
                yield Sample((x,), (lines,), smooth=size[0] in (3, 9) and x.size > 0)


def _nearest(rng: Rng, dtype: DType) -> Iterator[Sample]:
    return _images(rng, dtype, linear=False)


def _linear(rng: Rng, dtype: DType) -> Iterator[Sample]:
    return _images(rng, dtype, linear=True)


def _gradients(rng: Rng, dtype: DType, linear: bool) -> Iterator[Sample]:
    for sample in _images(rng, dtype, linear):
        x, (rows, columns) = sample.inputs[0], sample.params[0]
        assert x is not None
        grad = draw(rng, dtype, (*x.shape[:-2], len(rows), len(columns)))
        yield Sample((grad,), ((rows, columns), x.shape[-2:]), sample.smooth)


def _matrix(line: tuple[Any, ...], length: int) -> Array:
    """(new size, old size): how much of each pixel is in each new one."""
    out = np.zeros((len(line), length))
    for o, source in enumerate(line):
        i, weight = source if isinstance(source, tuple) else (source, 0.0)
        out[o, i] += 1 - weight
        out[o, min(i + 1, length - 1)] += weight
    return out


def _resized(x: Array, lines: Any) -> Array:
    rows, columns = (_matrix(line, n) for line, n in zip(lines, x.shape[-2:], strict=True))
    return np.asarray(rows @ x @ columns.T)


def _transposed(grad: Array, lines: Any, shape: Shape) -> Array:
    rows, columns = (_matrix(line, n) for line, n in zip(lines, shape, strict=True))
    return np.asarray(rows.T @ grad @ columns)


def _torch(torch: Any, x: Any, lines: Any) -> Any:
    """PyTorch, asked for that size; which of its modes was meant is seen from the first lines."""
    size, length = [len(line) for line in lines], x.shape[-2:]
    for mode, option in (
        ("nearest", None),
        ("nearest-exact", None),
        ("bilinear", False),
        ("bilinear", True),
    ):
        of: Any = linear_sources if mode == "bilinear" else nearest_sources
        exact = bool(option) or mode == "nearest-exact"
        if lines == tuple(of(n, m, None, exact) for n, m in zip(length, size, strict=True)):
            return torch.nn.functional.interpolate(x, size, mode=mode, align_corners=option)
    raise AssertionError(lines)


def _refused(exception: type[Exception], match: str, *args: Any, **options: Any) -> ErrorSample:
    return ErrorSample(
        lambda: interpolate(tt.zeros(1, 2, 3, 4), *args, **options), exception, match
    )


RECORDS = (
    Record(
        "resize_nearest",
        _nearest,
        _resized,
        torch=_torch,
        errors=(
            _refused(ValueError, "either size or scale_factor"),
            _refused(ValueError, "either size or scale_factor", 3, 2),
            _refused(ValueError, "size must be at least 1, but it is .0, 2.", (0, 2)),
            _refused(ValueError, "size must be at least 1, but it is .0, 1.", None, 0.3),
            _refused(ValueError, "size needs 2 entries, not 1", (3,)),
            _refused(TypeError, "size must be made of ints, not 3.5", 3.5),
            _refused(
                TypeError, "scale_factor must be made of numbers, not .'2', '3'.", None, ("2", "3")
            ),
            _refused(ValueError, "mode must be one of nearest, .*, not 'cubic'", 3, mode="cubic"),
            _refused(ValueError, "align_corners is for", 3, align_corners=True),
            _refused(tt.ShapeError, r"takes \(N, C, L\), not shape", 3, mode="linear"),
            ErrorSample(lambda: interpolate(tt.zeros(2, 3), 3), tt.ShapeError, "takes"),
            ErrorSample(lambda: interpolate(tt.zeros(1, 1, 0), 3), tt.ShapeError, "no pixels"),
            ErrorSample(
                lambda: interpolate(tt.zeros(1, 1, 2, dtype=tt.int64), 3), tt.DTypeError, "float"
            ),
            ErrorSample(lambda: interpolate([1.0], 3), TypeError, "must be a Tensor"),  # type: ignore[arg-type]
        ),
    ),
    Record(
        "resize_nearest_grad", lambda rng, dtype: _gradients(rng, dtype, linear=False), _transposed
    ),
    Record("resize_linear", _linear, _resized, torch=_torch, tolerance={"float32": 1e-5}),
    Record(
        "resize_linear_grad",
        lambda rng, dtype: _gradients(rng, dtype, linear=True),
        _transposed,
        tolerance={"float32": 1e-5},
    ),
)
