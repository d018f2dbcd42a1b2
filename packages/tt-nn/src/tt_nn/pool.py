"""Pooling as modules: the functions of :mod:`tt_nn.functional` with their options fixed.

All take batches (N, C, L) and (N, C, H, W), or single examples without N.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tt_tensor import Tensor

from . import functional as F
from .module import Module

__all__ = ["MaxPool1d", "MaxPool2d"]

Size = int | Sequence[int]


class _MaxPool(Module):
    """What max pooling of one and two dimensions share: the options."""

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def _options(self) -> tuple[Any, ...]:
        """In the order in which the functions take them."""
        geometry = self.kernel_size, self.stride, self.padding, self.dilation
        return (*geometry, self.ceil_mode, self.return_indices)

    def extra_repr(self) -> str:
        """The options."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPool):
    """The highest element in each window of a sequence: :func:`tt_nn.functional.max_pool1d`.

    Args:
        kernel_size: the window's length.
        stride: its step; its length if None.
        padding: empty places before and after the input, at most half a window.
        dilation: the distance of the elements that a window sees.
        return_indices: also return where the elements were.
        ceil_mode: a last window may reach beyond the end.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import MaxPool1d
        >>> MaxPool1d(2)(tt.tensor([[1.0, 3.0, 2.0, 0.0]]))
        tensor([[3., 2.]])
    """

    def forward(self, input: Tensor) -> Any:
        """(N, C, L) to (N, C, windows); with ``return_indices`` a pair of such."""
        return F.max_pool1d(input, *self._options())


class MaxPool2d(_MaxPool):
    """The highest element in each window of an image: :func:`tt_nn.functional.max_pool2d`.

    Args:
        kernel_size: the window's size, an int or (rows, columns); so are the next three.
        stride: its step; its size if None.
        padding: empty places around the image, at most half a window.
        dilation: the distance of the elements that a window sees.
        return_indices: also return where the elements were.
        ceil_mode: a last window may reach beyond the edge.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import MaxPool2d
        >>> MaxPool2d(2)(tt.rand(8, 3, 32, 32)).shape
        (8, 3, 16, 16)
    """

    def forward(self, input: Tensor) -> Any:
        """(N, C, H, W) to (N, C, h, w); with ``return_indices`` a pair of such."""
        return F.max_pool2d(input, *self._options())
