"""Masks: who may look where."""

from __future__ import annotations

import numpy as np

from tt_tensor import DTypeError, ShapeError, Tensor, from_numpy, where, zeros

__all__ = ["additive", "causal_mask", "decoder_mask", "padding_mask"]


def causal_mask(length: int, size: int | None = None) -> Tensor:
    """(length, size), True where query i may look at key j: the last query sees all keys.

    Args:
        length: the number of queries.
        size: the number of keys, not fewer: the first ``size - length`` of them came before the
            queries, as in a cache; ``length`` if None.

    Raises:
        ValueError: fewer keys than queries.

    Example:
        >>> from tt_text import causal_mask
        >>> causal_mask(2, 3)
        tensor([[ True,  True, False],
                [ True,  True,  True]])
    """
    size = length if size is None else size
    if size < length:
        raise ValueError(f"size: {size} keys are fewer than {length} queries")
    return from_numpy(np.tri(length, size, size - length, dtype=bool))


def padding_mask(lengths: Tensor, size: int | None = None) -> Tensor:
    """(N, 1, 1, size), True for the first ``lengths[n]`` keys of sample n.

    Args:
        lengths: (N,) integers.
        size: the number of keys; the longest length if None.

    Raises:
        DTypeError: the lengths are not integers.
        ValueError: one is negative, or more than ``size``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import padding_mask
        >>> padding_mask(tt.tensor([1, 3]))[:, 0, 0]
        tensor([[ True, False, False],
                [ True,  True,  True]])
    """
    numbers = lengths.array
    if numbers.dtype.kind not in "iu":
        raise DTypeError(f"lengths: expected integers, not {lengths.dtype}")
    longest = int(numbers.max()) if numbers.size else 0
    size = longest if size is None else size
    if longest > size or (numbers.size and numbers.min() < 0):
        raise ValueError(f"lengths: they must lie between 0 and {size}, not {numbers.tolist()}")
    return from_numpy(np.arange(size) < numbers[:, None, None, None])


def decoder_mask(length: int, size: int, padding: Tensor | None = None) -> Tensor | None:
    """What the last ``length`` of ``size`` positions may see when texts are padded on the left.

    Args:
        length: the number of queries.
        size: the number of keys: what a cache holds, and the queries' own.
        padding: (N,) integers: how many of the first keys of each text are padding.

    Returns:
        booleans that broadcast to (N, H, length, size); None if each query sees all keys up to its
        own, which attention does faster without a mask.
    """
    if padding is None:
        return causal_mask(length, size) if 1 < length < size else None
    real = np.arange(size) >= padding.array[:, None]  # (N, size)
    return from_numpy(real[:, None, None] & causal_mask(length, size).array)


def additive(mask: Tensor, query: Tensor, size: int) -> Tensor:
    """A mask as numbers to add to the scores: True is 0, False is -∞.

    Raises:
        DTypeError: neither boolean nor of the query's type.
        ShapeError: it does not broadcast to (..., L, S).
    """
    wanted = (*query.shape[:-1], size)
    try:
        fits = np.broadcast_shapes(mask.shape, wanted) == wanted
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(f"attn_mask: shape {mask.shape} does not broadcast to {wanted}")
    if mask.dtype == query.dtype:
        return mask
    if mask.array.dtype != bool:
        raise DTypeError(
            f"attn_mask: expected booleans or {query.dtype} like the query, not {mask.dtype}"
        )
    out: Tensor = where(mask, zeros((), dtype=query.dtype), float("-inf"))
    return out
