"""What all functions that fill parameters have in common: unrecorded, and sometimes not at all.

A module that is made to be loaded from a file need not draw initial values first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec

from tt_autograd import no_grad
from tt_tensor import Tensor

__all__ = ["fills", "skipped"]

P = ParamSpec("P")
_thread = threading.local()


@contextmanager
def skipped() -> Iterator[None]:
    """Inside, in this thread, functions marked with :func:`fills` leave their tensor as it is."""
    before = getattr(_thread, "skip", False)
    _thread.skip = True
    try:
        yield
    finally:
        _thread.skip = before


def fills(function: Callable[P, Tensor]) -> Callable[P, Tensor]:
    """Mark a function that fills its first argument, ``tensor``, in place and returns it."""
    unrecorded = no_grad()(function)

    @wraps(function)
    def filled(*args: P.args, **kwargs: P.kwargs) -> Tensor:
        if getattr(_thread, "skip", False):
            tensor: Any = args[0] if args else kwargs["tensor"]
            return tensor  # type: ignore[no-any-return]
        return unrecorded(*args, **kwargs)

    return filled
