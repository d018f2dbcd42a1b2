"""Joining tensors by NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...typing import Array


def cat(*arguments: Any) -> Array:
    """The tensors one after the other along a dimension; the last argument is the dimension."""
    *tensors, dim = arguments
    return np.concatenate(tensors, axis=dim)
