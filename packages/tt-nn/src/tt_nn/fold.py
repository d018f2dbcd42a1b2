"""Unfold and Fold: windows of images as columns, and back."""

from __future__ import annotations

from tt_tensor import Tensor

from .functional import fold, unfold
from .module import Module

__all__ = ["Fold", "Unfold"]

Size = int | tuple[int, ...]


class Unfold(Module):
    """The windows of images as columns: (N, C, H, W) to (N, C·kH·kW, L).

    Args:
        kernel_size, dilation, padding, stride: see :func:`tt_nn.functional.unfold`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Unfold
        >>> Unfold(2, stride=2)(tt.zeros(5, 3, 4, 6)).shape
        (5, 12, 6)
    """

    def __init__(
        self, kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1
    ) -> None:
        super().__init__()
        self.kernel_size, self.dilation = kernel_size, dilation
        self.padding, self.stride = padding, stride

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C·kH·kW, L)."""
        return unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        """The window."""
        return (
            f"kernel_size={self.kernel_size}, dilation={self.dilation}, "
            f"padding={self.padding}, stride={self.stride}"
        )


class Fold(Module):
    """Columns back to images: (N, C·kH·kW, L) to (N, C, H, W), overlapping windows added.

    Args:
        output_size: height and width of the images.
        kernel_size, dilation, padding, stride: see :func:`tt_nn.functional.unfold`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Fold
        >>> Fold((4, 6), 2, stride=2)(tt.zeros(5, 12, 6)).shape
        (5, 3, 4, 6)
    """

    def __init__(
        self,
        output_size: Size,
        kernel_size: Size,
        dilation: Size = 1,
        padding: Size = 0,
        stride: Size = 1,
    ) -> None:
        super().__init__()
        self.output_size, self.kernel_size = output_size, kernel_size
        self.dilation, self.padding, self.stride = dilation, padding, stride

    def forward(self, input: Tensor) -> Tensor:
        """(N, C·kH·kW, L) to (N, C, H, W)."""
        return fold(
            input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride
        )

    def extra_repr(self) -> str:
        """The images' size and the window."""
        return (
            f"output_size={self.output_size}, kernel_size={self.kernel_size}, "
            f"dilation={self.dilation}, padding={self.padding}, stride={self.stride}"
        )
