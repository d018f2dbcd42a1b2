"""Downloads that are finished or not there.

A file arrives under a temporary name, is compared with its checksum and only then gets its name.
What was interrupted is continued where it stopped; a mirror that fails is followed by the next.  The
transfer is done by ``requests`` (``pip install 'tt-data[download]'``).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import DownloadError
from .lock import alone_in
from .progress import Progress

if TYPE_CHECKING:
    import requests

__all__ = ["Resource", "fetch"]

TIMEOUTS = (10.0, 30.0)  # seconds to connect, and between two pieces
PAUSE = 0.5  # seconds before a broken transfer is continued


class Resource(NamedTuple):
    """A file that can be had from several places.

    Attributes:
        name: its name on disk.
        sha256: its checksum, in hexadecimal.
        urls: where it is, the best place first.
    """

    name: str
    sha256: str
    urls: tuple[str, ...]


def has_checksum(path: Path, sha256: str) -> bool:
    """Whether a file is there and has this checksum."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def fetch(resource: Resource, folder: str | os.PathLike[str], *, progress: bool = True) -> Path:
    """Make sure that a file is in a folder, downloading it if it is not, or is broken.

    Args:
        resource: the file.
        folder: where it is to be; made if it does not exist.
        progress: show on stderr how far it is.

    Returns:
        the file's path.

    Raises:
        DownloadError: no mirror gave the right file; what is there of it is kept to be continued.
        ImportError: the library for downloads is missing.
        OSError: the file cannot be written, for example because the disk is full.

    An older file of that name stays as it is until the new one is complete.
    """
    target = Path(folder) / resource.name
    if has_checksum(target, resource.sha256):
        return target
    _requests()  # before anything is written
    target.parent.mkdir(parents=True, exist_ok=True)
    with alone_in(target.parent):
        # perhaps another process has brought it while we waited
        if not has_checksum(target, resource.sha256):
            _from_any_mirror(resource, target, progress)
    return target


def _from_any_mirror(resource: Resource, target: Path, progress: bool) -> None:
    part = target.with_name(target.name + ".part")
    reasons = []
    for url in resource.urls:
        try:
            _complete(url, part, resource.sha256, progress)
        except (_requests().RequestException, DownloadError) as error:
            reasons.append(f"{url}: {_why(error)}")
        else:
            os.replace(part, target)
            return
    raise DownloadError(_complaint(resource, target, reasons))


def _complete(url: str, part: Path, sha256: str, progress: bool) -> None:
    """Download until ``part`` is complete, going on after interruptions as long as more arrives."""
    while True:
        before = _size(part)
        try:
            _transfer(url, part, progress)
        except _requests().RequestException:
            if _size(part) <= before:
                raise
            time.sleep(PAUSE)
            continue
        if has_checksum(part, sha256):
            return
        part.unlink(missing_ok=True)
        if before == 0:
            raise DownloadError(f"what it gives is another file, its sha256 is not {sha256}")
        # else: what we had was the beginning of something else, so once more from the start


def _transfer(url: str, part: Path, progress: bool) -> None:
    """Get a file, or what is missing of it, and write it to ``part``."""
    have = _size(part)
    headers = {"Accept-Encoding": "identity"}  # the file as it is
    if have:
        headers["Range"] = f"bytes={have}-"
    with _requests().get(url, headers=headers, stream=True, timeout=TIMEOUTS) as answer:
        if answer.status_code == 416:  # there is nothing after what we have
            return
        answer.raise_for_status()
        if not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            have = 0  # the server sends all of it again
        length = answer.headers.get("Content-Length")
        total = have + int(length) if length else None
        with Progress(part.stem, have, total, shown=progress) as bar, _explained(part):
            _write(answer, part, have, bar)


def _write(answer: requests.Response, part: Path, have: int, bar: Progress) -> None:
    with part.open("ab" if have else "wb") as file:
        # small blocks, because of a block that breaks off nothing is kept
        for block in answer.iter_content(1 << 14):
            file.write(block)
            bar.add(len(block))
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _explained(part: Path) -> Iterator[None]:
    """Turn the system's word for a full disk into one that helps; the unfinished part is removed."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        part.unlink(missing_ok=True)
        raise OSError(
            error.errno,
            f"the disk is full: {part.stem} does not fit; free some space, or set TT_DATA_HOME to a "
            "folder on another disk",
            str(part.parent),
        ) from error


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _requests() -> Any:
    try:
        import requests
    except ImportError:
        raise ImportError(
            "downloads need the library requests: pip install 'tt-data[download]'"
        ) from None
    return requests


def _why(error: Exception) -> str:
    """What went wrong, in a few words; the library's own message repeats the address."""
    requests = _requests()
    if isinstance(error, requests.HTTPError):
        return f"the server answers {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.ConnectionError):
        cause = getattr(error.args[0], "reason", error) if error.args else error
        words = str(cause).rpartition(": ")[2].rstrip("\"')")  # without the library's brackets
        return f"no connection, {words}"
    return str(error) or type(error).__name__


def _complaint(resource: Resource, target: Path, reasons: Sequence[str]) -> str:
    tried = "\n  ".join(reasons)
    return (
        f"{resource.name} could not be downloaded:\n  {tried}\n"
        "Without a network: get the file on another machine from one of these places, and put it into "
        f"the folder\n  {target.parent.absolute()}\nso that its path is\n  {target.absolute()}\n"
        f"Its sha256 is {resource.sha256}."
    )
