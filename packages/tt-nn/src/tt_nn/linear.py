"""Fully connected layers."""

from __future__ import annotations

import math

from tt_tensor import DTypeLike, Tensor, empty

from . import init
from .functional import bilinear
from .functional.linear import linear
from .module import Module
from .parameter import Parameter

__all__ = ["Bilinear", "Identity", "Linear"]


class Linear(Module):
    """y = x Wᵀ + b.

    The weights start uniform in ±1/√in_features, as do the biases: variances are then kept on the
    way through a layer, as far as a nonlinearity lets them (He et al., "Delving deep into
    rectifiers", 2015, with a = √5 as PyTorch has it).

    Args:
        in_features: the size of the input's last dimension.
        out_features: the size of the output's last dimension.
        bias: whether there is a b.
        dtype: of the parameters; the default type if None.

    Attributes:
        weight: (out_features, in_features).
        bias: (out_features,), or None.

    Raises:
        TypeError: a size that is not an int.
        ValueError: a size below 1.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Linear
        >>> layer = Linear(3, 2)
        >>> layer(tt.zeros(5, 3)).shape, layer
        ((5, 2), Linear(in_features=3, out_features=2, bias=True))
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        check_size(in_features=in_features, out_features=out_features)
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(empty(out_features, in_features, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_features, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features)
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        """(..., in_features) to (..., out_features)."""
        return linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """The sizes."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Bilinear(Module):
    """yₒ = x1ᵀ Wₒ x2 + bₒ: linear in each of two inputs.

    Args:
        in1_features: the size of the first input's last dimension.
        in2_features: the size of the second input's last dimension.
        out_features: the size of the output's last dimension.
        bias: whether there is a b.
        dtype: of the parameters; the default type if None.

    Attributes:
        weight: (out_features, in1_features, in2_features).
        bias: (out_features,), or None.

    Raises:
        TypeError: a size that is not an int.
        ValueError: a size below 1.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Bilinear
        >>> Bilinear(3, 4, 2)(tt.zeros(5, 3), tt.zeros(5, 4)).shape
        (5, 2)
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        check_size(in1_features=in1_features, in2_features=in2_features, out_features=out_features)
        self.in1_features, self.in2_features = in1_features, in2_features
        self.out_features = out_features
        self.weight = Parameter(empty(out_features, in1_features, in2_features, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_features, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew: uniform in ±1/√in1_features."""
        bound = 1 / math.sqrt(self.in1_features)
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        """(..., in1_features) and (..., in2_features) to (..., out_features)."""
        return bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        """The sizes."""
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )


class Identity(Module):
    """Gives back what it gets; takes any arguments, so that it can stand in for any layer.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Identity
        >>> Identity(54, unused=True)(tt.ones(2))
        tensor([1., 1.])
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__()

    def forward(self, input: Tensor) -> Tensor:
        """The input."""
        return input


def check_size(**sizes: int) -> None:
    """Refuse sizes that make no layer.

    Raises:
        TypeError: one is not a whole number.
        ValueError: one is below 1.
    """
    for name, size in sizes.items():
        if not isinstance(size, int) or isinstance(size, bool):
            raise TypeError(f"{name} must be an int, not {type(size).__name__}")
        if size < 1:
            raise ValueError(f"{name} must be at least 1, not {size}")
