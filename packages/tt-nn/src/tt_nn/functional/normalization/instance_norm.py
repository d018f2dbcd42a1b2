"""Instance normalisation: each channel of each image brought to mean 0 and variance 1."""

from __future__ import annotations

import math

from tt_autograd import no_grad
from tt_tensor import Tensor, mean

from .batch_norm import batch_norm
from .checks import check_channels
from .group_norm import group_norm_p

__all__ = ["instance_norm"]


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """``(x - μ) / √(σ² + ε) · w + b``, where μ and σ² belong to one channel of one image.

    It is group normalisation with as many groups as channels.  Running statistics, if there are any,
    move towards the mean values of μ and of the unbiased σ² over the batch.

    Args:
        input: (N, C, ...), floating point.
        running_mean: (C,), changed in place; or None.
        running_var: (C,), changed in place; or None.
        weight: (C,); None for 1.
        bias: (C,); None for 0.
        use_input_stats: False normalises by the running statistics instead.
        momentum: how far the running statistics move.
        eps: keeps the square root away from 0.

    Returns:
        the input's shape, in its memory order.

    Raises:
        TypeError: the input is not a tensor.
        ValueError: images of a single pixel, which has no variance; or no running statistics where
            they are to be used.
        ShapeError: the input has fewer than two dimensions, or a vector is not (C,).
        DTypeError: the types differ, or are not floating point.

    Source: Ulyanov, Vedaldi and Lempitsky, "Instance normalization: the missing ingredient for fast
    stylization", 2016.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import instance_norm
        >>> instance_norm(tt.tensor([[[1.0, 3.0], [10.0, 50.0]]]), eps=0.0)
        tensor([[[-1.,  1.],
                 [-1.,  1.]]])
    """
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, False, 0.0, eps)
    vectors = {"running_mean": running_mean, "running_var": running_var}
    check_channels("instance_norm", input, **vectors, weight=weight, bias=bias)
    pixels = math.prod(input.shape[2:])
    if pixels == 1:
        raise ValueError(
            f"instance_norm: each channel needs more than one value, but the input's shape is "
            f"{input.shape}; use larger images"
        )
    out: Tensor
    out, means, variances = group_norm_p((input, weight, bias), (input.shape[1], eps))
    if input.numel():
        with no_grad():
            if running_mean is not None:
                running_mean.lerp_(mean(means, 0), momentum)
            if running_var is not None:
                unbiased = mean(variances, 0) * (pixels / (pixels - 1))
                running_var.lerp_(unbiased, momentum)
    return out
