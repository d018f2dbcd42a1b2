"""What a tensor looks like: the same text as PyTorch's.

All numbers of a tensor share one format and one width, so that columns line up; whole numbers are
shown without decimals, very unequal ones in scientific notation; of a large tensor only the edges.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .dtypes import bool_, get_default_dtype, int64

if TYPE_CHECKING:
    from .tensor import Tensor
    from .typing import Array

__all__ = ["set_printoptions", "tensor_to_text"]


class _Options:
    """How tensors are shown; the class attributes are what :func:`set_printoptions` starts from."""

    precision = 4
    threshold: float = 1000
    edgeitems = 3
    linewidth = 80
    sci_mode: bool | None = None


_PROFILES: dict[str, dict[str, float]] = {
    "default": {},
    "short": {"precision": 2, "edgeitems": 2},
    "full": {"threshold": math.inf},
}
options = _Options()


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Change how tensors are shown; what is left out stays as it is, except ``sci_mode``.

    Args:
        precision: decimals of floating-point numbers (4 at the start).
        threshold: more elements than this are summarised (1000).
        edgeitems: how many are shown at each edge then (3).
        linewidth: characters per line (80).
        profile: start from a set of options: "default", "short" (2 decimals, 2 at each edge) or
            "full" (never summarise).
        sci_mode: scientific notation always or never; None decides by the numbers.

    Raises:
        ValueError: another ``profile``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.set_printoptions(precision=2)
        >>> tt.tensor([1.23456])
        tensor([1.23])
        >>> tt.set_printoptions(profile="default")
        >>> tt.tensor([1.23456])
        tensor([1.2346])
    """
    global options
    if profile is not None:
        if profile not in _PROFILES:
            raise ValueError(f"profile: {profile!r} is none of {', '.join(_PROFILES)}")
        options = _Options()
        vars(options).update(_PROFILES[profile])
    given = {
        "precision": precision,
        "threshold": threshold,
        "edgeitems": edgeitems,
        "linewidth": linewidth,
    }
    vars(options).update({name: value for name, value in given.items() if value is not None})
    options.sci_mode = sci_mode


def tensor_to_text(tensor: Tensor) -> str:
    """The text of ``repr(tensor)``."""
    from .tensor import Tensor as Plain

    heading = "" if type(tensor) is Plain else f"{type(tensor).__name__} containing:\n"
    text = "tensor("
    indent = len(text)
    array = tensor.array
    if array.size == 0:
        text += "[]"
    else:
        summary = array.size > options.threshold
        style = _Format(_edges(array) if summary else array)
        text += _nested(array, style, indent, summary)
    return heading + _with_suffixes(text, list(_suffixes(tensor)), indent)


def _suffixes(tensor: Tensor) -> Iterator[str]:
    """What the numbers do not show: the shape if there are none, the type, the gradient."""
    empty = tensor.numel() == 0
    if empty and tensor.ndim != 1:
        yield f"size={tensor.shape}"
    obvious = [get_default_dtype()] if empty else [get_default_dtype(), int64, bool_]
    if tensor.dtype not in obvious:
        yield f"dtype={tensor.dtype}"
    if tensor.grad_fn is not None:
        yield f"grad_fn=<{tensor.grad_fn.name}>"
    elif tensor.requires_grad:
        yield "requires_grad=True"


class _Format:
    """One format for all numbers of a tensor."""

    def __init__(self, array: Array) -> None:
        self.floating = array.dtype.kind == "f"
        self.whole, self.scientific, self.width = True, False, 1
        if not self.floating:
            self.width = max((len(str(v)) for v in array.reshape(-1).tolist()), default=1)
            return
        wide = array.astype(np.float64).reshape(-1)
        numbers = wide[np.isfinite(wide) & (wide != 0)]
        if numbers.size:
            low, high = float(np.abs(numbers).min()), float(np.abs(numbers).max())
            self.whole = bool((numbers == np.ceil(numbers)).all())
            uneven = high / low > 1000 or high > 1e8 or low < 1e-4
            self.scientific = uneven if options.sci_mode is None else options.sci_mode
            self.width = max(len(self.text(v)) for v in numbers.tolist())

    def text(self, value: Any) -> str:
        """One number, not yet padded."""
        if not self.floating:
            return str(value)
        if self.scientific:
            return f"{value:.{options.precision}e}"
        if self.whole:
            return f"{value:.0f}." if math.isfinite(value) else f"{value:.0f}"
        return f"{value:.{options.precision}f}"

    def padded(self, value: Any) -> str:
        """One number, as wide as all others."""
        return self.text(value).rjust(self.width)


def _edges(array: Array) -> Array:
    """The elements that a summary shows."""
    n = options.edgeitems
    for d, size in enumerate(array.shape):
        if size > 2 * n:
            array = np.take(array, [*range(n), *range(size - n, size)], axis=d)
    return array


def _nested(array: Array, style: _Format, indent: int, summary: bool) -> str:
    """All numbers in brackets, a line for each row, deeper brackets one character further in."""
    if array.ndim == 0:
        return style.padded(array.item())
    n = options.edgeitems
    cut = summary and array.shape[0] > 2 * n
    rows = np.concatenate([array[:n], array[len(array) - n :]]) if cut else array
    if array.ndim == 1:
        items = [style.padded(v) for v in rows.tolist()]
        if cut:
            items.insert(n, " ...")
        per_line = max(1, (options.linewidth - indent) // (style.width + 2))
        lines = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
        return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
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
