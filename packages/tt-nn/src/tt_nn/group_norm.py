"""Group normalisation as a module."""

from __future__ import annotations

from tt_tensor import DTypeLike, Tensor, empty

from . import init
from .functional.normalization.group_norm import check_groups, group_norm
from .linear import check_size
from .module import Module
from .parameter import Parameter

__all__ = ["GroupNorm"]


class GroupNorm(Module):
    """Brings groups of an image's channels to mean 0 and variance 1.

    See :func:`tt_nn.functional.group_norm`.

    Args:
        num_groups: how many groups of successive channels there are.
        num_channels: C, a multiple of ``num_groups``.
        eps: keeps the square root away from 0.
        affine: whether there are a weight and a bias.
        bias: whether there is a bias beside the weight.
        dtype: of the parameters; the default type if None.

    Attributes:
        weight: (C,), at first 1, or None.
        bias: (C,), at first 0, or None.

    Raises:
        TypeError: a size that is not an int.
        ValueError: a size below 1, or ``num_groups`` does not divide ``num_channels``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import GroupNorm
        >>> layer = GroupNorm(2, 6)
        >>> layer(tt.rand(5, 6, 8, 8)).shape, layer
        ((5, 6, 8, 8), GroupNorm(2, 6, eps=1e-05, affine=True, bias=True))
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        check_size(num_groups=num_groups, num_channels=num_channels)
        check_groups(num_groups, num_channels)
        self.num_groups, self.num_channels = num_groups, num_channels
        self.eps, self.affine = eps, affine
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            made = Parameter(empty(num_channels, dtype=dtype)) if wanted else None
            self.register_parameter(name, made)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Weight 1, bias 0."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """The options."""
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )
