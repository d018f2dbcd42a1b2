"""Joining tensors, one after the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...typing import Array


def cat(*arguments: Any) -> Array:
    """The tensors one after the other along a dimension; the last argument is the dimension."""
    *tensors, dim = arguments
    shape = list(tensors[0].shape)
    shape[dim] = sum(x.shape[dim] for x in tensors)
    out = np.empty(shape, tensors[0].dtype)
    start = 0
    for x in tensors:
        for i in np.ndindex(x.shape):
            out[(*i[:dim], start + i[dim], *i[dim + 1 :])] = x[i]
        start += x.shape[dim]
    return out
