"""Records of unfold and fold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...functional import fold, unfold

__all__ = ["RECORDS"]

Pair = tuple[int, int]

_CASES: tuple[tuple[tuple[int, ...], tuple[Pair, Pair, Pair, Pair]], ...] = (
    ((2, 3, 4, 5), ((2, 2), (1, 1), (0, 0), (1, 1))),
    ((1, 1, 5, 4), ((3, 2), (1, 1), (1, 1), (2, 1))),
    ((1, 2, 7, 6), ((2, 3), (2, 1), (1, 2), (3, 2))),
    ((1, 2, 3, 2), ((3, 2), (1, 1), (0, 0), (1, 1))),
    ((2, 1, 5, 5), ((1, 1), (1, 1), (0, 0), (3, 2))),
    ((0, 2, 3, 3), ((2, 2), (1, 1), (1, 1), (1, 1))),
)
"""The image's shape; kernel, dilation, padding, stride."""


def _images(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
    for shape, window in _CASES:
        yield Sample((draw(rng, dtype, shape),), window)
    last = draw(rng, dtype, (2, 4, 5, 3)).transpose(0, 3, 1, 2)
    yield Sample((last,), ((2, 2), (1, 1), (1, 1), (1, 1)))


def _columns(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
    for shape, window in _CASES:
        columns = _unfold(np.zeros(shape), *window).shape
        yield Sample((draw(rng, dtype, columns),), (shape[2:], *window))
    yield Sample((draw(rng, dtype, (6, 4, 2)).T,), ((3, 4), (2, 2), (1, 1), (0, 0), (1, 1)))


def _unfold(x: Array, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair) -> Array:
    """By NumPy's own windows, of which dilation and stride leave some out."""
    padded = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    windows = np.lib.stride_tricks.sliding_window_view(padded, spans, axis=(2, 3))
    kept = windows[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
    rows = x.shape[1] * kernel[0] * kernel[1]
    return kept.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), rows, kept.shape[2] * kept.shape[3])


def _fold(x: Array, size: Pair, kernel: Pair, *window: Pair) -> Array:
    """By the transposed matrix: which columns each single pixel, set to 1, appears in."""
    pixels = np.eye(size[0] * size[1]).reshape(-1, 1, *size)
    effects = _unfold(pixels, kernel, *window)
    channels = x.shape[1] // (kernel[0] * kernel[1])
    columns = x.reshape(len(x), channels, *effects.shape[1:])
    out = np.tensordot(columns, effects, ((2, 3), (1, 2)))
    return out.reshape(len(x), channels, *size)


RECORDS = (
    Record(
        "unfold",
        _images,
        _unfold,
        torch=lambda torch, x, *window: torch.nn.functional.unfold(x, *window),
        errors=(
            ErrorSample(
                lambda: unfold(tt.ones(1, 1, 3, 3), 4),
                tt.ShapeError,
                r"a window \(4, 4\) .* does not fit",
            ),
            ErrorSample(lambda: unfold(tt.ones(3, 3), 2), tt.ShapeError, r"must be \(N, C, H, W\)"),
            ErrorSample(lambda: unfold(tt.ones(1, 3, 3).int(), 2), tt.DTypeError, "tt.int32"),
            ErrorSample(
                lambda: unfold(tt.ones(1, 3, 3), 0), ValueError, "kernel_size must be at least 1"
            ),
        ),
    ),
    Record(
        "fold",
        _columns,
        _fold,
        torch=lambda torch, x, *window: torch.nn.functional.fold(x, *window),
        tolerance={"float32": 5e-6},
        errors=(
            ErrorSample(
                lambda: fold(tt.ones(1, 4, 3), (2, 3), 2),
                tt.ShapeError,
                r"has 1 x 2 windows \(2, 2\): the input must be \(N, a multiple of 4, 2\)",
            ),
            ErrorSample(lambda: fold(tt.ones(1, 3, 2), (2, 3), 2), tt.ShapeError, "multiple of 4"),
            ErrorSample(lambda: fold(tt.ones(1, 4, 2), (1, 3), 2), tt.ShapeError, "has 0 x 2"),
            ErrorSample(lambda: fold(tt.ones(4), (1, 3), 2), tt.ShapeError, "rows, columns"),
        ),
    ),
)
