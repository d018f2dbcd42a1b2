"""conv_transpose1d and conv_transpose2d: the way back from a convolution's output size."""

from __future__ import annotations

from tt_tensor import ShapeError, Tensor, reshape, squeeze, unsqueeze

from .arguments import check_bias, check_groups, check_operands, sizes
from .primitives import conv2d_input_grad_p

__all__ = ["conv_transpose1d", "conv_transpose2d"]

Size = int | tuple[int, ...]


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Tensor:
    """Every pixel of the input puts a copy of the filter, times its value, into the output.

    It is the gradient of :func:`conv2d` by its input, and so turns the sizes of a convolution's
    output into those of its input: used to enlarge images (Zeiler et al., "Deconvolutional
    networks", 2010).

    Args:
        input: (N, C, H, W), or (C, H, W).
        weight: filters (C, C_out/groups, kH, kW): the first is the *input's* channels.
        bias: (C_out,), or None.
        stride: how far apart in the output neighbours of the input put their copies.
        padding: how many rows and columns of the output to cut off at each side.
        output_padding: how many to add at the end; several sizes of input give a strided
            convolution's output, and this chooses one of them.
        groups: the channels fall into as many parts, which do not see one another.
        dilation: the distance between the pixels of a filter's copy.

    Returns:
        (N, C_out, H', W') with
        H' = (H - 1)·stride - 2·padding + dilation·(kH - 1) + output_padding + 1.

    Raises:
        TypeError: an argument is not a tensor, or a size not an int.
        DTypeError: the input is not floating point, or of another type than weight or bias.
        ShapeError: dimensions or channels do not fit, or nothing is left of the output.
        ValueError: a size out of range; ``output_padding`` is not below stride or dilation.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import conv_transpose2d
        >>> conv_transpose2d(tt.tensor([[[[1.0, 2.0]]]]), tt.tensor([[[[1.0, 10.0]]]]), stride=2)
        tensor([[[[ 1., 10.,  2., 20.]]]])
    """
    name = "conv_transpose2d"
    check_operands(name, input, weight, 2)
    if input.ndim == 3:
        batch = unsqueeze(input, 0)
        return squeeze(
            conv_transpose2d(
                batch, weight, bias, stride, padding, output_padding, groups, dilation
            ),
            0,
        )
    return _transpose(name, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Tensor:
    """:func:`conv_transpose2d` of sequences.

    Args:
        input: (N, C, L), or (C, L).
        weight: filters (C, C_out/groups, k).
        bias: (C_out,), or None.
        stride, padding, output_padding, groups, dilation: as there.

    Returns:
        (N, C_out, L') with L' = (L - 1)·stride - 2·padding + dilation·(k - 1) + output_padding + 1.

    Raises:
        TypeError, DTypeError, ShapeError, ValueError: as :func:`conv_transpose2d`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import conv_transpose1d
        >>> conv_transpose1d(tt.tensor([[[1.0, 2.0]]]), tt.tensor([[[1.0, 10.0]]]))
        tensor([[[ 1., 12., 20.]]])
    """
    name = "conv_transpose1d"
    check_operands(name, input, weight, 1)
    if input.ndim == 2:
        batch = unsqueeze(input, 0)
        return squeeze(
            conv_transpose1d(
                batch, weight, bias, stride, padding, output_padding, groups, dilation
            ),
            0,
        )
    return _transpose(name, input, weight, bias, stride, padding, output_padding, groups, dilation)


def _transpose(
    function: str,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Size,
    padding: Size,
    output_padding: Size,
    groups: int,
    dilation: Size,
) -> Tensor:
    """What both share, for inputs with a batch dimension."""
    dims = weight.ndim - 2
    channels, each, *kernel = weight.shape
    if input.shape[1] != channels:
        raise ShapeError(
            f"{function}: the weight {weight.shape} takes {channels} channels, but the input's shape "
            f"is {input.shape}"
        )
    check_groups(function, groups, {"input channels": channels})
    check_bias(function, bias, weight, each * groups)
    steps = sizes(function, "stride", stride, dims)
    border = sizes(function, "padding", padding, dims, least=0)
    extra = sizes(function, "output_padding", output_padding, dims, least=0)
    spread = sizes(function, "dilation", dilation, dims)
    if any(more >= max(s, d) for more, s, d in zip(extra, steps, spread, strict=True)):
        raise ValueError(
            f"{function}: output_padding must be smaller than stride or dilation, but it is {extra} "
            f"with stride {steps} and dilation {spread}"
        )
    size = tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + more + 1
        for n, s, p, d, k, more in zip(
            input.shape[2:], steps, border, spread, kernel, extra, strict=True
        )
    )
    if min(*size, *input.shape[2:]) < 1:
        raise ShapeError(
            f"{function}: the output would have size {size}; an input {tuple(input.shape[2:])} with "
            f"kernel {tuple(kernel)} and stride {steps} allows less padding than {border}"
        )
    if dims == 2:
        out: Tensor = conv2d_input_grad_p((input, weight), (size, steps, border, spread, groups))
    else:
        params = ((1, *size), (1, *steps), (0, *border), (1, *spread), groups)
        out = squeeze(conv2d_input_grad_p((unsqueeze(input, 2), unsqueeze(weight, 2)), params), 2)
    return out if bias is None else out + reshape(bias, -1, *(1,) * dims)
