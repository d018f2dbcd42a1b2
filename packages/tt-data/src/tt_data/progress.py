"""How far a download is, on one line of stderr."""

from __future__ import annotations

import sys
import time
from types import TracebackType

__all__ = ["Progress"]


class Progress:
    """A line that says how much has arrived; on a terminal it is renewed, elsewhere written once.

    Args:
        name: of what.
        have: bytes that are already there.
        total: bytes that there will be, if known.
        shown: False for silence.
    """

    def __init__(self, name: str, have: int, total: int | None, shown: bool = True) -> None:
        self.name, self.have, self.total, self.shown = name, have, total, shown
        self.live = shown and sys.stderr.isatty()
        self.last = 0.0

    def __enter__(self) -> Progress:
        return self

    def add(self, count: int) -> None:
        """So many bytes have arrived."""
        self.have += count
        if self.live and time.monotonic() - self.last > 0.1:
            self.last = time.monotonic()
            print(f"\r{self}", end="", file=sys.stderr, flush=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.shown:
            print(f"\r{self}" if self.live else str(self), file=sys.stderr, flush=True)

    def __str__(self) -> str:
        arrived = f"{self.have / 1e6:.1f}"
        if self.total is None:
            return f"{self.name}: {arrived} MB"
        share = 100 * self.have / max(self.total, 1)
        return f"{self.name}: {arrived} of {self.total / 1e6:.1f} MB ({share:.0f} %)"
