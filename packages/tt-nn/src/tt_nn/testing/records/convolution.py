"""Records of the convolution and its gradients, over stride x padding x dilation x groups."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...functional import conv1d, conv2d, conv_transpose1d, conv_transpose2d

__all__ = ["RECORDS"]

Pair = tuple[int, int]
Case = tuple[tuple[int, ...], tuple[int, ...], Pair, Pair, Pair, int]
"""Shapes of input and weight, stride, padding, dilation, groups."""


def _cases() -> Iterator[Case]:
    """A grid of options on small odd images, and shapes that tend to break a kernel."""
    for stride, padding, dilation, groups in itertools.product((1, 2), (0, 1), (1, 2), (1, 2)):
        s, p, d = (stride, stride), (padding, padding), (dilation, dilation)
        yield (2, 2, 5, 6), (2, 2 // groups, 3, 2), s, p, d, groups
    one, none = (1, 1), (0, 0)
    yield (1, 1, 5, 4), (3, 1, 3, 3), one, one, one, 1  # a single channel
    yield (3, 3, 4, 5), (2, 3, 1, 1), one, none, one, 1  # a matrix product at each pixel
    yield (2, 3, 4, 5), (6, 1, 3, 2), one, one, one, 3  # depthwise, two filters per channel
    yield (1, 2, 3, 2), (2, 2, 3, 2), one, none, one, 1  # one place only
    yield (1, 2, 4, 3), (1, 2, 2, 2), one, (3, 2), one, 1  # more padding than the kernel needs
    yield (1, 1, 7, 6), (2, 1, 2, 3), (3, 2), (1, 2), (2, 1), 1  # everything unequal
    yield (1, 2, 6, 5), (2, 2, 2, 1), (3, 4), none, one, 1  # pixels that no window sees
    yield (0, 2, 4, 4), (3, 2, 3, 3), one, one, one, 1  # no images
    yield (2, 4, 1, 6), (2, 4, 1, 3), one, (0, 1), one, 1  # sequences


def _places(case: Case) -> tuple[int, ...]:
    """The shape of a case's output."""
    x, w, stride, padding, dilation, _ = case
    size = (
        (x[k + 2] + 2 * padding[k] - dilation[k] * (w[k + 2] - 1) - 1) // stride[k] + 1
        for k in (0, 1)
    )
    return (x[0], w[0], *size)


