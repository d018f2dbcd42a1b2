"""Changing a tensor in place: ``x.add_(1)``, ``x[0] = 5``, ``x.copy_(y)``.

Every in-place operation is its out-of-place twin followed by :func:`write`: the new values are
computed (and recorded) as usual and then put into the tensor's memory.  Two kinds of bookkeeping
follow.  The version counter, shared by all views of the memory, goes up by one, so that a backward
pass which needs the overwritten values can tell.  And the tape moves the history: from now on the
tensor is what the recorded twin made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import gradients
from .dtypes import FROM_NUMPY
from .errors import DTypeError, ShapeError
from .primitive import count_write, wrap

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["old_values", "write"]


def old_values(target: Tensor, *others: Any) -> Tensor:
    """The tensor from which the new values of ``target`` are to be computed.

    While recording, that is a copy: gradient rules may keep the old values, as those of ``x.mul_(w)``
    do for the gradient of ``w``, and the memory of ``target`` is about to be overwritten.
    """
    tracked = target.node is not None or any(getattr(x, "node", None) is not None for x in others)
    if not tracked or not gradients.tape.recording():
        return target
    out = wrap(target.array.copy(order="K"))  # gradients go block by block where layouts agree
    out.node = target.node
    return out


def write(target: Tensor, value: Tensor) -> Tensor:
    """Put ``value`` into the memory of ``target`` and return ``target``.

    Args:
        target: the tensor to change.
        value: the new content, of the same shape; its type may be promoted, not demoted, to
            the target's.

    Raises:
        ShapeError: the shapes differ: an in-place operation cannot grow its tensor.
        DTypeError: the values do not fit the tensor's type (floats into integers).
        GradientError: the tensor is a leaf that requires grad, and gradients are being recorded.
    """
    if value.array.shape != target.array.shape:
        raise ShapeError(
            f"the result has shape {value.shape}, but the tensor that is to hold it in place has "
            f"{target.shape}; use the operation without the trailing underscore"
        )
    old, new = FROM_NUMPY[target.array.dtype], FROM_NUMPY[value.array.dtype]
    if new.category > old.category:
        raise DTypeError(
            f"a result of type {new} cannot be stored in place in a tensor of type {old}"
        )
    if not target.array.flags.writeable:
        raise ValueError(
            "the tensor's memory is read-only: it came from a read-only array, or expand() shows "
            "the same elements in several places; use clone()"
        )
    value = value.to(old)  # a recorded cast, so that the history has one type throughout
    tracked = target.node is not None or value.node is not None
    if tracked:
        gradients.tape.before_write(target)
    np.copyto(target.array, value.array, casting="unsafe")
    count_write(target)
    if tracked:
        gradients.tape.after_write(target, value)
    return target
