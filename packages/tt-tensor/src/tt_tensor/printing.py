"""What a tensor looks like: the same text as PyTorch's.

All numbers of a tensor share one format and one width, so that columns line up; whole numbers are
shown without decimals, very unequal ones in scientific notation; of a large tensor only the edges.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .dtypes import bool_, get_default_dtype, int64

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["set_printoptions", "tensor_to_text"]


class _Options:
    precision = 4
    threshold = 1000
    edgeitems = 3
    linewidth = 80
    sci_mode: bool | None = None


options = _Options()


def set_printoptions(
    precision: int | None = None,
    threshold: int | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Change how tensors are shown; what is left out stays as it is.

    Args:
        precision: decimals of floating-point numbers (4 at the start).
        threshold: more elements than this are summarised (1000).
        edgeitems: how many are shown at each edge then (3).
        linewidth: characters per line (80).
        sci_mode: scientific notation always or never; None decides by the numbers.
    """
    if precision is not None:
        options.precision = precision
    if threshold is not None:
        options.threshold = threshold
    if edgeitems is not None:
        options.edgeitems = edgeitems
    if linewidth is not None:
        options.linewidth = linewidth
    options.sci_mode = sci_mode


def tensor_to_text(tensor: Tensor) -> str:
    """The text of ``repr(tensor)``."""
    from .tensor import Tensor as Plain

    name = "tensor" if type(tensor) is Plain else f"{type(tensor).__name__} containing:\ntensor"
    prefix = "tensor("
    array = tensor.array
    suffixes = []
    if array.size == 0:
        body = "[]"
        if array.ndim != 1:
            suffixes.append(f"size={tuple(array.shape)}")
    else:
        shown = _edges(array) if array.size > options.threshold else array
        body = _nested(array, _Format(shown), len(prefix), array.size > options.threshold)
    if tensor.dtype not in (get_default_dtype(), int64, bool_) or (
        array.size == 0 and tensor.dtype is not get_default_dtype()
    ):
        suffixes.append(f"dtype={tensor.dtype}")
    if tensor.grad_fn is not None:
        suffixes.append(f"grad_fn=<{tensor.grad_fn.name}>")
    elif tensor.requires_grad:
        suffixes.append("requires_grad=True")
    return name + _with_suffixes(prefix + body, suffixes, len(prefix))[len("tensor") :]


class _Format:
    """One format for all numbers of a tensor."""

    def __init__(self, array: np.ndarray[tuple[int, ...], np.dtype[Any]]) -> None:
        self.floating = array.dtype.kind == "f"
        self.whole, self.scientific, self.width = True, False, 1
        if not self.floating:
            self.width = max(len(str(v)) for v in array.reshape(-1).tolist())
            return
        wide = array.astype(np.float64).reshape(-1)
        numbers = wide[np.isfinite(wide) & (wide != 0)]
        if numbers.size:
            low, high = np.abs(numbers).min(), np.abs(numbers).max()
            self.whole = bool((numbers == np.ceil(numbers)).all())
            uneven = high / low > 1000 or high > 1e8 or (not self.whole and low < 1e-4)
            self.scientific = uneven if options.sci_mode is None else options.sci_mode
            self.width = max(len(self.text(float(v))) for v in numbers)

    def text(self, value: Any) -> str:
        """One number, not yet padded."""
        if not self.floating:
            return str(value)
        if self.scientific:
            return f"{value:.{options.precision}e}"
        if self.whole:
            return f"{value:.0f}." if math.isfinite(value) else f"{value:.0f}"
        return f"{value:.{options.precision}f}"


def _edges(
    array: np.ndarray[tuple[int, ...], np.dtype[Any]],
) -> np.ndarray[tuple[int, ...], np.dtype[Any]]:
    """The elements that a summary shows."""
    n = options.edgeitems
    for d, size in enumerate(array.shape):
        if size > 2 * n:
            array = np.take(array, [*range(n), *range(size - n, size)], axis=d)
    return array


def _nested(
    array: np.ndarray[tuple[int, ...], np.dtype[Any]], style: _Format, indent: int, summary: bool
) -> str:
    if array.ndim == 0:
        return style.text(array.item()).rjust(style.width)
    n = options.edgeitems
    cut = summary and array.shape[0] > 2 * n
    if array.ndim == 1:
        values = array.tolist()
        items = [
            style.text(v).rjust(style.width) for v in (values[:n] + values[-n:] if cut else values)
        ]
        if cut:
            items.insert(n, " ...")
        per_line = max(1, (options.linewidth - indent) // (style.width + 2))
        lines = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
        return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
    rows = [*array[:n], *array[-n:]] if cut else list(array)
    parts = [_nested(row, style, indent + 1, summary) for row in rows]
    if cut:
        parts.insert(n, "...")
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(parts) + "]"


def _with_suffixes(text: str, suffixes: list[str], indent: int) -> str:
    """``text`` and the suffixes, on a new line where one would be too long."""
    room = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if room + len(suffix) + 2 > options.linewidth:
            text += ",\n" + " " * indent + suffix
            room = indent + len(suffix)
        else:
            text += ", " + suffix
            room += len(suffix) + 2
    return text + ")"
