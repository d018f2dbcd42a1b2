"""ALiBi: no positions at all, but the further away a key is, the lower its score."""

from __future__ import annotations

import math

import numpy as np

from tt_tensor import Tensor, from_numpy

__all__ = ["alibi_bias", "alibi_slopes"]


def alibi_slopes(heads: int) -> Tensor:
    """How steeply each head's scores fall with the distance: a geometric sequence from 2^(-8/H).

    Args:
        heads: H; if it is not a power of two, every other slope of twice the next lower one is
            added, as the authors do.

    Returns:
        (heads,), float32.

    Raises:
        ValueError: no heads.

    Source: Press et al., "Train short, test long: attention with linear biases enables input length
    extrapolation", 2022.

    Example:
        >>> from tt_text import alibi_slopes
        >>> alibi_slopes(4)
        tensor([0.2500, 0.0625, 0.0156, 0.0039])
    """
    if heads < 1:
        raise ValueError(f"heads must be at least 1, not {heads}")
    power = 1 << int(math.log2(heads))
    slopes = [2.0 ** (-8.0 * (k + 1) / power) for k in range(power)]
    finer = [2.0 ** (-4.0 * (k + 1) / power) for k in range(0, 2 * power, 2)]
    return from_numpy(np.asarray([*slopes, *finer][:heads], np.float32))


def alibi_bias(heads: int, length: int, size: int | None = None) -> Tensor:
    """(heads, length, size): ``-slope · distance``, to be added to the scores as a mask.

    Args:
        heads: the number of heads.
        length: the number of queries, which are the last positions.
        size: the number of keys; ``length`` if None. Keys later than the query are hidden (-∞).

    Raises:
        ValueError: fewer keys than queries.

    Example:
        >>> from tt_text import alibi_bias
        >>> alibi_bias(8, 2)[0]
        tensor([[ 0.0000,    -inf],
                [-0.5000,  0.0000]])
    """
    size = length if size is None else size
    if size < length:
        raise ValueError(f"size: {size} keys are fewer than {length} queries")
    distance = np.arange(size - length, size)[:, None] - np.arange(size)  # (length, size)
    bias = -alibi_slopes(heads).array[:, None, None] * distance.astype(np.float32)
    return from_numpy(np.where(distance < 0, np.float32(-np.inf), bias + np.float32(0)))
