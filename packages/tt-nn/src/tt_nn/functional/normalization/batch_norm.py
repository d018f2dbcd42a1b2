"""Batch normalisation: each channel brought to mean 0 and variance 1, then scaled and shifted anew."""

from __future__ import annotations

from tt_autograd import no_grad
from tt_tensor import Tensor, rsqrt

from .by_batch import batch_norm_p
from .channel_affine import channel_affine_p
from .checks import check_channels

__all__ = ["batch_norm"]


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """``(x - μ) / √(σ² + ε) · w + b``, where μ and σ² belong to the channel.

    In training they are the mean and the variance over all values that the channel has in this
    batch, and the running statistics move towards them::

        running = (1 - momentum) · running + momentum · (mean, or the unbiased variance)

    Otherwise they are the running statistics, so that an output depends on its own input alone.

    Args:
        input: (N, C, ...), floating point.
        running_mean: (C,), changed in place; None if there is none to keep.
        running_var: (C,), changed in place; None if there is none to keep.
        weight: (C,); None for 1.
        bias: (C,); None for 0.
        training: normalise by the batch's own statistics.
        momentum: how far the running statistics move.
        eps: keeps the square root away from 0.

    Returns:
        the input's shape, in its memory order.

    Raises:
        ValueError: a single value per channel in training, which has no variance; or no running
            statistics outside of training.
        ShapeError: the input has fewer than two dimensions, or a vector is not (C,).
        DTypeError: the types differ, or are not floating point.

    Source: Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing
    internal covariate shift", 2015.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import batch_norm
        >>> batch_norm(tt.tensor([[1.0], [3.0]]), None, None, training=True, eps=0.0)
        tensor([[-1.],
                [ 1.]])
    """
    check_channels(
        "batch_norm",
        input,
        running_mean=running_mean,
        running_var=running_var,
        weight=weight,
        bias=bias,
    )
    if training:
        return _by_batch(input, running_mean, running_var, weight, bias, momentum, eps)
    if running_mean is None or running_var is None:
        raise ValueError(
            "batch_norm: running_mean and running_var are needed when training=False; pass "
            "training=True to normalise by the batch's own statistics"
        )
    scale = rsqrt(running_var + eps)
    scale = scale if weight is None else scale * weight
    shift = -running_mean * scale if bias is None else bias - running_mean * scale
    normal: Tensor = channel_affine_p((input, scale, shift))
    return normal


def _by_batch(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None,
    bias: Tensor | None,
    momentum: float,
    eps: float,
) -> Tensor:
    """Normalise by the batch's statistics and move the running ones towards them."""
    count = input.numel() // max(input.shape[1], 1)  # values per channel
    if count == 1:
        raise ValueError(
            f"batch_norm: in training each channel needs more than one value, but the input's shape "
            f"is {input.shape}; use a larger batch (a last one that is left over: drop_last=True of a "
            "DataLoader), or eval() to normalise by the running statistics"
        )
    out: Tensor
    out, mean, var = batch_norm_p((input, weight, bias), (eps,))
    if count:
        with no_grad():
            if running_mean is not None:
                running_mean.lerp_(mean, momentum)
            if running_var is not None:
                running_var.lerp_(var * (count / (count - 1)), momentum)
    return out
