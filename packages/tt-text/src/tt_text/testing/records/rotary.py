"""The record of rotary positions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import FLOATS, ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...positions import apply_rotary, rotary_angles

__all__ = ["RECORDS"]


def _turns(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
    for shape in ((3, 4), (2, 3, 6), (2, 2, 1, 2), (0, 2)):
        angles = rng.uniform(-4, 4, (shape[-2], shape[-1] // 2))
        cos, sin = np.cos(angles).astype(dtype), np.sin(angles).astype(dtype)
        for layout in ("halves", "pairs"):
            yield Sample((draw(rng, dtype, shape), cos, sin), (layout,))


def _turned(x: Array, cos: Array, sin: Array, layout: str) -> Array:
    """Multiplication by complex numbers."""
    pairs = x.reshape(*x.shape[:-1], x.shape[-1] // 2, 2) if layout == "pairs" else None
    if pairs is None:
        a, b = np.split(x, 2, axis=-1)
    else:
        a, b = pairs[..., 0], pairs[..., 1]
    turned = (a + 1j * b) * (cos + 1j * sin)
    axis = -1
    if pairs is None:
        return np.concatenate([turned.real, turned.imag], axis)
    return np.stack([turned.real, turned.imag], axis).reshape(x.shape)


def _torch(torch: Any, x: Any, cos: Any, sin: Any, layout: str) -> Any:
    cos, sin = cos.detach(), sin.detach()
    if layout == "pairs":
        a, b = x[..., 0::2], x[..., 1::2]
        return torch.stack([a * cos - b * sin, b * cos + a * sin], -1).flatten(-2)
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


RECORDS = (
    Record(
        "rotary",
        _turns,
        _turned,
        torch=_torch,
        dtypes=FLOATS,
        errors=(
            ErrorSample(
                lambda: apply_rotary(tt.ones(3, 4), *rotary_angles(2, 4)),
                tt.ShapeError,
                "needs cosines and sines",
            ),
            ErrorSample(
                lambda: apply_rotary(tt.ones(2, 4), *rotary_angles(2, 4), layout="other"),
                ValueError,
                "layout must be one of",
            ),
        ),
    ),
)
