"""Adaptive pooling as modules: the size of the result is given, the windows follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tt_tensor import Tensor

from . import functional as F
from .module import Module

__all__ = ["AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d"]


class _AdaptivePool(Module):
    """What all adaptive pooling shares: the size of the result."""

    def __init__(self, output_size: int | Sequence[int | None] | None) -> None:
        super().__init__()
        self.output_size = output_size

    def extra_repr(self) -> str:
        """The size."""
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptivePool):
    """The means of so many windows: :func:`tt_nn.functional.adaptive_avg_pool1d`.

    Args:
        output_size: how many windows.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import AdaptiveAvgPool1d
        >>> AdaptiveAvgPool1d(2)(tt.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]]))
        tensor([[2., 4.]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, L) to (N, C, output_size)."""
        return F.adaptive_avg_pool1d(input, self.output_size)


class AdaptiveAvgPool2d(_AdaptivePool):
    """The means of so many windows: :func:`tt_nn.functional.adaptive_avg_pool2d`.

    With an ``output_size`` of 1 it is global average pooling.

    Args:
        output_size: (rows, columns) of windows, or one int for both; None for as many as places.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import AdaptiveAvgPool2d
        >>> AdaptiveAvgPool2d(1)(tt.rand(8, 64, 7, 9)).shape
        (8, 64, 1, 1)
    """

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C, rows, columns)."""
        return F.adaptive_avg_pool2d(input, self.output_size)


class _AdaptiveMaxPool(_AdaptivePool):
    """What adaptive max pooling of one and two dimensions share: the options."""

    def __init__(
        self, output_size: int | Sequence[int | None] | None, return_indices: bool = False
    ) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The highest elements in so many windows: :func:`tt_nn.functional.adaptive_max_pool1d`.

    Args:
        output_size: how many windows.
        return_indices: also return where the elements were.
    """

    def forward(self, input: Tensor) -> Any:
        """(N, C, L) to (N, C, output_size); with ``return_indices`` a pair of such."""
        return F.adaptive_max_pool1d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The highest elements in so many windows: :func:`tt_nn.functional.adaptive_max_pool2d`.

    Args:
        output_size: (rows, columns) of windows, or one int for both; None for as many as places.
        return_indices: also return where the elements were.
    """

    def forward(self, input: Tensor) -> Any:
        """(N, C, H, W) to (N, C, rows, columns); with ``return_indices`` a pair of such."""
        return F.adaptive_max_pool2d(input, self.output_size, self.return_indices)
