"""Padding as modules: :func:`tt_nn.functional.pad` with its options fixed.

``padding`` is a width for all sides, or (left, right), in two dimensions (left, right, top, bottom).
"""

from __future__ import annotations

from collections.abc import Sequence

from tt_tensor import Tensor

from .functional.pad import pad
from .module import Module

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ZeroPad1d",
    "ZeroPad2d",
]


class _Pad(Module):
    """What all paddings share: the mode, the number of dimensions and the widths.

    Args:
        padding: a width for all sides, or one for each.

    Raises:
        TypeError: a width is not an int.
        ValueError: another number of widths.
    """

    mode = "constant"
    dimensions = 1
    value: float | None = None

    def __init__(self, padding: int | Sequence[int]) -> None:
        super().__init__()
        sides = 2 * self.dimensions
        widths = tuple(padding) if isinstance(padding, Sequence) else (padding,) * sides
        if not all(isinstance(n, int) for n in widths):
            raise TypeError(f"padding must be an int or {sides} ints, not {padding!r}")
        if len(widths) != sides:
            raise ValueError(
                f"padding must be an int or {sides} ints, not {len(widths)}: {padding!r}"
            )
        self.padding = widths

    def forward(self, input: Tensor) -> Tensor:
        """The input with its last dimensions longer."""
        return pad(input, self.padding, self.mode, self.value)

    def extra_repr(self) -> str:
        """The widths."""
        return f"{self.padding}"


class _ConstantPad(_Pad):
    """Padding with a value of one's own."""

    def __init__(self, padding: int | Sequence[int], value: float) -> None:
        super().__init__(padding)
        self.value = value

    def extra_repr(self) -> str:
        """The widths and the value."""
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPad):
    """A constant before and after the last dimension.

    Args:
        padding: a width for both sides, or (left, right); negative widths cut off.
        value: the constant.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import ConstantPad1d
        >>> ConstantPad1d((1, 2), 9.0)(tt.zeros(1, 2))
        tensor([[9., 0., 0., 9., 9.]])
    """


class ConstantPad2d(_ConstantPad):
    """A constant around the last two dimensions.

    Args:
        padding: a width for all sides, or (left, right, top, bottom); negative widths cut off.
        value: the constant.
    """

    dimensions = 2


class ZeroPad1d(_Pad):
    """Zeros before and after the last dimension.

    Args:
        padding: a width for both sides, or (left, right); negative widths cut off.
    """


class ZeroPad2d(_Pad):
    """Zeros around the last two dimensions.

    Args:
        padding: a width for all sides, or (left, right, top, bottom); negative widths cut off.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import ZeroPad2d
        >>> ZeroPad2d(1)(tt.ones(1, 1, 1, 1))
        tensor([[[[0., 0., 0.],
                  [0., 1., 0.],
                  [0., 0., 0.]]]])
    """

    dimensions = 2


class ReflectionPad1d(_Pad):
    """The last dimension goes on as in a mirror on its first and last element.

    Args:
        padding: a width for both sides, or (left, right).
    """

    mode = "reflect"


class ReflectionPad2d(_Pad):
    """The last two dimensions go on as in mirrors on their first and last elements.

    Args:
        padding: a width for all sides, or (left, right, top, bottom).
    """

    mode = "reflect"
    dimensions = 2


class ReplicationPad1d(_Pad):
    """The first and last element of the last dimension, again and again.

    Args:
        padding: a width for both sides, or (left, right).
    """

    mode = "replicate"


class ReplicationPad2d(_Pad):
    """The edge of the last two dimensions, again and again.

    Args:
        padding: a width for all sides, or (left, right, top, bottom).
    """

    mode = "replicate"
    dimensions = 2


class CircularPad1d(_Pad):
    """After the end of the last dimension comes its beginning, and the other way round.

    Args:
        padding: a width for both sides, or (left, right).
    """

    mode = "circular"


class CircularPad2d(_Pad):
    """After the end of each of the last two dimensions comes its beginning.

    Args:
        padding: a width for all sides, or (left, right, top, bottom).
    """

    mode = "circular"
    dimensions = 2
