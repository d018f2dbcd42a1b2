"""A file of which the length is known."""

from __future__ import annotations

from typing import BinaryIO

from .errors import BadFileError

__all__ = ["Source"]

LONGEST_LINE = 1000  # bytes; names of classes and functions are lines


class Source:
    """Reads a file from its start, and never asks it for more than it has.

    A length in a corrupt file may be anything: ``file.read(2**60)`` would ask for that much memory
    before it notices that the file is short.

    Args:
        file: opened for reading bytes.
        length: how many there are.
    """

    def __init__(self, file: BinaryIO, length: int) -> None:
        self.file, self.length, self.left = file, length, length

    def take(self, count: int) -> bytes:
        """The next bytes, exactly so many."""
        if count > self.left:
            raise BadFileError(f"is truncated: {count} bytes should follow, {self.left} do")
        taken = self.file.read(count)
        if len(taken) != count:
            raise BadFileError(f"is truncated: {count} bytes should follow, {len(taken)} do")
        self.left -= count
        return taken

    def line(self) -> bytes:
        """The bytes up to the next end of line, without it."""
        found = self.file.readline(min(LONGEST_LINE, self.left))
        self.left -= len(found)
        if not found.endswith(b"\n"):
            raise BadFileError("is truncated: the end of a line is missing")
        return found[:-1]
