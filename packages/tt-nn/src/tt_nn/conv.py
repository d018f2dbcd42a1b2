"""Convolution layers."""

from __future__ import annotations

import math

from tt_tensor import DTypeLike, Tensor, empty

from . import init
from .functional import conv1d, conv2d, pad
from .functional.conv.arguments import check_groups, sizes
from .linear import check_size
from .module import Module
from .parameter import Parameter

__all__ = ["Conv1d", "Conv2d", "ConvBase"]

Size = int | tuple[int, ...]
MODES = ("zeros", "reflect", "replicate", "circular")


class ConvBase(Module):
    """What all convolution layers share: the options, the parameters and where they start.

    The weights start uniform in ±1/√fan_in, as do the biases, where fan_in is how many numbers one
    output is made of (He et al., "Delving deep into rectifiers", 2015, with a = √5 as PyTorch has
    it).  Subclasses set ``dims``, the number of spatial dimensions, and ``transposed``, whether the
    weight's first dimension is the input's.
    """

    dims = 2
    transposed = False
    weight: Parameter
    bias: Parameter | None
    padding: tuple[int, ...] | str

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size | str = 0,
        dilation: Size = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        check_size(in_channels=in_channels, out_channels=out_channels)
        check_groups(name, groups, {"in_channels": in_channels, "out_channels": out_channels})
        if padding_mode not in MODES:
            raise ValueError(
                f"padding_mode must be one of {', '.join(MODES)}, not {padding_mode!r}"
            )
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = sizes(name, "kernel_size", kernel_size, self.dims)
        self.stride = sizes(name, "stride", stride, self.dims)
        self.dilation = sizes(name, "dilation", dilation, self.dims)
        self.padding = check_padding(name, padding, self.stride)
        self.padding_mode = padding_mode
        first, second = out_channels, in_channels // groups
        if self.transposed:
            first, second = in_channels, out_channels // groups
        self.weight = Parameter(empty(first, second, *self.kernel_size, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_channels, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(math.prod(self.weight.shape[1:]))
            init.uniform_(self.bias, -bound, bound)

    def padded(self, input: Tensor) -> tuple[Tensor, tuple[int, ...] | str]:
        """The input and the zeros still to be put around it; modes other than "zeros" pad here."""
        if self.padding_mode == "zeros":
            return input, self.padding
        if isinstance(self.padding, str):
            window = zip(self.kernel_size, self.dilation, strict=True)
            around = [d * (k - 1) if self.padding == "same" else 0 for k, d in window]
            widths = [(n // 2, n - n // 2) for n in around]
        else:
            widths = [(n, n) for n in self.padding]
        flat = [n for pair in reversed(widths) for n in pair]
        return pad(input, flat, mode=self.padding_mode), (0,) * self.dims

    def extra_repr(self) -> str:
        """The channels, the kernel, and every option that is not the usual one."""
        parts = [
            f"{self.in_channels}, {self.out_channels}",
            f"kernel_size={self.kernel_size}, stride={self.stride}",
        ]
        for option, usual in (
            ("padding", (0,) * self.dims),
            ("dilation", (1,) * self.dims),
            ("output_padding", (0,) * self.dims),
            ("groups", 1),
        ):
            value = getattr(self, option, usual)
            if value != usual:
                parts.append(f"{option}={value}")
        if self.bias is None:
            parts.append("bias=False")
        if self.padding_mode != "zeros":
            parts.append(f"padding_mode={self.padding_mode}")
        return ", ".join(parts)


class Conv2d(ConvBase):
    """Slides learned filters over images; see :func:`tt_nn.functional.conv2d` for the formula.

    Args:
        in_channels: C of the input.
        out_channels: how many filters, and so C of the output.
        kernel_size: the filters' height and width. This and all sizes that follow: one number for
            both directions, or a pair (down, across).
        stride: by how many pixels the window moves.
        padding: how many pixels to put around an image; or "valid" for none, "same" for as many as
            keep its size.
        dilation: the distance between the pixels of a window.
        groups: the channels fall into as many parts, which do not see one another.
        bias: whether to add a learned number to each output channel.
        padding_mode: what is put around an image: "zeros", or "reflect", "replicate", "circular"
            for pixels of the image (see :func:`tt_nn.functional.pad`).
        dtype: of the parameters; the default type if None.

    Attributes:
        weight: (out_channels, in_channels/groups, kH, kW).
        bias: (out_channels,), or None.

    Raises:
        TypeError: a size that is not an int.
        ValueError: a size out of range, or another padding mode.
        ShapeError: ``groups`` does not divide the channels.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Conv2d
        >>> layer = Conv2d(3, 8, 3, padding=1)
        >>> layer(tt.zeros(5, 3, 32, 32)).shape
        (5, 8, 32, 32)
        >>> layer
        Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    """

    dims = 2

    def forward(self, input: Tensor) -> Tensor:
        """(N, C_in, H, W) to (N, C_out, H', W')."""
        x, padding = self.padded(input)
        return conv2d(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)


class Conv1d(ConvBase):
    """Slides learned filters over sequences; see :func:`tt_nn.functional.conv1d`.

    Args:
        in_channels: C of the input.
        out_channels: how many filters, and so C of the output.
        kernel_size: the filters' length.
        stride, padding, dilation, groups, bias, padding_mode, dtype: as of :class:`Conv2d`.

    Attributes:
        weight: (out_channels, in_channels/groups, k).
        bias: (out_channels,), or None.

    Raises:
        TypeError, ValueError, ShapeError: as :class:`Conv2d`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Conv1d
        >>> Conv1d(4, 8, 3, stride=2)(tt.zeros(5, 4, 11)).shape
        (5, 8, 5)
    """

    dims = 1

    def forward(self, input: Tensor) -> Tensor:
        """(N, C_in, L) to (N, C_out, L')."""
        x, padding = self.padded(input)
        return conv1d(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)


def check_padding(
    layer: str, padding: Size | str, stride: tuple[int, ...]
) -> tuple[int, ...] | str:
    """The padding as one number per dimension, or a word.

    Raises:
        TypeError: a size that is not an int.
        ValueError: another word, or "same" where the stride is not 1.
    """
    if not isinstance(padding, str):
        return sizes(layer, "padding", padding, len(stride), least=0)
    if padding not in ("valid", "same"):
        raise ValueError(f"{layer}: padding must be numbers, 'valid' or 'same', not {padding!r}")
    if padding == "same" and any(step != 1 for step in stride):
        raise ValueError(f"{layer}: padding='same' is for stride 1, not {stride}")
    return padding
