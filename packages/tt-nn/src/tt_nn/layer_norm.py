"""Layer and RMS normalisation as modules."""

from __future__ import annotations

from tt_tensor import DTypeLike, Tensor, empty

from . import init
from .functional import layer_norm, rms_norm
from .linear import check_size
from .module import Module
from .parameter import Parameter

__all__ = ["LayerNorm", "RMSNorm"]


class LayerNorm(Module):
    """Brings each sample to mean 0 and variance 1 over its last dimensions.

    See :func:`tt_nn.functional.layer_norm`.

    Args:
        normalized_shape: the sizes of the last dimensions; an int for the last one alone.
        eps: keeps the square root away from 0.
        elementwise_affine: whether there are a weight and a bias.
        bias: whether there is a bias beside the weight.
        dtype: of the parameters; the default type if None.

    Attributes:
        weight: of shape ``normalized_shape``, at first 1, or None.
        bias: of shape ``normalized_shape``, at first 0, or None.

    Raises:
        TypeError: a size that is not an int.
        ValueError: a size below 1.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import LayerNorm
        >>> layer = LayerNorm(3)
        >>> layer(tt.rand(5, 7, 3)).shape, layer
        ((5, 7, 3), LayerNorm((3,), eps=1e-05, elementwise_affine=True, bias=True))
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...] | list[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = shape_of(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        for name, wanted in (("weight", elementwise_affine), ("bias", elementwise_affine and bias)):
            made = Parameter(empty(self.normalized_shape, dtype=dtype)) if wanted else None
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
        return layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """The options."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine="
            f"{self.elementwise_affine}, bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """Divides each sample by the root mean square over its last dimensions.

    See :func:`tt_nn.functional.rms_norm`.

    Args:
        normalized_shape: the sizes of the last dimensions; an int for the last one alone.
        eps: keeps the square root away from 0; None: as little as the input's type can tell from 1.
        elementwise_affine: whether there is a weight.
        dtype: of the weight; the default type if None.

    Attributes:
        weight: of shape ``normalized_shape``, at first 1, or None.

    Raises:
        TypeError: a size that is not an int.
        ValueError: a size below 1.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import RMSNorm
        >>> RMSNorm(2, eps=0.0)(tt.tensor([7.0, 1.0])).detach()
        tensor([1.4000, 0.2000])
    """

    weight: Parameter | None

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...] | list[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = shape_of(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        made = Parameter(empty(self.normalized_shape, dtype=dtype)) if elementwise_affine else None
        self.register_parameter("weight", made)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Weight 1."""
        if self.weight is not None:
            init.ones_(self.weight)

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """The options."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        )


def shape_of(normalized_shape: int | tuple[int, ...] | list[int]) -> tuple[int, ...]:
    """The sizes as a tuple.

    Raises:
        TypeError: one is not an int.
        ValueError: one is below 1, or there are none.
    """
    sizes = normalized_shape if isinstance(normalized_shape, (tuple, list)) else (normalized_shape,)
    if not sizes:
        raise ValueError("normalized_shape must name at least one dimension")
    for size in sizes:
        check_size(normalized_shape=size)
    return tuple(sizes)
