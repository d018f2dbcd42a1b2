"""Matrix products in three nested loops."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...typing import Array
from .loops import broadcast_shape, source_index


def matmul(x: Array, y: Array) -> Array:
    """out[i, j] = Σₖ x[i, k] · y[k, j], for every matrix of a batch.

    Raises:
        ValueError: the inner sizes differ, or an operand has no dimension.
    """
    if x.ndim == 0 or y.ndim == 0:
        raise ValueError("matmul needs at least one dimension")
    left = x.reshape(1, -1) if x.ndim == 1 else x
    right = y.reshape(-1, 1) if y.ndim == 1 else y
    if left.shape[-1] != right.shape[-2]:
        raise ValueError(f"inner sizes {left.shape[-1]} and {right.shape[-2]} differ")
    batch = broadcast_shape(left.shape[:-2], right.shape[:-2])
    out = np.zeros((*batch, left.shape[-2], right.shape[-1]), x.dtype)
    for b in np.ndindex(batch):
        one = left[source_index(b, left.shape[:-2])]
        two = right[source_index(b, right.shape[:-2])]
        _product(one, two, out[b])
    if x.ndim == 1:
        out = out[..., 0, :]
    return np.asarray(out[..., 0] if y.ndim == 1 else out)


def _product(a: Array, b: Array, out: Array) -> None:
    rows, inner = a.shape
    for i in range(rows):
        for j in range(b.shape[1]):
            total: Any = 0
            for k in range(inner):
                total = total + a[i, k] * b[k, j]
            out[i, j] = total


def einsum(*arguments: Any) -> Array:
    """Σ over all indices that are not in the result, of the product of the operands."""
    *operands, equation = arguments
    left, result = equation.split("->")
    terms = left.split(",")
    sizes = {
        name: n
        for term, x in zip(terms, operands, strict=True)
        for name, n in zip(term, x.shape, strict=True)
    }
    summed = [name for name in sizes if name not in result]
    out = np.zeros([sizes[name] for name in result], operands[0].dtype)
    for place in np.ndindex(out.shape):
        value = dict(zip(result, place, strict=True))
        for inner in np.ndindex(*[sizes[name] for name in summed]):
            value.update(zip(summed, inner, strict=True))
            product: Any = 1
            for term, x in zip(terms, operands, strict=True):
                product = product * x[tuple(value[name] for name in term)]
            out[place] += product
    return out
