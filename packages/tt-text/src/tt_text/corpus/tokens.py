"""What a corpus is here: one long row of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tt_tensor import DTypeError, ShapeError, Tensor
from tt_tensor.typing import Array

__all__ = ["Tokens", "row_of"]

Tokens = Array | Tensor | Sequence[int]
"""Integers in one row: an array (also one that is mapped to a file), a tensor or a list."""


def row_of(tokens: Any, name: str = "tokens") -> Array:
    """The tokens as an array, which is not copied if it is one already.

    Raises:
        ShapeError: not one row.
        DTypeError: not integers.
    """
    row = tokens.array if isinstance(tokens, Tensor) else np.asarray(tokens)
    if row.ndim != 1:
        raise ShapeError(f"{name}: expected one row of tokens, (L,), but the shape is {row.shape}")
    if row.dtype.kind not in "iu" and row.size:
        raise DTypeError(f"{name}: expected integers, not {row.dtype}")
    return row if row.size else row.astype(np.int64)
