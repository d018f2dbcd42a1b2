"""What the gradients of all normalisations share.

Batch, layer, group and RMS normalisation differ in what belongs together: the values of a channel,
of a row, of a group of channels.  Over the n values that do ("over" these dimensions)::

    μ = Σ x / n        σ² = Σ (x - μ)² / n        r = 1/√(σ² + ε)        x̂ = (x - μ) r        y = x̂ w + b

and with k = dy w and the mean values ⟨·⟩ over the same dimensions::

    dx = r (k - ⟨k⟩ - x̂ ⟨k x̂⟩)        dw = Σ dy x̂        db = Σ dy

RMS normalisation has no μ, and σ² = Σ x² / n; then ⟨k⟩ is missing too.  Each forward primitive gives
y and its statistics, each gradient primitive takes the statistics as inputs.  So the rules need only
two parts: how the statistics depend on x, and how dx, dw and db depend on everything.
"""

from __future__ import annotations

import math
from typing import Any

from tt_tensor import expand, sum

__all__ = ["gradient_of_gradient", "through_statistics"]


def through_statistics(
    dx: Any, input: Any, grad_mean: Any, mean: Any, grad_var: Any, over: tuple[int, ...]
) -> Any:
    """``dx`` and what comes to x through μ and σ².

    Args:
        dx: what came through y; None for nothing.
        input: x.
        grad_mean: of μ, in a shape that broadcasts with x, or None.
        mean: μ in that shape; None for RMS normalisation.
        grad_var: of σ², or None.
        over: the dimensions that belong together.
    """
    n = count(input.shape, over)
    if grad_mean is not None:  # dμ/dx = 1/n
        part = expand(grad_mean / n, input.shape)
        dx = part if dx is None else dx + part
    if grad_var is not None:  # dσ²/dx = 2 (x - μ) / n
        distance = input if mean is None else input - mean
        part = distance * (grad_var * (2 / n))
        dx = part if dx is None else dx + part
    return dx


def gradient_of_gradient(
    grads: Any,
    grad_output: Any,
    input: Any,
    weight: Any,
    mean: Any,
    var: Any,
    eps: float,
    over: tuple[int, ...],
    across: tuple[int, ...],
) -> tuple[Any, Any, Any, Any, Any]:
    """The derivatives of Σ u dx + Σ p dw + Σ q db, where (u, p, q) are the gradients that came.

    μ and σ² count as independent of x here, and of each other.

    Args:
        grads: u in the shape of x; p and q in shapes that broadcast with it; None for 0.
        grad_output: dy.
        input: x.
        weight: w in a shape that broadcasts with x, or None.
        mean: μ in such a shape; None for RMS normalisation.
        var: σ² in such a shape.
        eps: ε.
        over: the dimensions that belong together.
        across: the dimensions over which a weight is repeated.

    Returns:
        the gradients of dy, x, w, μ and σ², the last three without the dimensions summed over.
    """
    n = count(input.shape, over)
    u = input * 0 if grads[0] is None else grads[0]
    p, q = (0.0 if g is None else g for g in grads[1:])
    inverse = (var + eps) ** -0.5
    normal = (input if mean is None else input - mean) * inverse
    k = grad_output if weight is None else grad_output * weight
    k_mean: Any = 0.0 if mean is None else sum(k, over, keepdim=True) / n
    u_mean: Any = 0.0 if mean is None else sum(u, over, keepdim=True) / n
    k_moment = sum(k * normal, over, keepdim=True) / n
    u_moment = sum(u * normal, over, keepdim=True) / n

    d_k = (u - u_mean - normal * u_moment) * inverse
    d_normal = grad_output * p - (u * k_moment + k * u_moment) * inverse
    d_grad = (d_k if weight is None else d_k * weight) + normal * p + q
    d_weight = None if weight is None else d_k * grad_output
    if d_weight is not None and across:
        d_weight = sum(d_weight, across)
    d_mean = None if mean is None else -sum(d_normal * inverse, over)
    inner = u * k - u_mean * k_mean - u_moment * k_moment
    d_var = sum((inner * inverse + d_normal * normal) * (inverse * inverse), over) * -0.5
    return d_grad, d_normal * inverse, d_weight, d_mean, d_var


def count(shape: tuple[int, ...], over: tuple[int, ...]) -> int:
    """How many values belong together; 1 if there are none, so that one may divide by it."""
    return max(math.prod([shape[d] for d in over]), 1)
