"""Anomaly mode: find the operation whose gradient went wrong.

While it is on, every recorded operation remembers where in the program it was called, and every
gradient is checked as it is computed.  The first NaN stops the backward pass with the operation's
name and that place.  It is slow; turn it on to look for a fault, not to train.
"""

from __future__ import annotations

import traceback
import weakref
from typing import Any

import numpy as np

from tt_tensor import GradientError, Tensor

from .node import Node

__all__ = ["detect_anomaly", "set_detect_anomaly"]


class _State:
    enabled = False
    check_nan = True


state = _State()
_places: weakref.WeakKeyDictionary[Node, str] = weakref.WeakKeyDictionary()


class detect_anomaly:
    """Inside a ``with`` block, a NaN in a gradient raises an error that names the operation.

    Args:
        check_nan: also check the values; without it, only errors raised by rules are located.

    Example:
        >>> import tt_tensor as tt, tt_autograd
        >>> x = tt.tensor(0.0, requires_grad=True)
        >>> with tt_autograd.detect_anomaly():
        ...     (tt.sqrt(x) * 0).backward()
        Traceback (most recent call last):
            ...
        tt_tensor.errors.GradientError: SqrtBackward gave NaN as the gradient of its input 0; ...
    """

    def __init__(self, check_nan: bool = True) -> None:
        self._new = (True, check_nan)
        self._before = (state.enabled, state.check_nan)

    def __enter__(self) -> None:
        self._before = (state.enabled, state.check_nan)
        state.enabled, state.check_nan = self._new

    def __exit__(self, *exception: object) -> None:
        state.enabled, state.check_nan = self._before


class set_detect_anomaly(detect_anomaly):
    """Turn anomaly mode on or off at once; under ``with``, until the end of the block."""

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        super().__init__(check_nan)
        self._new = (mode, check_nan)
        state.enabled, state.check_nan = self._new

    def __enter__(self) -> None:
        """The mode was set when the object was made."""


def remember(node: Node) -> None:
    """Note where the program was when ``node`` was recorded."""
    frames = [f for f in traceback.extract_stack() if not _is_ours(f.filename)]
    _places[node] = "".join(traceback.format_list(frames[-3:]))


def check(node: Node, i: int, part: Any) -> None:
    """Raise if a gradient that ``node`` computed for its input ``i`` has a NaN.

    Raises:
        GradientError: it has.
    """
    array = part.array if isinstance(part, Tensor) else np.asarray(part)
    if state.check_nan and np.isnan(array).any():
        place = _places.get(node)
        where = f"it was called here:\n{place}" if place else "it was recorded outside anomaly mode"
        raise GradientError(f"{node.name} gave NaN as the gradient of its input {i}; {where}")


def _is_ours(filename: str) -> bool:
    folders = filename.replace("\\", "/").split("/")
    return "tt_tensor" in folders[:-1] or "tt_autograd" in folders[:-1]
