"""Interpolation: images and sequences in another size.

Pixels are little squares, so the centre of output pixel o, at o + ½, lies at (o + ½) · s in the input,
where s = input size / output size.  There it falls between the centres of two pixels, which count the
more the nearer they are.  With ``align_corners`` the centres of the outermost pixels stay where they
are instead, and s = (input size - 1) / (output size - 1).  "nearest" takes pixel ⌊o · s⌋, which leans to
the left by half a pixel (PyTorch keeps it for the sake of old models); "nearest-exact" ⌊(o + ½) · s⌋.

Columns and rows are independent of each other, so each primitive gets two lists: what each row of
the result is made of, and what each column.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import DTypeError, Primitive, ShapeError, Tensor, squeeze, unsqueeze

from .checks import check_tensor
from .interpolate_kernels import (
    Between,
    Sources,
    resize_linear_grad_naive,
    resize_linear_grad_numpy,
    resize_linear_naive,
    resize_linear_numpy,
    resize_nearest_grad_naive,
    resize_nearest_grad_numpy,
    resize_nearest_naive,
    resize_nearest_numpy,
)

__all__ = ["interpolate"]

MODES = {"nearest": (3, 4), "nearest-exact": (3, 4), "linear": (3,), "bilinear": (4,)}


def nearest_sources(length: int, size: int, scale: float | None, exact: bool) -> tuple[int, ...]:
    """The pixel that each output pixel shows.

    In float32, because at the border of two pixels the rounding decides, and PyTorch's is that.
    """
    step = np.float32(1 / scale) if scale else np.float32(length) / np.float32(size)
    places = (np.arange(size, dtype=np.float32) + np.float32(0.5 if exact else 0)) * step
    return tuple(min(int(place), length - 1) for place in places)


def linear_sources(
    length: int, size: int, scale: float | None, align_corners: bool
) -> tuple[tuple[int, float], ...]:
    """For each output pixel the pixel before it, and how far behind that one it lies."""
    if align_corners:
        step = (length - 1) / (size - 1) if size > 1 else 0.0
        places = [o * step for o in range(size)]
    else:
        step = 1 / scale if scale else length / size
        places = [max((o + 0.5) * step - 0.5, 0.0) for o in range(size)]
    before = [min(int(place), length - 1) for place in places]
    return tuple((i, min(place - i, 1.0)) for i, place in zip(before, places, strict=True))


resize_nearest_p = Primitive(
    "resize_nearest", params=("sources",), naive=resize_nearest_naive, numpy=resize_nearest_numpy
)
resize_nearest_grad_p = Primitive(
    "resize_nearest_grad",
    inputs=("grad_output",),
    params=("sources", "shape"),
    naive=resize_nearest_grad_naive,
    numpy=resize_nearest_grad_numpy,
)
resize_linear_p = Primitive(
    "resize_linear", params=("between",), naive=resize_linear_naive, numpy=resize_linear_numpy
)
resize_linear_grad_p = Primitive(
    "resize_linear_grad",
    inputs=("grad_output",),
    params=("between", "shape"),
    naive=resize_linear_grad_naive,
    numpy=resize_linear_grad_numpy,
)


@gradient(resize_nearest_p, "input")
def resize_nearest_input(grad: Any, sources: Sources, input_shape: Any) -> Any:
    """What was shown several times gets several gradients."""
    return resize_nearest_grad_p((grad,), (sources, input_shape[-2:]))


@gradient(resize_nearest_grad_p, "grad_output")
def resize_nearest_grad_grad(grad: Any, sources: Sources) -> Any:
    """The transpose of the transpose."""
    return resize_nearest_p((grad,), (sources,))


@gradient(resize_linear_p, "input")
def resize_linear_input(grad: Any, between: Between, input_shape: Any) -> Any:
    """Each pixel's share is the weight it had."""
    return resize_linear_grad_p((grad,), (between, input_shape[-2:]))


@gradient(resize_linear_grad_p, "grad_output")
def resize_linear_grad_grad(grad: Any, between: Between) -> Any:
    """The transpose of the transpose."""
    return resize_linear_p((grad,), (between,))


