"""Text files that grow line by line and survive crashes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from tt_tensor.files import write_atomically

__all__ = ["append_line", "read_lines", "write_lines"]


def read_lines(path: Path) -> list[str]:
    """The whole lines of a file, without their ends; a last line that was cut short is left out.

    A file that does not exist has none.

    Raises:
        ValueError: it is not a text in UTF-8.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    whole = content[: content.rfind(b"\n") + 1]
    try:
        return whole.decode("utf-8").replace("\r\n", "\n").split("\n")[:-1]
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is not a log, but something else ({error}); it is intact"
        ) from error


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Replace a file, in one atomic step; its folder is made if there is none.

    Raises:
        OSError: it cannot be written; what was there before is intact.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, "".join(f"{line}\n" for line in lines).encode("utf-8"))


def append_line(path: Path, line: str) -> None:
    """Add a line in one go; afterwards the system has it, even if this program is killed.

    Raises:
        OSError: it cannot be written, or not as a whole; a part of it is no harm to a later reader.
    """
    data = f"{line}\n".encode()
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        if os.write(handle, data) != len(data):
            raise OSError(f"{path}: a line could not be written as a whole; is the disk full?")
    finally:
        os.close(handle)