def _convolutions(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
    for at, case in enumerate(_cases()):
        x, w, *params = case
        bias = draw(rng, dtype, w[:1]) if at % 2 else None
        yield Sample((draw(rng, dtype, x), draw(rng, dtype, w), bias), tuple(params))
    last = draw(rng, dtype, (2, 5, 4, 3)).transpose(0, 3, 1, 2)
    weight = draw(rng, dtype, (3, 3, 3, 2)).transpose(3, 2, 0, 1)
    yield Sample(
        (last, weight, draw(rng, dtype, (4,))[::2]), ((1, 1), (1, 1), (1, 1), 1)
    )  # channels last, odd strides


def _input_grads(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
    for case in _cases():
        x, w, *params = case
        yield Sample((draw(rng, dtype, _places(case)), draw(rng, dtype, w)), (x[2:], *params))
    # output_padding that a convolution would turn into further places
    grad, weight = draw(rng, dtype, (1, 2, 2, 3)), draw(rng, dtype, (2, 1, 2, 2))
    yield Sample((grad, weight), ((5, 6), (1, 1), (0, 0), (2, 2), 1))
    last = draw(rng, dtype, (2, 3, 4, 2)).transpose(0, 3, 1, 2)
    yield Sample((last, weight), ((4, 5), (1, 1), (0, 0), (1, 1), 1))


def _weight_grads(rng: np.random.Generator, dtype: np.dtype[Any]) -> Iterator[Sample]:
    for case in _cases():
        x, w, *params = case
        yield Sample((draw(rng, dtype, _places(case)), draw(rng, dtype, x)), (w[2:], *params))
    grad = draw(rng, dtype, (1, 2, 2, 3))
    last = draw(rng, dtype, (1, 5, 6, 1)).transpose(0, 3, 1, 2)
    yield Sample(
        (grad, last), ((2, 2), (1, 1), (0, 0), (2, 2), 1)
    )  # fewer places than there could be


def _conv2d(
    x: Array,
    weight: Array,
    bias: Array | None,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Array:
    """By NumPy's own windows, of the size that the dilated kernel has when written out with zeros."""
    outputs, channels, *kernel = weight.shape
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    wide = np.zeros((outputs, channels, *spans))
    wide[:, :, :: dilation[0], :: dilation[1]] = weight
    padded = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, spans, axis=(2, 3))
    windows = windows[:, :, :: stride[0], :: stride[1]]
    parts = zip(np.split(windows, groups, axis=1), np.split(wide, groups), strict=True)
    out = np.concatenate([np.einsum("ncyxij,ocij->noyx", a, b) for a, b in parts], axis=1)
    return out if bias is None else out + bias[:, None, None]


def _input_grad(grad: Array, weight: Array, size: Pair, *params: Any) -> Array:
    """By the transposed matrix: what each single pixel, set to 1, does to the output."""
    channels = weight.shape[1] * params[-1]
    pixels = np.eye(channels * size[0] * size[1]).reshape(-1, channels, *size)
    effects = _conv2d(pixels, weight, None, *params)[:, :, : grad.shape[2], : grad.shape[3]]
    return np.tensordot(grad, effects, ((1, 2, 3), (1, 2, 3))).reshape(len(grad), channels, *size)


def _weight_grad(grad: Array, x: Array, kernel: Pair, *params: Any) -> Array:
    """The same with single weights set to 1."""
    groups = params[-1]
    channels, each = x.shape[1] // groups, grad.shape[1] // groups
    size = channels * kernel[0] * kernel[1]
    weights = np.tile(np.eye(size), (groups, 1)).reshape(-1, channels, *kernel)
    effects = _conv2d(x, weights, None, *params)[:, :, : grad.shape[2], : grad.shape[3]]
    parts = zip(np.split(grad, groups, axis=1), np.split(effects, groups, axis=1), strict=True)
    sums = [np.einsum("noyx,nkyx->ok", g, e) for g, e in parts]
    return np.concatenate(sums).reshape(groups * each, channels, *kernel)


def _torch_input_grad(torch: Any, grad: Any, weight: Any, size: Pair, *params: Any) -> Any:
    """PyTorch's transposed convolution, with the output padding that gives the size."""
    stride, padding, dilation, groups = params
    extra = [
        n - ((g - 1) * s - 2 * p + d * (k - 1) + 1)
        for n, g, s, p, d, k in zip(
            size, grad.shape[2:], stride, padding, dilation, weight.shape[2:], strict=True
        )
    ]
    return torch.nn.functional.conv_transpose2d(
        grad, weight, None, stride, padding, extra, groups, dilation
    )


def _torch_weight_grad(torch: Any, grad: Any, x: Any, kernel: Pair, *params: Any) -> Any:
    """PyTorch's gradient of the weight, itself differentiable."""
    weight = torch.zeros(
        grad.shape[1], x.shape[1] // params[-1], *kernel, dtype=x.dtype, requires_grad=True
    )
    out = torch.nn.functional.conv2d(x, weight, None, *params)
    out = out[:, :, : grad.shape[2], : grad.shape[3]]
    (got,) = torch.autograd.grad(out, weight, grad, create_graph=True)
    return got if len(x) else got + 0 * (x.sum() + grad.sum())  # else PyTorch sees no connection


_CLOSE = {"float32": 2e-5, "float64": 1e-11}
_IMAGE = tt.ones(1, 4, 5, 5)

RECORDS = (
    Record(
        "conv2d",
        _convolutions,
        _conv2d,
        torch=lambda torch, x, w, b, *params: torch.nn.functional.conv2d(x, w, b, *params),
        tolerance=_CLOSE,
        errors=(
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 4, 3, 6), padding=(1, 0)),
                tt.ShapeError,
                r"kernel \(3, 6\) .* spans more than the input \(5, 5\) with padding \(1, 0\)",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 4, 3, 3), dilation=3),
                tt.ShapeError,
                r"with dilation \(3, 3\) spans more",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(3, 1, 3, 3), groups=3),
                tt.ShapeError,
                "groups=3 does not divide the 4 input channels",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(3, 2, 3, 3), groups=2),
                tt.ShapeError,
                "groups=2 does not divide the 3 output channels",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 3, 3, 3)), tt.ShapeError, "takes 3 channels"
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 4, 3)), tt.ShapeError, "weight must have 4 dim"
            ),
            ErrorSample(
                lambda: conv2d(tt.ones(1, 0, 5, 5), tt.ones(2, 0, 3, 3)),
                tt.ShapeError,
                "weight has no elements",
            ),
            ErrorSample(
                lambda: conv2d(tt.ones(5, 5), tt.ones(2, 4, 3, 3)),
                tt.ShapeError,
                r"input must be \(N, C, H, W\), or the same without N, but its shape is \(5, 5\)",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 4, 3, 3), tt.ones(3)),
                tt.ShapeError,
                r"bias must have shape \(2,\), not \(3,\)",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 4, 3, 3), tt.ones(2).double()),
                tt.DTypeError,
                "the bias is tt.float64, the weight tt.float32",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE.double(), tt.ones(2, 4, 3, 3)), tt.DTypeError, r"\.to\("
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE.long(), tt.ones(2, 4, 3, 3).long()),
                tt.DTypeError,
                r"floating point, not tt.int64; use \.float\(\)",
            ),
            ErrorSample(
                lambda: conv2d([[1.0]], tt.ones(2, 4, 3, 3)),  # type: ignore[arg-type]
                TypeError,
                "input must be a Tensor, not list",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 4, 3, 3), stride=0),
                ValueError,
                "stride must be at least 1, not 0",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 4, 3, 3), padding=(1, -1)),
                ValueError,
                r"padding must be at least 0, not \(1, -1\)",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 4, 3, 3), dilation=(1, 1, 1)),
                ValueError,
                r"dilation must be one int or 2, one per dimension, not \(1, 1, 1\)",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 4, 3, 3), stride=1.5),  # type: ignore[arg-type]
                TypeError,
                "stride must be an int or a tuple of 2 ints, not 1.5",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 4, 3, 3), groups=True),
                TypeError,
                "groups must be an int, not bool",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 4, 3, 3), groups=0),
                ValueError,
                "groups must be at least 1, not 0",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 4, 3, 3), padding="full"),
                ValueError,
                "padding must be numbers, 'valid' or 'same', not 'full'",
            ),
            ErrorSample(
                lambda: conv2d(_IMAGE, tt.ones(2, 4, 3, 3), stride=2, padding="same"),
                ValueError,
                "padding='same' is for stride 1",
            ),
            ErrorSample(
                lambda: conv1d(tt.ones(1, 4, 5), tt.ones(2, 4, 6)),
                tt.ShapeError,
                r"conv1d: the kernel \(6,\)",
            ),
            ErrorSample(
                lambda: conv1d(_IMAGE, tt.ones(2, 4, 3)),
                tt.ShapeError,
                r"conv1d: input must be \(N, C, L\)",
            ),
        ),
    ),
    Record(
        "conv2d_input_grad",
        _input_grads,
        _input_grad,
        torch=_torch_input_grad,
        tolerance=_CLOSE,
        errors=(
            ErrorSample(
                lambda: conv_transpose2d(_IMAGE, tt.ones(3, 4, 2, 2)),
                tt.ShapeError,
                "takes 3 channels",
            ),
            ErrorSample(
                lambda: conv_transpose2d(_IMAGE, tt.ones(4, 1, 2, 2), groups=3),
                tt.ShapeError,
                "groups=3 does not divide the 4 input channels",
            ),
            ErrorSample(
                lambda: conv_transpose2d(_IMAGE, tt.ones(4, 3, 2, 2), tt.ones(4)),
                tt.ShapeError,
                r"bias must have shape \(3,\)",
            ),
            ErrorSample(
                lambda: conv_transpose2d(_IMAGE, tt.ones(4, 3, 2, 2), output_padding=1),
                ValueError,
                "output_padding must be smaller than stride or dilation",
            ),
            ErrorSample(
                lambda: conv_transpose2d(_IMAGE, tt.ones(4, 3, 2, 2), padding=3),
                tt.ShapeError,
                r"the output would have size \(0, 0\)",
            ),
            ErrorSample(
                lambda: conv_transpose1d(tt.ones(4, 0), tt.ones(4, 3, 2)),
                tt.ShapeError,
                r"an input \(0,\)",
            ),
        ),
    ),
    Record(
        "conv2d_weight_grad",
        _weight_grads,
        _weight_grad,
        torch=_torch_weight_grad,
        tolerance=_CLOSE,
    ),
)
