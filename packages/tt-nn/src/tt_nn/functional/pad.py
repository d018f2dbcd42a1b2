"""Padding: more room around the last dimensions, filled with a constant or from what is there.

Four ways to go on beyond the edge of a, b, c, d, by two places each:

    constant    0 0 | a b c d | 0 0
    reflect     c b | a b c d | c b     (a mirror that stands on the edge's element)
    replicate   a a | a b c d | d d
    circular    c d | a b c d | a b

``widths`` of the primitives has one pair (before, after) for each dimension of the input.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import Primitive, ShapeError, Tensor
from tt_tensor.typing import Array

from .checks import check_tensor

__all__ = ["pad"]

Widths = tuple[tuple[int, int], ...]
MODES = ("constant", "reflect", "replicate", "circular")


def padded_shape(shape: Sequence[int], widths: Widths) -> tuple[int, ...]:
    """The shape after padding."""
    return tuple(n + before + after for n, (before, after) in zip(shape, widths, strict=True))


def pad_constant_naive(x: Array, widths: Widths, value: float) -> Array:
    """Each place of the result holds the input's element there, or the value if there is none."""
    out = np.empty(padded_shape(x.shape, widths), x.dtype)
    for place in np.ndindex(out.shape):
        source = tuple(i - before for i, (before, _) in zip(place, widths, strict=True))
        inside = all(0 <= i < n for i, n in zip(source, x.shape, strict=True))
        out[place] = x[source] if inside else value
    return out


def pad_constant_numpy(x: Array, widths: Widths, value: float) -> Array:
    """A block of the value, into which the input is written; memory order as the input's."""
    out = np.empty_like(x, shape=padded_shape(x.shape, widths))
    out.fill(value)
    inside = tuple(
        slice(max(before, 0), n + before + min(after, 0))
        for n, (before, after) in zip(x.shape, widths, strict=True)
    )
    kept = tuple(
        slice(max(-before, 0), max(n + min(after, 0), 0))
        for n, (before, after) in zip(x.shape, widths, strict=True)
    )
    out[inside] = x[kept]
    return out


def source_of(place: int, size: int, mode: str) -> int:
    """The element that is seen at ``place``, which lies outside 0 ... size - 1."""
    if mode == "reflect":
        return size - 1 - abs(size - 1 - abs(place))
    if mode == "replicate":
        return min(max(place, 0), size - 1)
    return place % size


def pad_border_naive(x: Array, widths: Widths, mode: str) -> Array:
    """Each place of the result holds the element that the mode shows there."""
    out = np.empty(padded_shape(x.shape, widths), x.dtype)
    for place in np.ndindex(out.shape):
        out[place] = x[_sources(place, x.shape, widths, mode)]
    return out


def _sources(place: Any, shape: Any, widths: Widths, mode: str) -> tuple[int, ...]:
    """Where an element of the padded array comes from."""
    return tuple(
        source_of(i - before, n, mode)
        for i, n, (before, _) in zip(place, shape, widths, strict=True)
    )


def pad_border_grad_naive(grad: Array, widths: Widths, mode: str) -> Array:
    """Each element collects the gradients of all places at which it is seen."""
    shape = padded_shape(grad.shape, tuple((-before, -after) for before, after in widths))
    out = np.zeros(shape, grad.dtype)
    for place in np.ndindex(grad.shape):
        out[_sources(place, shape, widths, mode)] += grad[place]
    return out


def pad_border_numpy(x: Array, widths: Widths, mode: str) -> Array:
    """The input in the middle; then, dimension by dimension, copies of whole lines around it."""
    out = np.empty_like(x, shape=padded_shape(x.shape, widths))
    out[_middle(x.shape, widths)] = x
    for axis, pair in enumerate(widths):
        for border, source in _lines(axis, x.shape[axis], pair, mode):
            out[border] = out[source]
    return out


def pad_border_grad_numpy(grad: Array, widths: Widths, mode: str) -> Array:
    """The same backwards: the lines of the border are added to the lines they were copied from."""
    shape = padded_shape(grad.shape, tuple((-before, -after) for before, after in widths))
    out = grad.copy(order="K")
    for axis in reversed(range(grad.ndim)):
        for border, source in _lines(axis, shape[axis], widths[axis], mode):
            out[source] += out[border]
    return out[_middle(shape, widths)]


def _middle(shape: Sequence[int], widths: Widths) -> tuple[slice, ...]:
    """Where the input lies in the padded array."""
    return tuple(slice(b, b + n) for n, (b, _) in zip(shape, widths, strict=True))


def _lines(axis: int, size: int, pair: tuple[int, int], mode: str) -> Iterator[tuple[Any, Any]]:
    """Each line of the border across ``axis``, and the line inside that is seen there."""
    before, after = pair
    every = (slice(None),) * axis
    for place in (*range(-before, 0), *range(size, size + after)):
        yield (*every, before + place), (*every, before + source_of(place, size, mode))


