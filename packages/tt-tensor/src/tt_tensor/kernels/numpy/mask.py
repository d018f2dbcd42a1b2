"""Masks by NumPy."""

from __future__ import annotations

import numpy as np

from ...typing import Array


def nonzero(x: Array) -> Array:
    """A row with its index for every element that is not 0."""
    return np.argwhere(x)
