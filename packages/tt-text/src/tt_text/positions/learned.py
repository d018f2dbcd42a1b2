"""Learned positions: one vector per position, like an embedding of the number."""

from __future__ import annotations

import numpy as np

from tt_nn import Module, Parameter, init
from tt_tensor import DTypeLike, Tensor, empty, from_numpy

from ..lookup import embedding
from .sinusoidal import check_room

__all__ = ["LearnedPositions"]


class LearnedPositions(Module):
    """Adds ``weight[p]`` to the vector at position p.

    Args:
        max_length: the largest number of positions.
        width: of the vectors.
        dtype: of the table.

    Attributes:
        weight: (max_length, width), normal with deviation 0.02 at the start.

    Source: Gehring et al., "Convolutional sequence to sequence learning", 2017.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import LearnedPositions
        >>> LearnedPositions(8, 4)(tt.zeros(1, 3, 4)).shape
        (1, 3, 4)
    """

    def __init__(self, max_length: int, width: int, *, dtype: DTypeLike | None = None) -> None:
        super().__init__()
        if max_length < 1 or width < 1:
            raise ValueError(
                f"max_length and width must be at least 1, not {max_length} and {width}"
            )
        self.max_length = max_length
        self.weight = Parameter(empty(max_length, width, dtype=dtype))
        init.normal_(self.weight, std=0.02)

    def forward(self, input: Tensor, start: int = 0, padding: Tensor | None = None) -> Tensor:
        """(N, L, width) to the same, position ``start`` first.

        Args:
            input: the vectors.
            start: the first one's position.
            padding: (N,) how many positions at the left of each sample do not count: the first
                after them has position 0.

        Raises:
            ShapeError: more positions than the table has.
        """
        end = start + input.shape[-2]
        check_room(end, self.max_length)
        if padding is None:
            return input + self.weight[start:end]
        places = np.arange(start, end) - padding.array[:, None]  # (N, L)
        return input + embedding(from_numpy(np.maximum(places, 0)), self.weight)
