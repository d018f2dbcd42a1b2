"""Downloads that are finished or not there.

A file arrives under a temporary name, is checked against its checksum and only then gets its name.
What was interrupted is continued; a mirror that fails is followed by the next.  The transfer is
done by ``httpx`` (``pip install 'tt-data[download]'``).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["DownloadError", "Resource", "fetch", "is_right"]


class DownloadError(RuntimeError):
    """A file could not be had; the message says from where, why, and how to put it there by hand."""


@dataclass(frozen=True)
class Resource:
    """A file that can be had from several places.

    Attributes:
        name: its name on disk.
        sha256: its checksum, in hexadecimal.
        urls: where it is, the best place first.
    """

    name: str
    sha256: str
    urls: tuple[str, ...]


def is_right(path: Path, sha256: str) -> bool:
    """Whether a file is there and has this checksum."""
    if not path.is_file():
        return False
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest() == sha256


def fetch(resource: Resource, folder: Path, *, progress: bool = True) -> Path:
    """Make sure that a file is in a folder, downloading it if it is not, or is broken.

    Args:
        resource: the file.
        folder: where it is to be; made if it does not exist.
        progress: print a line per download.

    Returns:
        the file's path.

    Raises:
        DownloadError: no mirror gave the right file; nothing but a resumable part is left behind.
        ImportError: the library for downloads is missing.
        OSError: the file cannot be written.
    """
    target = folder / resource.name
    if is_right(target, resource.sha256):
        return target
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / (resource.name + ".part")
    reasons = []
    for url in resource.urls:
        if progress:
            print(f"downloading {url}", flush=True)
        try:
            _transfer(url, part)
        except _transport_errors() as error:
            reasons.append(f"{url}: {error or type(error).__name__}")
            continue
        if is_right(part, resource.sha256):
            os.replace(part, target)
            return target
        part.unlink()  # complete but wrong: not worth continuing
        reasons.append(f"{url}: the file's checksum is not {resource.sha256}")
    raise DownloadError(_complaint(resource, target, reasons))


def _transfer(url: str, part: Path) -> None:
    """Download to ``part``, continuing what is there if the server can."""
    httpx = _httpx()
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    with httpx.stream("GET", url, headers=headers, follow_redirects=True, timeout=30.0) as answer:
        if answer.status_code == 416:  # nothing left to get: complete, or not the same file
            return
        answer.raise_for_status()
        resumed = answer.status_code == 206
        with part.open("ab" if resumed else "wb") as file:
            for block in answer.iter_raw():
                file.write(block)
            file.flush()
            os.fsync(file.fileno())


def _httpx() -> Any:
    try:
        import httpx
    except ImportError:
        raise ImportError(
            "downloading needs the library httpx: pip install 'tt-data[download]'"
        ) from None
    return httpx


def _transport_errors() -> tuple[type[Exception], ...]:
    httpx = _httpx()
    return (httpx.HTTPError, httpx.InvalidURL)


def _complaint(resource: Resource, target: Path, reasons: Sequence[str]) -> str:
    tried = "\n  ".join(reasons)
    return (
        f"{resource.name} could not be downloaded:\n  {tried}\n"
        f"without a network, put the file (sha256 {resource.sha256}) at {target} by hand, or set "
        "TT_DATA_HOME to a folder that has it"
    )
