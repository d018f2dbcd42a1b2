"""Working memory for update kernels, used again at every step.

A step of Adam needs two temporary arrays per parameter.  Taking fresh ones each time would cost
more than the arithmetic, so each shape and type has its pair, which lives as long as the program.
"""

from __future__ import annotations

import numpy as np

from tt_tensor.typing import Array

__all__ = ["pair"]

_pairs: dict[tuple[tuple[int, ...], str], tuple[Array, Array]] = {}
_LIMIT = 64  # shapes; a program that trains more kinds of parameters than this starts over


def pair(like: Array) -> tuple[Array, Array]:
    """Two arrays of the shape and type of ``like``, with any content."""
    key = (like.shape, like.dtype.char)
    found = _pairs.get(key)
    if found is None:
        if len(_pairs) >= _LIMIT:
            _pairs.clear()
        found = _pairs[key] = (np.empty(like.shape, like.dtype), np.empty(like.shape, like.dtype))
    return found
