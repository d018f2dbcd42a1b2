"""Pooling as modules: the functions of :mod:`tt_nn.functional` with their options fixed.

Those whose windows follow from the size of the result are in :mod:`tt_nn.adaptive_pool`.  All take
batches (N, C, L) and (N, C, H, W), or single examples without N.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tt_tensor import Tensor

from . import functional as F
from .functional.pool_window import numbers
from .module import Module

__all__ = [
    "AvgPool1d",
    "AvgPool2d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxUnpool1d",
    "MaxUnpool2d",
]

Size = int | Sequence[int]


def _check(layer: Module, dims: int, least: int, **options: Size) -> None:
    """Refuse options that no input would fit, when the layer is made and not when it is first used."""
    for argument, value in options.items():
        numbers(type(layer).__name__, argument, value, dims, least)


class _MaxPool(Module):
    """What max pooling of one and two dimensions share: the options."""

    dimensions = 1

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
        least_one = {"kernel_size": kernel_size, "stride": self.stride, "dilation": dilation}
        _check(self, self.dimensions, 1, **least_one)
        _check(self, self.dimensions, 0, padding=padding)
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

    dimensions = 2

    def forward(self, input: Tensor) -> Any:
        """(N, C, H, W) to (N, C, h, w); with ``return_indices`` a pair of such."""
        return F.max_pool2d(input, *self._options())


class _MaxUnpool(Module):
    """What unpooling of one and two dimensions share: the options."""

    dimensions = 1

    def __init__(self, kernel_size: Size, stride: Size | None = None, padding: Size = 0) -> None:
        super().__init__()
        name, dims = type(self).__name__, self.dimensions
        self.kernel_size = numbers(name, "kernel_size", kernel_size, dims, 1)
        step = kernel_size if stride is None else stride
        self.stride = numbers(name, "stride", step, dims, 1)
        self.padding = numbers(name, "padding", padding, dims, 0)

    def extra_repr(self) -> str:
        """The window."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """The inverse of ``MaxPool1d`` as far as there is one: :func:`tt_nn.functional.max_unpool1d`.

    Args:
        kernel_size: the window's length, as in the pooling; so are the next two.
        stride: its step; its length if None.
        padding: empty places before and after.
    """

    def forward(
        self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None
    ) -> Tensor:
        """(N, C, windows) and where they were to (N, C, L)."""
        geometry = self.kernel_size, self.stride, self.padding
        return F.max_unpool1d(input, indices, *geometry, output_size)


class MaxUnpool2d(_MaxUnpool):
    """The inverse of ``MaxPool2d`` as far as there is one: :func:`tt_nn.functional.max_unpool2d`.

    Args:
        kernel_size: the window's size, an int or (rows, columns), as in the pooling; so are the next two.
        stride: its step; its size if None.
        padding: empty places around the image.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import MaxPool2d, MaxUnpool2d
        >>> values, indices = MaxPool2d(2, return_indices=True)(tt.rand(8, 3, 32, 32))
        >>> MaxUnpool2d(2)(values, indices).shape
        (8, 3, 32, 32)
    """

    dimensions = 2

    def forward(
        self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None
    ) -> Tensor:
        """(N, C, h, w) and where they were to (N, C, H, W)."""
        geometry = self.kernel_size, self.stride, self.padding
        return F.max_unpool2d(input, indices, *geometry, output_size)


class _AvgPool(Module):
    """What average pooling of one and two dimensions share: the options."""

    dimensions = 1

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding, self.ceil_mode = padding, ceil_mode
        self.count_include_pad = count_include_pad
        _check(self, self.dimensions, 1, kernel_size=kernel_size, stride=self.stride)
        _check(self, self.dimensions, 0, padding=padding)

    def extra_repr(self) -> str:
        """The window."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(_AvgPool):
    """The mean of each window of a sequence: :func:`tt_nn.functional.avg_pool1d`.

    Args:
        kernel_size: the window's length.
        stride: its step; its length if None.
        padding: zeros before and after the input, at most half a window.
        ceil_mode: a last window may reach beyond the end.
        count_include_pad: the zeros count as elements.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import AvgPool1d
        >>> AvgPool1d(2)(tt.tensor([[1.0, 3.0, 2.0, 0.0]]))
        tensor([[2., 1.]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, L) to (N, C, windows)."""
        geometry = self.kernel_size, self.stride, self.padding, self.ceil_mode
        return F.avg_pool1d(input, *geometry, self.count_include_pad)


class AvgPool2d(_AvgPool):
    """The mean of each window of an image: :func:`tt_nn.functional.avg_pool2d`.

    Args:
        kernel_size: the window's size, an int or (rows, columns); so are the next two.
        stride: its step; its size if None.
        padding: zeros around the image, at most half a window.
        ceil_mode: a last window may reach beyond the edge.
        count_include_pad: the zeros count as elements.
        divisor_override: divide by this instead of the number of elements.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import AvgPool2d
        >>> AvgPool2d(2)(tt.rand(8, 3, 32, 32)).shape
        (8, 3, 16, 16)
    """

    dimensions = 2

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)
        self.divisor_override = divisor_override

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C, h, w)."""
        geometry = self.kernel_size, self.stride, self.padding, self.ceil_mode
        return F.avg_pool2d(input, *geometry, self.count_include_pad, self.divisor_override)
