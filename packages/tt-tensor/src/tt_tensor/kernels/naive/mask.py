"""Masks, one element at a time."""

from __future__ import annotations

import numpy as np

from ...typing import Array


def nonzero(x: Array) -> Array:
    """A row with its index for every element that is not 0."""
    rows = [i for i in np.ndindex(x.shape) if x[i] != 0]
    return np.asarray(rows, np.int64).reshape(len(rows), x.ndim)
