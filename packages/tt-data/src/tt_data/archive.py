"""Unpacking tar archives that somebody else made.

A member of an archive may be called ``../../.bashrc``, or be a link that leads out of the folder, and an
archive of a few kilobytes may hold terabytes.  So nothing is written before every member has been looked
at, and only plain files and folders are taken.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

__all__ = ["extract"]

BROKEN = (tarfile.TarError, EOFError, zlib.error, OSError)  # gzip's own error is an OSError
LARGEST = 2 << 30  # bytes; the archives of this package hold less than a tenth


def extract(archive: Path, folder: Path, largest: int = LARGEST) -> None:
    """Unpack a tar archive, compressed or not; all of it gets its place, or nothing.

    Args:
        archive: the file.
        folder: where its members go; made if it does not exist. What has the name of a member of the
            archive's top level is replaced.
        largest: how many bytes it may hold, unpacked.

    Raises:
        ValueError: the archive is broken, holds more than ``largest`` bytes, or a member that is not
            a plain file inside the folder.
        OSError: the files cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=f".{archive.name}.") as temporary:
        try:
            with tarfile.open(archive) as tar:
                _check(tar, archive, largest)
        except BROKEN as error:
            why = str(error).partition("\n")[0].rstrip(":")  # below, tarfile lists its attempts
            raise ValueError(
                f"{archive}: the archive is broken or truncated ({why}); get it again"
            ) from error
        with tarfile.open(archive) as tar:
            for member in tar:
                _write(tar, member, Path(temporary))
        for entry in sorted(Path(temporary).iterdir()):
            _replace(entry, folder / entry.name)


def _check(tar: tarfile.TarFile, archive: Path, largest: int) -> None:
    """Go through all members, and then to the end of the file, where its checksum stands."""
    total = 0
    for member in tar:
        if not _stays_inside(member.name):
            raise ValueError(
                f"{archive}: the member {member.name!r} would leave the folder; nothing is unpacked"
            )
        if not (member.isreg() or member.isdir()):
            raise ValueError(
                f"{archive}: the member {member.name!r} is a link or a device; nothing is unpacked"
            )
        total += member.size
        if total > largest:
            raise ValueError(f"{archive}: it holds more than {largest} bytes; nothing is unpacked")
    while tar.fileobj is not None and tar.fileobj.read(1 << 20):
        pass


def _stays_inside(name: str) -> bool:
    """Whether a name is relative and without ``..``, on every system."""
    windows = PureWindowsPath(name)
    rooted = PurePosixPath(name).is_absolute() or windows.drive or windows.root
    return not rooted and ".." not in windows.parts


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One member, as a fresh file: its owner, its permissions and its date are not taken over."""
    target = folder / member.name
    source = tar.extractfile(member)
    if source is None:
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with source, target.open("wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())


def _replace(entry: Path, target: Path) -> None:
    """Give what is unpacked its place; what is left of an older folder goes first."""
    if target.is_dir():
        shutil.rmtree(target)
    os.replace(entry, target)
