"""Ctrl-C: once to stop in good order, twice to stop at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["InterruptSwitch", "Interrupted"]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C was pressed, and now is a good moment to leave: the step is finished."""


class InterruptSwitch:
    """Remembers a first Ctrl-C until somebody looks; a second one is an ordinary KeyboardInterrupt.

    Only Python's own way to handle Ctrl-C is replaced, and only in the main thread, as signals come
    there; a program with a handler of its own keeps it.

    Args:
        message: what to show at the first Ctrl-C.
    """

    def __init__(self, message: str) -> None:
        self.message, self.pressed = message, False

    def check(self) -> None:
        """Leave, if Ctrl-C was pressed.

        Raises:
            Interrupted: it was.
        """
        if self.pressed:
            raise Interrupted

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Inside, Ctrl-C is this switch's."""
        main = threading.current_thread() is threading.main_thread()
        if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            yield
            return
        signal.signal(signal.SIGINT, self._press)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _press(self, number: int, frame: Any) -> None:
        if self.pressed:
            raise KeyboardInterrupt
        self.pressed = True
        try:
            print(f"\n{self.message}", file=sys.stderr, flush=True)
        except RuntimeError:  # in the midst of another print
            os.write(2, f"\n{self.message}\n".encode())
