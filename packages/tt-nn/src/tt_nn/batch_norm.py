"""Batch normalisation as modules, which keep the running statistics."""

from __future__ import annotations

from typing import ClassVar

from tt_tensor import DTypeLike, ShapeError, Tensor, int64, ones, zeros

from . import init
from .functional import batch_norm
from .linear import check_size
from .module import Module
from .parameter import Parameter

__all__ = ["BatchNorm1d", "BatchNorm2d", "RunningNorm"]


class RunningNorm(Module):
    """What normalisations with running statistics share: parameters, buffers, options.

    Args:
        num_features: C, the number of channels.
        eps: keeps the square root away from 0.
        momentum: how far the running statistics move with each batch; None: they are the plain
            average over all batches so far.
        affine: whether there are a weight and a bias.
        track_running_stats: whether there are running statistics.
        bias: whether there is a bias beside the weight.
        dtype: of the parameters and buffers; the default type if None.
    """

    dims: ClassVar[tuple[int, ...]]
    """How many dimensions an input may have."""
    shapes: ClassVar[str]
    """Their names, for messages."""

    weight: Parameter | None
    bias: Parameter | None
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        bias: bool,
        dtype: DTypeLike | None,
    ) -> None:
        super().__init__()
        check_size(num_features=num_features)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            made = Parameter(zeros(num_features, dtype=dtype)) if wanted else None
            self.register_parameter(name, made)
        tracked = track_running_stats
        self.register_buffer("running_mean", zeros(num_features, dtype=dtype) if tracked else None)
        self.register_buffer("running_var", ones(num_features, dtype=dtype) if tracked else None)
        self.register_buffer("num_batches_tracked", zeros((), dtype=int64) if tracked else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Forget all batches: mean 0, variance 1."""
        if self.running_mean is not None:
            self.running_mean.zero_()
        if self.running_var is not None:
            self.running_var.fill_(1)
        if self.num_batches_tracked is not None:
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Weight 1, bias 0, and no batches seen."""
        self.reset_running_stats()
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def next_momentum(self) -> float:
        """How far the running statistics are to move with the next batch."""
        if self.momentum is None:  # the average of k values moves by 1/k of the distance
            before = self.num_batches_tracked
            return 0.0 if before is None else 1 / (1 + int(before.item()))
        return self.momentum

    def check_input(self, input: Tensor) -> None:
        """Refuse an input of other dimensions or another number of channels.

        Raises:
            TypeError: not a tensor.
            ShapeError: it does not fit.
        """
        kind = type(self).__name__
        if not isinstance(input, Tensor):
            raise TypeError(f"{kind}: input must be a Tensor, not {type(input).__name__}")
        if input.ndim not in self.dims:
            raise ShapeError(f"{kind}: input must be {self.shapes}, but its shape is {input.shape}")
        if input.shape[1] != self.num_features:
            raise ShapeError(
                f"{kind}: the layer takes {self.num_features} channels, but the input's shape is "
                f"{input.shape}; its dimension 1 must be {self.num_features}"
            )

    def extra_repr(self) -> str:
        """The options."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(RunningNorm):
    """Batch normalisation of inputs of any number of dimensions."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        self.check_input(input)
        keep = self.track_running_stats or not self.training
        mean = self.running_mean if keep else None
        var = self.running_var if keep else None
        training = self.training or mean is None
        momentum = self.next_momentum() if self.training else 0.0
        out = batch_norm(input, mean, var, self.weight, self.bias, training, momentum, self.eps)
        if self.training and keep and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
        return out


class BatchNorm1d(_BatchNorm):
    """Brings each of C features to mean 0 and variance 1: :func:`tt_nn.functional.batch_norm`.

    In training by the batch's own statistics, in evaluation by the running ones, which training has
    gathered.

    Args:
        num_features: C.
        eps: keeps the square root away from 0.
        momentum: how far the running statistics move with each batch; None: they are the plain
            average over all batches so far.
        affine: whether there are a weight and a bias.
        track_running_stats: whether there are running statistics; without them the batch's own are
            used in evaluation too.
        bias: whether there is a bias beside the weight.
        dtype: of the parameters and buffers; the default type if None.

    Attributes:
        weight: (C,), at first 1, or None.
        bias: (C,), at first 0, or None.
        running_mean: (C,), at first 0, or None.
        running_var: (C,), at first 1, or None.
        num_batches_tracked: how many batches the statistics have seen, or None.

    Raises:
        TypeError: ``num_features`` is not an int.
        ValueError: it is below 1; in training, an input with a single value per feature.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import BatchNorm1d
        >>> BatchNorm1d(2)(tt.tensor([[0.0, 5.0], [4.0, 7.0]]))
        tensor([[-1.0000, -1.0000],
                [ 1.0000,  1.0000]], grad_fn=<BatchNormBackward>)
    """

    dims = (2, 3)
    shapes = "(N, C) or (N, C, L)"


class BatchNorm2d(_BatchNorm):
    """Brings each of C channels of images to mean 0 and variance 1; the options of :class:`BatchNorm1d`.

    Images that are channels-last in memory stay so.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import BatchNorm2d
        >>> layer = BatchNorm2d(3)
        >>> _ = layer(tt.ones(8, 3, 32, 32))
        >>> layer.running_mean, layer.num_batches_tracked
        (tensor([0.1000, 0.1000, 0.1000]), tensor(1))
    """

    dims = (4,)
    shapes = "(N, C, H, W)"
