"""Pixel shuffle as modules: channels become finer pixels, and back."""

from __future__ import annotations

from tt_tensor import Tensor

from .functional.pixel_shuffle import pixel_shuffle, pixel_unshuffle
from .module import Module

__all__ = ["PixelShuffle", "PixelUnshuffle"]


class PixelShuffle(Module):
    """r² channels to r times as many rows and columns: :func:`tt_nn.functional.pixel_shuffle`.

    Args:
        upscale_factor: r.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import PixelShuffle
        >>> PixelShuffle(3)(tt.rand(1, 9, 4, 4)).shape
        (1, 1, 12, 12)
    """

    def __init__(self, upscale_factor: int) -> None:
        super().__init__()
        self.upscale_factor = upscale_factor

    def forward(self, input: Tensor) -> Tensor:
        """(N, C · r², H, W) to (N, C, H · r, W · r)."""
        return pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        """The factor."""
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """Blocks of r × r pixels to r² channels: :func:`tt_nn.functional.pixel_unshuffle`.

    Args:
        downscale_factor: r.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import PixelUnshuffle
        >>> PixelUnshuffle(3)(tt.rand(1, 1, 12, 12)).shape
        (1, 9, 4, 4)
    """

    def __init__(self, downscale_factor: int) -> None:
        super().__init__()
        self.downscale_factor = downscale_factor

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H · r, W · r) to (N, C · r², H, W)."""
        return pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        """The factor."""
        return f"downscale_factor={self.downscale_factor}"
