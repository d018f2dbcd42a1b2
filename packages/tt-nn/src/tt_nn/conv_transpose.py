"""Transposed convolution layers: they enlarge what a strided convolution made small."""

from __future__ import annotations

from collections.abc import Sequence

from tt_tensor import DTypeLike, ShapeError, Tensor

from .conv import ConvBase, Size
from .functional import conv_transpose1d, conv_transpose2d
from .functional.conv.arguments import sizes

__all__ = ["ConvTranspose1d", "ConvTranspose2d"]


class _ConvTranspose(ConvBase):
    """What both layers share."""

    transposed = True
    padding: tuple[int, ...]  # no words here

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Size = 1,
        padding_mode: str = "zeros",
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        name = type(self).__name__
        if padding_mode != "zeros":
            raise ValueError(f"{name}: padding_mode can only be 'zeros', not {padding_mode!r}")
        if isinstance(padding, str):
            raise TypeError(f"{name}: padding must be numbers, not {padding!r}")
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            dtype=dtype,
        )
        self.output_padding = sizes(name, "output_padding", output_padding, self.dims, least=0)

    def extra_rows(self, input: Tensor, output_size: Sequence[int] | None) -> tuple[int, ...]:
        """The output padding that gives ``output_size``.

        Raises:
            ShapeError: this layer cannot make that size of this input.
        """
        if output_size is None:
            return self.output_padding
        wanted = tuple(output_size)[-self.dims :]
        least = tuple(
            (n - 1) * s - 2 * p + d * (k - 1) + 1
            for n, s, p, d, k in zip(
                input.shape[-self.dims :],
                self.stride,
                self.padding,
                self.dilation,
                self.kernel_size,
                strict=True,
            )
        )
        extra = tuple(a - b for a, b in zip(wanted, least, strict=True))
        if any(not 0 <= n < s for n, s in zip(extra, self.stride, strict=True)):
            most = tuple(n + s - 1 for n, s in zip(least, self.stride, strict=True))
            raise ShapeError(
                f"output_size must lie between {least} and {most} for an input of shape "
                f"{input.shape}, not {wanted}"
            )
        return extra


class ConvTranspose2d(_ConvTranspose):
    """The transpose of :class:`~tt_nn.Conv2d`; see :func:`tt_nn.functional.conv_transpose2d`.

    Args:
        in_channels: C of the input.
        out_channels: C of the output.
        kernel_size: the filters' height and width. This and all sizes that follow: one number for
            both directions, or a pair (down, across).
        stride: how far apart in the output neighbours of the input put their copies of the filter.
        padding: how many rows and columns of the output to cut off at each side.
        output_padding: how many to add at the end.
        groups: the channels fall into as many parts, which do not see one another.
        bias: whether to add a learned number to each output channel.
        dilation: the distance between the pixels of a filter's copy.
        padding_mode: only "zeros".
        dtype: of the parameters; the default type if None.

    Attributes:
        weight: (in_channels, out_channels/groups, kH, kW).
        bias: (out_channels,), or None.

    Raises:
        TypeError: a size that is not an int.
        ValueError: a size out of range, or another padding mode.
        ShapeError: ``groups`` does not divide the channels.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import ConvTranspose2d
        >>> ConvTranspose2d(8, 3, 2, stride=2)(tt.zeros(5, 8, 16, 16)).shape
        (5, 3, 32, 32)
    """

    dims = 2

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """(N, C_in, H, W) to (N, C_out, H', W'); ``output_size`` chooses (H', W') where several fit."""
        return conv_transpose2d(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self.extra_rows(input, output_size),
            self.groups,
            self.dilation,
        )


class ConvTranspose1d(_ConvTranspose):
    """The transpose of :class:`~tt_nn.Conv1d`; see :func:`tt_nn.functional.conv_transpose1d`.

    Args:
        in_channels: C of the input.
        out_channels: C of the output.
        kernel_size: the filters' length.
        stride, padding, output_padding, groups, bias, dilation, padding_mode, dtype: as of
            :class:`ConvTranspose2d`.

    Attributes:
        weight: (in_channels, out_channels/groups, k).
        bias: (out_channels,), or None.

    Raises:
        TypeError, ValueError, ShapeError: as :class:`ConvTranspose2d`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import ConvTranspose1d
        >>> ConvTranspose1d(8, 3, 2, stride=2)(tt.zeros(5, 8, 16)).shape
        (5, 3, 32)
    """

    dims = 1

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """(N, C_in, L) to (N, C_out, L'); ``output_size`` chooses L' where several fit."""
        return conv_transpose1d(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self.extra_rows(input, output_size),
            self.groups,
            self.dilation,
        )
