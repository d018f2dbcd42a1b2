"""Instance normalisation as modules."""

from __future__ import annotations

from tt_tensor import DTypeLike, Tensor, squeeze, unsqueeze

from .batch_norm import RunningNorm
from .functional import instance_norm

__all__ = ["InstanceNorm1d", "InstanceNorm2d"]


class _InstanceNorm(RunningNorm):
    """Instance normalisation of inputs of any number of dimensions."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        if isinstance(input, Tensor) and input.ndim == self.dims[0] - 1:  # one image, not a batch
            return squeeze(self.forward(unsqueeze(input, 0)), 0)
        self.check_input(input)
        return instance_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            use_input_stats=self.training or self.running_mean is None,
            momentum=self.momentum or 0.0,
            eps=self.eps,
        )


class InstanceNorm1d(_InstanceNorm):
    """Brings each channel of each sample to mean 0 and variance 1.

    See :func:`tt_nn.functional.instance_norm`.

    Args:
        num_features: C.
        eps: keeps the square root away from 0.
        momentum: how far the running statistics move with each batch.
        affine: whether there are a weight and a bias.
        track_running_stats: whether there are running statistics, which are used in evaluation.
        bias: whether there is a bias beside the weight.
        dtype: of the parameters and buffers; the default type if None.

    Attributes:
        weight: (C,), at first 1, or None.
        bias: (C,), at first 0, or None.
        running_mean: (C,), at first 0, or None.
        running_var: (C,), at first 1, or None.

    Raises:
        TypeError: ``num_features`` is not an int.
        ValueError: it is below 1.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import InstanceNorm1d
        >>> InstanceNorm1d(1)(tt.tensor([[[0.0, 4.0]], [[50.0, 70.0]]]))
        tensor([[[-1.0000,  1.0000]],
        <BLANKLINE>
                [[-1.0000,  1.0000]]])
    """

    dims = (3,)
    shapes = "(N, C, L) or (C, L)"


class InstanceNorm2d(_InstanceNorm):
    """Brings each channel of each image to mean 0 and variance 1: :class:`InstanceNorm1d` for images.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import InstanceNorm2d
        >>> InstanceNorm2d(3)(tt.rand(2, 3, 8, 8)).mean().abs() < 1e-6
        tensor(True)
    """

    dims = (4,)
    shapes = "(N, C, H, W) or (C, H, W)"
