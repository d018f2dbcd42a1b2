"""Attention whose memory grows with the length of the text, not with its square."""

from __future__ import annotations

import math
from typing import Any

from tt_autograd import gradient, not_differentiable
from tt_tensor import Primitive, Tensor, lookup, reshape

from .blockwise_kernels import (
    blockwise_grad_naive,
    blockwise_grad_numpy,
    blockwise_naive,
    blockwise_numpy,
)
from .masks import additive
from .primitive import attention_grad_all, attention_p, turned
from .scaled_dot_product import check_attention, into_groups

__all__ = ["blockwise_attention"]

PARAMS = ("scale", "causal", "block")

blockwise_p = Primitive(
    "blockwise_attention",
    inputs=("query", "key", "value", "mask"),
    params=PARAMS,
    naive=blockwise_naive,
    numpy=blockwise_numpy,
)
blockwise_grad_p = Primitive(
    "blockwise_attention_grad",
    inputs=("grad_output", "query", "key", "value", "mask"),
    params=PARAMS,
    naive=blockwise_grad_naive,
    numpy=blockwise_grad_numpy,
)
not_differentiable(blockwise_p, "mask")
not_differentiable(blockwise_grad_p, "mask")
_softmax_grad = lookup("softmax_grad")


@gradient(blockwise_p, "query", "key", "value")
def blockwise_all(
    grad: Any, query: Any, key: Any, value: Any, mask: Any, scale: float, causal: bool, block: int
) -> Any:
    """Block by block, too."""
    return blockwise_grad_p((grad, query, key, value, mask), (scale, causal, block))


@gradient(blockwise_grad_p, "grad_output", "query", "key", "value")
def blockwise_grad_all(
    grads: Any,
    grad_output: Any,
    query: Any,
    key: Any,
    value: Any,
    mask: Any,
    scale: float,
    causal: bool,
) -> Any:
    """The second derivative is that of ordinary attention, with all weights at once.

    There the weights are given; here they come from queries and keys: what arrives at them goes on
    through the softmax.
    """
    _, weights = attention_p((query, key, value, mask), (scale, causal))
    d_grad, d_query, d_key, d_value, d_weights = attention_grad_all(
        (*grads, None), grad_output, query, key, value, weights, scale
    )
    ds = _softmax_grad((d_weights, weights), (weights.ndim - 1,))
    through_query, through_key = ds @ key * scale, turned(ds) @ query * scale
    d_query = through_query if d_query is None else d_query + through_query
    d_key = through_key if d_key is None else d_key + through_key
    return d_grad, d_query, d_key, d_value


def blockwise_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
    *,
    block: int = 128,
) -> Tensor:
    """:func:`scaled_dot_product_attention` in memory that grows linearly with the length.

    The weights are there for ``block`` queries and ``block`` keys at a time; for the gradient they
    are computed once more instead of kept. It takes longer where there is memory enough. (A second
    derivative works, with all weights at once.)

    Args:
        query: (..., H, L, D), floating point; the leading dimensions broadcast.
        key: (..., H, S, D).
        value: (..., H, S, E).
        attn_mask: as there; it gets no gradient. One that is small, such as (N, 1, 1, S), stays so.
        dropout_p: must be 0: which weights are dropped would have to be kept for the gradient.
        is_causal: as there.
        scale: as there.
        enable_gqa: as there.
        block: how many queries and keys at a time.

    Returns:
        (..., H, L, E).

    Raises:
        ShapeError, DTypeError, ValueError: as there; also for dropout, for a mask that requires
            grad, and for a block below 1.

    Sources: Rabe and Staats, "Self-attention does not need O(n²) memory", 2021; Dao et al.,
    "FlashAttention: fast and memory-efficient exact attention with IO-awareness", 2022.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import blockwise_attention, scaled_dot_product_attention
        >>> q, k, v = (tt.randn(2, 300, 8) for _ in range(3))
        >>> expected = scaled_dot_product_attention(q, k, v, is_causal=True)
        >>> tt.allclose(blockwise_attention(q, k, v, is_causal=True), expected, atol=1e-5)
        True
    """
    check_attention(query, key, value, enable_gqa)
    if is_causal and attn_mask is not None:
        raise ValueError("is_causal: give either attn_mask or is_causal=True, not both")
    if dropout_p:
        raise ValueError(
            f"dropout_p: blockwise attention cannot drop weights, it must be 0, not {dropout_p}; use "
            "scaled_dot_product_attention"
        )
    if attn_mask is not None and attn_mask.requires_grad:
        raise ValueError(
            "attn_mask: blockwise attention has no gradient for it, which would be as large as all "
            "weights; detach() it, or use scaled_dot_product_attention"
        )
    if block < 1:
        raise ValueError(f"block must be at least 1, not {block}")
    factor = 1.0 / math.sqrt(query.shape[-1]) if scale is None else float(scale)
    mask = None if attn_mask is None else additive(attn_mask, query, key.shape[-2])
    inputs = (query, key, value, mask)
    if not enable_gqa or query.shape[-3] == key.shape[-3]:
        out: Tensor = blockwise_p(inputs, (factor, is_causal, block))
        return out
    out = blockwise_p(into_groups(*inputs), (factor, is_causal, block))
    return reshape(out, (*query.shape[:-1], value.shape[-1]))