pad_constant_p = Primitive(
    "pad_constant", params=("widths", "value"), naive=pad_constant_naive, numpy=pad_constant_numpy
)
pad_border_p = Primitive(
    "pad_border", params=("widths", "mode"), naive=pad_border_naive, numpy=pad_border_numpy
)
pad_border_grad_p = Primitive(
    "pad_border_grad",
    inputs=("grad_output",),
    params=("widths", "mode"),
    naive=pad_border_grad_naive,
    numpy=pad_border_grad_numpy,
)


@gradient(pad_constant_p, "input")
def pad_constant_input(grad: Any, widths: Widths) -> Any:
    """What was added is cut off again, what was cut off gets 0: padding with opposite widths."""
    return pad_constant_p((grad,), (tuple((-before, -after) for before, after in widths), 0))


@gradient(pad_border_p, "input")
def pad_border_input(grad: Any, widths: Widths, mode: str) -> Any:
    """Copies are undone by sums."""
    return pad_border_grad_p((grad,), (widths, mode))


@gradient(pad_border_grad_p, "grad_output")
def pad_border_grad_grad(grad: Any, widths: Widths, mode: str) -> Any:
    """Sums are undone by copies."""
    return pad_border_p((grad,), (widths, mode))


def pad(
    input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None
) -> Tensor:
    """Room before and after the last dimensions.

    Args:
        input: any tensor.
        pad: (before, after) of the last dimension, then of the one before it, and so on: (left,
            right), or (left, right, top, bottom).  With "constant" a negative number cuts off.
        mode: "constant", "reflect", "replicate" or "circular".
        value: what "constant" fills the room with; 0 if None.

    Returns:
        a tensor whose last dimensions are longer by before + after.

    Raises:
        TypeError: the input is not a tensor, or a width is not an int.
        ValueError: an odd number of widths, another mode, or a value for another mode.
        ShapeError: more widths than dimensions, or wider than the mode can fill.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import pad
        >>> pad(tt.tensor([1, 2, 3]), (1, 2))
        tensor([0, 1, 2, 3, 0, 0])
        >>> pad(tt.tensor([[1.0, 2.0, 3.0]]), (2, 2), mode="reflect")
        tensor([[3., 2., 1., 2., 3., 2., 1.]])
    """
    check_tensor("input", input)
    if mode not in MODES:
        raise ValueError(f"pad: mode must be one of {', '.join(MODES)}, not {mode!r}")
    if value is not None and mode != "constant":
        raise ValueError(f"pad: mode {mode!r} takes no value, but value={value}")
    widths = _widths(input.shape, pad)
    _check_room(input.shape, widths, mode)
    if mode == "constant":
        out: Tensor = pad_constant_p((input,), (widths, 0 if value is None else value))
    else:
        out = pad_border_p((input,), (widths, mode))
    return out


def _widths(shape: tuple[int, ...], pad: Sequence[int]) -> Widths:
    """The pairs for all dimensions, first to last, from the flat list that begins with the last."""
    flat = tuple(pad)
    if not all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in flat):
        raise TypeError(f"pad: the widths must be ints, not {flat}")
    if len(flat) % 2:
        raise ValueError(f"pad: a width before and one after each dimension, not {len(flat)}")
    if len(flat) > 2 * len(shape):
        raise ShapeError(
            f"pad: {len(flat)} widths are for {len(flat) // 2} dimensions, but the input's shape is "
            f"{shape}"
        )
    pairs = tuple(zip(flat[::2], flat[1::2], strict=True))
    return ((0, 0),) * (len(shape) - len(pairs)) + pairs[::-1]


def _check_room(shape: tuple[int, ...], widths: Widths, mode: str) -> None:
    """Refuse what leaves less than nothing, or reaches farther than the input can fill."""
    for dim, (size, pair) in enumerate(zip(shape, widths, strict=True)):
        if mode == "constant":
            if size + sum(pair) < 0 or -min(pair) > size:
                raise ShapeError(f"pad: {pair} cuts more than the {size} places of dimension {dim}")
            continue
        if min(pair) < 0:
            raise ShapeError(
                f"pad: mode {mode!r} takes no negative widths, but dimension {dim} has {pair}; cut "
                "with a slice first"
            )
        farthest = {"reflect": size - 1, "circular": size}.get(mode, max(pair) if size else 0)
        if max(pair) > max(farthest, 0):
            raise ShapeError(
                f"pad: mode {mode!r} can fill at most {max(farthest, 0)} places beside the {size} of "
                f"dimension {dim}, not {max(pair)}"
            )
