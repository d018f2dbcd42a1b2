"""Enlarging images and sequences, as a module."""

from __future__ import annotations

from collections.abc import Sequence

from tt_tensor import Tensor

from .functional.interpolate import interpolate
from .module import Module

__all__ = ["Upsample"]


class Upsample(Module):
    """Sequences or images in another size: :func:`tt_nn.functional.interpolate`.

    Args:
        size: the new size, one int or one for each dimension; or else:
        scale_factor: how many times the old size.
        mode: "nearest", "nearest-exact"; "linear" for sequences, "bilinear" for images.
        align_corners: the outermost pixels' centres stay where they are (linear modes only).
        recompute_scale_factor: take the ratio of the two sizes instead of the factor.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Upsample
        >>> Upsample(scale_factor=2, mode="bilinear")(tt.rand(8, 3, 16, 16)).shape
        (8, 3, 32, 32)
    """

    def __init__(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: float | Sequence[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        self.size, self.mode, self.align_corners = size, mode, align_corners
        self.scale_factor: float | tuple[float, ...] | None
        if isinstance(scale_factor, Sequence):
            self.scale_factor = tuple(float(factor) for factor in scale_factor)
        else:
            self.scale_factor = None if scale_factor is None else float(scale_factor)
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, L) or (N, C, H, W), in the new size."""
        options = self.mode, self.align_corners, self.recompute_scale_factor
        return interpolate(input, self.size, self.scale_factor, *options)

    def extra_repr(self) -> str:
        """The size or the factor, and the mode."""
        if self.scale_factor is not None:
            return f"scale_factor={self.scale_factor}, mode={self.mode!r}"
        return f"size={self.size}, mode={self.mode!r}"
