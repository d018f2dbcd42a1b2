"""Writing files so that nothing is ever lost or half there."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

__all__ = ["atomic_file", "write_atomically"]

_ADVICE = {
    errno.ENOSPC: "; make room on the disk, or save to another one",
    errno.ENOENT: "; make the folder first",
    errno.EISDIR: "; give the name of a file in this folder",
    errno.EACCES: "; save to a folder that you may write to",
    errno.EROFS: "; save to a disk that can be written to",
}


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file in one step, as :func:`atomic_file` does.

    Raises:
        OSError: it cannot be written; what was there before is untouched.
    """
    with atomic_file(path) as file:
        file.write(content)


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that gets its name when all is written, and on the disk.

    Until then it has a temporary name; if anything goes wrong inside ``with``, it is removed.

    Raises:
        OSError: it cannot be written; what was there before is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():  # what only its owner may read stays so
            os.chmod(temporary, path.stat().st_mode & 0o777)
        os.replace(temporary, path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            advice = _ADVICE.get(error.errno or 0, "")
            raise OSError(
                error.errno,
                f"{path} could not be written ({error.strerror}); what was there is intact{advice}",
            ) from error
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make sure that the new name is on the disk too; not every system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