def interpolate(
    input: Tensor,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
) -> Tensor:
    """Sequences or images in another size.

    Args:
        input: (N, C, L) or (N, C, H, W), floating point.
        size: the new size, one int or one for each dimension; or else:
        scale_factor: how many times the old size, rounded down.
        mode: "nearest", "nearest-exact"; "linear" for sequences, "bilinear" for images.
        align_corners: the outermost pixels' centres stay where they are (linear modes only).
        recompute_scale_factor: with a ``scale_factor`` that does not divide evenly: take the ratio of
            the two sizes instead of it.

    Returns:
        (N, C, size) or (N, C, rows, columns).

    Raises:
        TypeError: the input is not a tensor.
        ValueError: not exactly one of size and scale_factor, a size below 1, another mode, or
            align_corners with a nearest mode.
        ShapeError: the mode is for another number of dimensions, or there are no pixels.
        DTypeError: the input is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import interpolate
        >>> x = tt.tensor([[[1.0, 3.0]]])
        >>> interpolate(x, scale_factor=2)
        tensor([[[1., 1., 3., 3.]]])
        >>> interpolate(x, 4, mode="linear")
        tensor([[[1.0000, 1.5000, 2.5000, 3.0000]]])
    """
    _check_input(input, mode, align_corners)
    lengths = input.shape[2:]
    sizes, scales = _sizes(lengths, size, scale_factor)
    if recompute_scale_factor:
        scales = (None,) * len(lengths)
    lines = [
        _lines(*each, mode, align_corners, len(lengths) == 2)
        for each in zip(lengths, sizes, scales, strict=True)
    ]
    primitive = resize_nearest_p if mode.startswith("nearest") else resize_linear_p
    if len(lengths) == 2:
        out: Tensor = primitive((input,), (tuple(lines),))
        return out
    only_row = _lines(1, 1, None, mode, align_corners, False)  # a sequence is an image of one row
    return squeeze(primitive((unsqueeze(input, -2),), ((only_row, lines[0]),)), -2)


def _lines(
    length: int, size: int, scale: float | None, mode: str, align_corners: bool | None, image: bool
) -> Any:
    """What each line of the result is made of.

    Where PyTorch takes a short way it forgets the factor, and only the sizes count: not quite the
    same for a factor like 1.1 that leaves 5 pixels 5.
    """
    if mode.startswith("nearest"):
        short = image and mode == "nearest" and size in (length, 2 * length)
        return nearest_sources(length, size, None if short else scale, mode != "nearest")
    return linear_sources(length, size, None if size == length else scale, bool(align_corners))


def _check_input(input: Tensor, mode: str, align_corners: bool | None) -> None:
    """Refuse what cannot be resized in this mode."""
    check_tensor("input", input)
    if mode not in MODES:
        raise ValueError(f"interpolate: mode must be one of {', '.join(MODES)}, not {mode!r}")
    if align_corners is not None and mode.startswith("nearest"):
        raise ValueError(f"interpolate: align_corners is for the linear modes, not for {mode!r}")
    if input.ndim not in MODES[mode]:
        forms = {3: "(N, C, L)", 4: "(N, C, H, W)"}
        wanted = " or ".join(forms[n] for n in MODES[mode])
        raise ShapeError(f"interpolate: mode {mode!r} takes {wanted}, not shape {input.shape}")
    if 0 in input.shape[2:]:
        raise ShapeError(f"interpolate: an input of shape {input.shape} has no pixels")
    if not input.dtype.is_floating_point:
        raise DTypeError(
            f"interpolate: input must be floating point, not {input.dtype}; use .float()"
        )


def _sizes(
    lengths: tuple[int, ...],
    size: int | Sequence[int] | None,
    scale_factor: float | Sequence[float] | None,
) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """The new sizes, and the factors if they were given."""
    if (size is None) == (scale_factor is None):
        raise ValueError("interpolate: give either size or scale_factor, and not both")
    name, given = ("scale_factor", scale_factor) if size is None else ("size", size)
    each: tuple[Any, ...] = tuple(given) if isinstance(given, Sequence) else (given,) * len(lengths)
    if len(each) != len(lengths):
        raise ValueError(f"interpolate: {name} needs {len(lengths)} entries, not {len(each)}")
    kinds = (int, np.integer) if size is not None else (int, float, np.integer, np.floating)
    if not all(isinstance(n, kinds) and not isinstance(n, bool) for n in each):
        what = "numbers" if size is None else "ints"
        raise TypeError(f"interpolate: {name} must be made of {what}, not {given!r}")
    if size is not None:
        sizes = tuple(int(n) for n in each)
    else:
        sizes = tuple(math.floor(n * s) for n, s in zip(lengths, each, strict=True))
    if min(sizes) < 1:
        raise ValueError(f"interpolate: the new size must be at least 1, but it is {sizes}")
    return sizes, (None,) * len(sizes) if size is not None else tuple(float(n) for n in each)
