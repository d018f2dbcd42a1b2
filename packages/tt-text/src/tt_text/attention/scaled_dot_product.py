"""Scaled dot-product attention: every position looks at all others and takes what fits."""

from __future__ import annotations

import math
from typing import Any

from tt_nn.functional import dropout
from tt_tensor import DTypeError, ShapeError, Tensor, matmul, reshape

from .masks import additive
from .primitive import attention_p
from .watch import watched

__all__ = ["attention_weights", "scaled_dot_product_attention"]


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """``softmax(q kᵀ / √D + mask) v``: for each query the mean of the values, weighted by the fit.

    With L queries and S keys there are L · S weights per head: time and memory grow with the square
    of the length.

    Args:
        query: (..., H, L, D), floating point; the leading dimensions, such as batch and heads,
            broadcast.
        key: (..., H, S, D).
        value: (..., H, S, E).
        attn_mask: broadcast to (..., L, S). Boolean: True where a query may look. Floating point:
            added to the scores. A query that may look nowhere gets 0.
        dropout_p: the probability that a weight is dropped.
        is_causal: query i sees keys 0 to i alone; not together with ``attn_mask``.
        scale: instead of 1/√D.
        enable_gqa: key and value have fewer heads than the query, each shared by a group of
            neighbouring query heads (grouped queries).

    Returns:
        (..., H, L, E).

    Raises:
        ShapeError: the shapes do not fit together.
        DTypeError: the types differ, or are not floating point.
        ValueError: ``is_causal`` together with ``attn_mask``, or ``dropout_p`` is no probability.

    Sources: Vaswani et al., "Attention is all you need", 2017; Ainslie et al., "GQA: training
    generalized multi-query transformer models from multi-head checkpoints", 2023.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import scaled_dot_product_attention
        >>> q = k = tt.tensor([[1.0, 0.0], [0.0, 1.0]])
        >>> v = tt.tensor([[10.0], [20.0]])
        >>> scaled_dot_product_attention(q, k, v, is_causal=True)
        tensor([[10.0000],
                [16.6976]])
    """
    if not 0 <= dropout_p <= 1:
        raise ValueError(f"dropout_p: a probability must lie between 0 and 1, not {dropout_p}")
    out, weights = attention_weights(
        query, key, value, attn_mask, is_causal=is_causal, scale=scale, enable_gqa=enable_gqa
    )
    if dropout_p > 0.0:
        grouped = enable_gqa and query.shape[-3] != key.shape[-3]
        wide = repeat_heads(value, query.shape[-3] // key.shape[-3]) if grouped else value
        return matmul(dropout(weights, dropout_p), wide)
    return out


def attention_weights(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    *,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> tuple[Tensor, Tensor]:
    """:func:`scaled_dot_product_attention` together with its weights (..., H, L, S).

    Args:
        query: as there, and so all others.

    Raises:
        ShapeError, DTypeError, ValueError: as there.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import attention_weights
        >>> x = tt.tensor([[1.0, 0.0], [0.0, 1.0]])
        >>> attention_weights(x, x, x, is_causal=True)[1]
        tensor([[1.0000, 0.0000],
                [0.3302, 0.6698]])
    """
    check_attention(query, key, value, enable_gqa)
    if is_causal and attn_mask is not None:
        raise ValueError("is_causal: give either attn_mask or is_causal=True, not both")
    factor = 1.0 / math.sqrt(query.shape[-1]) if scale is None else float(scale)
    mask = None if attn_mask is None else additive(attn_mask, query, key.shape[-2])
    if enable_gqa and query.shape[-3] != key.shape[-3]:
        out, weights = attention_p(into_groups(query, key, value, mask), (factor, is_causal))
        out = reshape(out, (*query.shape[:-1], value.shape[-1]))
        weights = reshape(weights, (*query.shape[:-1], key.shape[-2]))
    else:
        out, weights = attention_p((query, key, value, mask), (factor, is_causal))
    if (maps := watched.get()) is not None:
        maps.append(weights)
    return out, weights


def into_groups(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """Heads in groups, so that each key head broadcasts over its group of query heads.

    (..., H, L, D) queries become (..., G, H/G, L, D), and (..., G, S, D) keys and values
    (..., G, 1, S, D).
    """
    *lead, heads, length, width = query.shape
    groups = key.shape[-3]
    per = heads // groups
    q = reshape(query, (*lead, groups, per, length, width))
    if mask is not None and mask.ndim > 2:
        rows, size = mask.shape[-2:]
        several = mask.shape[-3] != 1  # a mask per head
        inner = (groups, per) if several else (1, 1)
        mask = reshape(mask, (*mask.shape[:-3], *inner, rows, size))
    return q, key.unsqueeze(-3), value.unsqueeze(-3), mask


def repeat_heads(x: Tensor, times: int) -> Tensor:
    """(..., G, S, D) to (..., G · times, S, D): every head so many times, next to itself."""
    *lead, groups, size, width = x.shape
    wide = x.unsqueeze(-3).expand(*lead, groups, times, size, width)
    return reshape(wide, (*lead, groups * times, size, width))


def check_attention(query: Tensor, key: Tensor, value: Tensor, grouped: bool) -> None:
    """Refuse what does not fit together; ``grouped``: keys may have fewer heads than queries.

    Raises:
        ShapeError, DTypeError: as :func:`scaled_dot_product_attention`.
    """
    arrays: list[tuple[str, Any]] = [("query", query), ("key", key), ("value", value)]
    for name, x in arrays:
        if x.ndim < 2:
            raise ShapeError(f"{name}: expected (..., length, width), but its shape is {x.shape}")
        if not x.dtype.is_floating_point or x.dtype != query.dtype:
            raise DTypeError(
                f"{name}: query, key and value must have one floating-point type, they are "
                f"{query.dtype}, {key.dtype} and {value.dtype}"
            )
    if query.shape[-1] != key.shape[-1] or key.shape[-2] != value.shape[-2]:
        raise ShapeError(
            "attention: query (..., L, D), key (..., S, D) and value (..., S, E) do not fit: their "
            f"shapes are {query.shape}, {key.shape} and {value.shape}"
        )
    if query.shape[:-2] == key.shape[:-2] == value.shape[:-2]:
        return
    heads = [x.shape[-3] if x.ndim > 2 else 1 for _, x in arrays]
    if grouped and (heads[1] != heads[2] or not heads[1] or heads[0] % heads[1]):
        raise ShapeError(
            f"enable_gqa: {heads[0]} query heads cannot share {heads[1]} key heads and {heads[2]} "
            "value heads; the first number must be a multiple of the other two, which are equal"
        )
    try:
        from numpy import broadcast_shapes

        leads = [x.shape[: -3 if grouped and x.ndim > 2 else -2] for _, x in arrays]
        broadcast_shapes(*leads)
    except ValueError:
        raise ShapeError(
            f"attention: the leading dimensions of {query.shape}, {key.shape} and {value.shape} do "
            "not broadcast; for fewer key heads than query heads there is enable_gqa=True"
        ) from None
