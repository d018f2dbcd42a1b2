"""Attention as one primitive: softmax(q kᵀ · scale + mask) v, with its gradient of any order."""

from __future__ import annotations

from typing import Any

from tt_autograd import gradient
from tt_tensor import Primitive, lookup, sum

from .kernels import (
    attention_grad_naive,
    attention_grad_numpy,
    attention_naive,
    attention_numpy,
)

__all__ = ["attention_p"]

attention_p = Primitive(
    "attention",
    inputs=("query", "key", "value", "mask"),
    params=("scale", "causal"),
    naive=attention_naive,
    numpy=attention_numpy,
)
attention_grad_p = Primitive(
    "attention_grad",
    inputs=("grad_output", "query", "key", "value", "weights"),
    params=("scale",),
    naive=attention_grad_naive,
    numpy=attention_grad_numpy,
)
_softmax_grad, _transpose = lookup("softmax_grad"), lookup("permute")


@gradient(attention_p, "query", "key", "value", "mask")
def attention_all(
    grads: Any, query: Any, key: Any, value: Any, result1: Any, scale: float, needs: Any
) -> Any:
    """Through the output; and through the weights, if somebody has used them too."""
    grad, grad_weights = grads
    if grad is None:
        grad = result1 @ (value * 0)
    dq, dk, dv, ds = attention_grad_p((grad, query, key, value, result1), (scale,))
    if grad_weights is not None:
        more = _softmax_grad((grad_weights, result1), (grad_weights.ndim - 1,))
        dq, dk, ds = dq + more @ key * scale, dk + turned(more) @ query * scale, ds + more
    return dq, dk, dv, ds if needs[3] else None


@gradient(attention_grad_p, "grad_output", "query", "key", "value", "weights")
def attention_grad_all(
    grads: Any, grad_output: Any, query: Any, key: Any, value: Any, weights: Any, scale: float
) -> Any:
    """With w the weights, h = g vᵀ and ds = w (h - Σ h w), the first gradients are

        dq = scale · ds k,   dk = scale · dsᵀ q,   dv = wᵀ g;

    ``into`` collects what arrives at ds from the gradients of dq, dk and ds itself.
    """
    of_q, of_k, of_v, of_s = grads
    last = weights.ndim - 1
    h = grad_output @ turned(value)
    ds = _softmax_grad((h, weights), (last,))
    into = weights * 0 if of_s is None else of_s
    if of_q is not None:
        into = into + of_q @ turned(key) * scale
    if of_k is not None:
        into = into + query @ turned(of_k) * scale
    at_h = _softmax_grad((into, weights), (last,))
    d_grad = at_h @ value
    d_weights = into * (h - sum(h * weights, last, keepdim=True))
    d_weights = d_weights - h * sum(into * weights, last, keepdim=True)
    if of_v is not None:
        d_grad = d_grad + weights @ of_v
        d_weights = d_weights + grad_output @ turned(of_v)
    d_query = None if of_k is None else ds @ of_k * scale
    d_key = None if of_q is None else turned(ds) @ of_q * scale
    return d_grad, d_query, d_key, turned(at_h) @ grad_output, d_weights


def turned(x: Any) -> Any:
    """The last two dimensions exchanged."""
    n = x.ndim
    return _transpose((x,), ((*range(n - 2), n - 1, n - 2),))
