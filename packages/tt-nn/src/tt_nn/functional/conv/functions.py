"""conv1d and conv2d: what a learner calls."""

from __future__ import annotations

from tt_tensor import ShapeError, Tensor, squeeze, unsqueeze

from ..pad import pad
from .arguments import check_bias, check_groups, check_operands, output_size, sizes
from .primitives import conv2d_p

__all__ = ["conv1d", "conv2d"]

Size = int | tuple[int, ...]


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Tensor:
    """Slide filters over images.

    ``out[n, o, y, x] = bias[o] + Σ_cij padded[n, c, y·s + i·d, x·s + j·d] · weight[o, c, i, j]``,
    which mathematics calls a cross-correlation (LeCun et al., "Backpropagation applied to
    handwritten zip code recognition", 1989).

    Args:
        input: images (N, C, H, W), or one image (C, H, W).
        weight: filters (C_out, C/groups, kH, kW).
        bias: (C_out,), or None.
        stride: by how many pixels the window moves; one number, or (down, across).
        padding: how many zeros to put around an image; or "valid" for none, or "same" for as many
            as keep H and W (for stride 1).
        dilation: the distance between the pixels of a window (Yu and Koltun, 2016).
        groups: the channels fall into as many parts, which do not see one another; with C groups
            every channel is filtered on its own ("depthwise").

    Returns:
        (N, C_out, H', W') with H' = ⌊(H + 2·padding - dilation·(kH - 1) - 1) / stride⌋ + 1; without N
        if the input has none. Its memory may be laid out channels last.

    Raises:
        TypeError: an argument is not a tensor, or a size not an int.
        DTypeError: the input is not floating point, or of another type than weight or bias.
        ShapeError: dimensions or channels do not fit, or the kernel is larger than the padded image.
        ValueError: a size out of range, or "same" with a stride above 1.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import conv2d
        >>> edges = tt.tensor([[[[-1.0, 1.0]]]])
        >>> conv2d(tt.tensor([[[[0.0, 0.0, 5.0, 5.0]]]]), edges)
        tensor([[[[0., 5., 0.]]]])
    """
    check_operands("conv2d", input, weight, 2)
    if input.ndim == 3:
        batch = unsqueeze(input, 0)
        return squeeze(conv2d(batch, weight, bias, stride, padding, dilation, groups), 0)
    return _conv("conv2d", input, weight, bias, stride, padding, dilation, groups)


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Tensor:
    """Slide filters over sequences: :func:`conv2d` with images of height 1.

    Args:
        input: sequences (N, C, L), or one sequence (C, L).
        weight: filters (C_out, C/groups, k).
        bias: (C_out,), or None.
        stride: by how many places the window moves.
        padding: how many zeros to put before and after; or "valid", or "same".
        dilation: the distance between the values of a window.
        groups: the channels fall into as many parts, which do not see one another.

    Returns:
        (N, C_out, L') with L' = ⌊(L + 2·padding - dilation·(k - 1) - 1) / stride⌋ + 1; without N if
        the input has none.

    Raises:
        TypeError, DTypeError, ShapeError, ValueError: as :func:`conv2d`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import conv1d
        >>> conv1d(tt.tensor([[[1.0, 2.0, 4.0]]]), tt.tensor([[[1.0, 1.0]]]), padding=1)
        tensor([[[1., 3., 6., 4.]]])
    """
    check_operands("conv1d", input, weight, 1)
    if input.ndim == 2:
        batch = unsqueeze(input, 0)
        return squeeze(conv1d(batch, weight, bias, stride, padding, dilation, groups), 0)
    return _conv("conv1d", input, weight, bias, stride, padding, dilation, groups)


def _conv(
    function: str,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Size,
    padding: Size | str,
    dilation: Size,
    groups: int,
) -> Tensor:
    """What both share, for inputs with a batch dimension."""
    dims = weight.ndim - 2
    outputs, channels, *kernel = weight.shape
    check_groups(function, groups, {"input channels": input.shape[1], "output channels": outputs})
    if input.shape[1] != channels * groups:
        raise ShapeError(
            f"{function}: the weight {weight.shape} with groups={groups} takes {channels * groups} "
            f"channels, but the input's shape is {input.shape}"
        )
    check_bias(function, bias, weight, outputs)
    steps = sizes(function, "stride", stride, dims)
    spread = sizes(function, "dilation", dilation, dims)
    if isinstance(padding, str):
        input, border = _pad_by_word(function, input, padding, kernel, steps, spread)
    else:
        border = sizes(function, "padding", padding, dims, least=0)
    for n, k, s, p, d in zip(input.shape[2:], kernel, steps, border, spread, strict=True):
        if output_size(n, k, s, p, d) < 1:
            raise ShapeError(
                f"{function}: the kernel {tuple(kernel)} with dilation {spread} spans more than the "
                f"input {tuple(input.shape[2:])} with padding {border}; pad more or take a smaller kernel"
            )
    if dims == 2:
        out: Tensor = conv2d_p((input, weight, bias), (steps, border, spread, groups))
        return out
    params = ((1, *steps), (0, *border), (1, *spread), groups)
    out = conv2d_p((unsqueeze(input, 2), unsqueeze(weight, 2), bias), params)
    return squeeze(out, 2)


def _pad_by_word(
    function: str,
    input: Tensor,
    padding: str,
    kernel: list[int],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> tuple[Tensor, tuple[int, ...]]:
    """The padding that "valid" or "same" stands for, and the input, with what one side has more.

    Raises:
        ValueError: another word, or "same" with a stride above 1.
    """
    if padding == "valid":
        return input, (0,) * len(kernel)
    if padding != "same":
        raise ValueError(f"{function}: padding must be numbers, 'valid' or 'same', not {padding!r}")
    if any(step != 1 for step in stride):
        raise ValueError(f"{function}: padding='same' is for stride 1, not {stride}")
    spans = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    if any(span % 2 for span in spans):  # an even window has no middle: one zero more at the end
        input = pad(input, [n for span in reversed(spans) for n in (0, span % 2)])
    return input, tuple(span // 2 for span in spans)
