"""Looking up rows of a table, as one primitive: its gradient adds up what each row was used for."""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_autograd import gradient, not_differentiable
from tt_tensor import DTypeError, Primitive, ShapeError, Tensor
from tt_tensor.typing import Array

__all__ = ["embedding"]


def lookup_naive(weight: Array, tokens: Array, padding_idx: int | None) -> Array:
    """out[i] = weight[tokens[i]], token by token."""
    out = np.zeros((*tokens.shape, weight.shape[1]), weight.dtype)
    for i in np.ndindex(tokens.shape):
        out[i] = weight[tokens[i]]
    return out


def lookup_numpy(weight: Array, tokens: Array, padding_idx: int | None) -> Array:
    """All rows at once."""
    return np.take(weight, tokens, axis=0)


def lookup_grad_naive(grad: Array, tokens: Array, rows: int, padding_idx: int | None) -> Array:
    """A row's gradient is the sum over its uses."""
    out = np.zeros((rows, grad.shape[-1]), grad.dtype)
    for i in np.ndindex(tokens.shape):
        if tokens[i] != padding_idx:
            out[tokens[i]] += grad[i]
    return out


def lookup_grad_numpy(grad: Array, tokens: Array, rows: int, padding_idx: int | None) -> Array:
    """Uses of one row are brought together by sorting; only rows that were used are written."""
    width = grad.shape[-1]
    out = np.zeros((rows, width), grad.dtype)  # fresh memory of zeros costs nothing until touched
    flat = tokens.reshape(-1)
    if not flat.size:
        return out
    order = np.argsort(flat, kind="stable")
    ordered = flat[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    uses = np.take(grad.reshape(-1, width), order, axis=0)  # (tokens, width)
    out[ordered[starts]] = np.add.reduceat(uses, starts, axis=0)
    if padding_idx is not None:
        out[padding_idx] = 0
    return out


embedding_p = Primitive(
    "embedding",
    inputs=("weight", "tokens"),
    params=("padding_idx",),
    naive=lookup_naive,
    numpy=lookup_numpy,
)
embedding_grad_p = Primitive(
    "embedding_grad",
    inputs=("grad_output", "tokens"),
    params=("rows", "padding_idx"),
    naive=lookup_grad_naive,
    numpy=lookup_grad_numpy,
)
not_differentiable(embedding_p, "tokens")
not_differentiable(embedding_grad_p, "tokens")


@gradient(embedding_p, "weight")
def embedding_weight(
    grad: Any, tokens: Any, weight_shape: tuple[int, ...], padding_idx: int | None
) -> Any:
    """Each use of a row sends its gradient there; the padding token's row gets none."""
    return embedding_grad_p((grad, tokens), (weight_shape[0], padding_idx))


@gradient(embedding_grad_p, "grad_output")
def embedding_grad_output(grad: Any, tokens: Any, padding_idx: int | None) -> Any:
    """It is linear: the rows that were written to are read."""
    if padding_idx is None:
        return embedding_p((grad, tokens), (None,))
    kept = (np.asarray(getattr(tokens, "array", tokens)) != padding_idx)[..., None]
    rows: Any = embedding_p((grad, tokens), (None,))
    return rows * kept.astype(grad.dtype if isinstance(grad, np.ndarray) else grad.array.dtype)


def embedding(input: Tensor, weight: Tensor, padding_idx: int | None = None) -> Tensor:
    """The rows of ``weight`` that ``input`` numbers: ``out[..., :] = weight[input[...], :]``.

    Args:
        input: (...) integers from 0 to rows - 1.
        weight: (rows, width).
        padding_idx: a row that gets no gradient; from the end if negative.

    Returns:
        (..., width).

    Raises:
        DTypeError: ``input`` is not of integers.
        ShapeError: ``weight`` is not a matrix.
        IndexError: a number out of range.
        ValueError: a padding token that does not exist.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import embedding
        >>> embedding(tt.tensor([2, 0]), tt.tensor([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]))
        tensor([[3., 3.],
                [1., 1.]])
    """
    tokens = input.array
    if weight.ndim != 2:
        raise ShapeError(f"weight: expected a matrix (rows, width), its shape is {weight.shape}")
    if tokens.dtype.kind not in "iu":
        raise DTypeError(f"input: tokens must be integers, not {input.dtype}")
    rows = weight.shape[0]
    if tokens.size and (tokens.min() < 0 or tokens.max() >= rows):
        place = np.argwhere((tokens < 0) | (tokens >= rows))[0].tolist()
        where = place[0] if len(place) == 1 else place
        raise IndexError(
            f"input: token {tokens[tuple(place)]} at position {where} is out of range: there are "
            f"{rows} tokens, from 0 on"
        )
    if padding_idx is not None:
        padding_idx = row_number(padding_idx, rows)
    out: Tensor = embedding_p((weight, input), (padding_idx,))
    return out


def row_number(padding_idx: int, rows: int) -> int:
    """The padding token's row, counted from the start.

    Raises:
        ValueError: there is no such row.
    """
    if not -rows <= padding_idx < rows:
        raise ValueError(f"padding_idx: {padding_idx} is out of range for {rows} tokens")
    return padding_idx % rows
