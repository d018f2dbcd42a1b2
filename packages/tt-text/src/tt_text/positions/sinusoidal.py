"""Sinusoidal positions: waves of many lengths, so that each position has a pattern of its own."""

from __future__ import annotations

import math

import numpy as np

from tt_nn import Module
from tt_tensor import DTypeLike, ShapeError, Tensor, float32, from_numpy

__all__ = ["SinusoidalPositions", "sinusoids"]


def sinusoids(length: int, width: int, base: float = 10_000.0) -> Tensor:
    """``out[p, 2i] = sin(p / base^(2i/width))``, ``out[p, 2i + 1] = cos`` of the same.

    Args:
        length: the number of positions.
        width: of the vectors, an even number.
        base: the wave lengths grow from 2π to 2π · base.

    Returns:
        (length, width), float32.

    Raises:
        ValueError: an odd width.

    Source: Vaswani et al., "Attention is all you need", 2017.

    Example:
        >>> from tt_text import sinusoids
        >>> sinusoids(2, 4)
        tensor([[0.0000, 1.0000, 0.0000, 1.0000],
                [0.8415, 0.5403, 0.0100, 0.9999]])
    """
    if width < 2 or width % 2:
        raise ValueError(
            f"width: sines and cosines come in pairs, {width} is not a positive even number"
        )
    rates = np.exp(np.arange(0, width, 2) * (-math.log(base) / width))
    angles = np.multiply.outer(np.arange(length), rates)  # (length, width / 2)
    out = np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(length, width)
    return from_numpy(out.astype(np.float32))


class SinusoidalPositions(Module):
    """Adds :func:`sinusoids` to vectors: (N, L, width), starting at a given position.

    Args:
        max_length: the largest number of positions.
        width: of the vectors.
        dtype: of the table.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import SinusoidalPositions
        >>> SinusoidalPositions(8, 4)(tt.zeros(1, 3, 4)).shape
        (1, 3, 4)
    """

    table: Tensor

    def __init__(self, max_length: int, width: int, *, dtype: DTypeLike | None = None) -> None:
        super().__init__()
        self.max_length = max_length
        kind = float32 if dtype is None else dtype
        self.register_buffer("table", sinusoids(max_length, width).to(kind), persistent=False)

    def forward(self, input: Tensor, start: int = 0) -> Tensor:
        """(N, L, width) to the same, position ``start`` first.

        Raises:
            ShapeError: more positions than the table has.
        """
        end = start + input.shape[-2]
        check_room(end, self.max_length)
        return input + self.table[start:end]


def check_room(end: int, max_length: int) -> None:
    """Refuse positions that a table does not have.

    Raises:
        ShapeError: there are too many.
    """
    if end > max_length:
        raise ShapeError(
            f"input: {end} positions are more than the {max_length} that the model was made for; "
            "shorten the text, or keep only its end"
        )
