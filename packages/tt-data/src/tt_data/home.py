"""Where data sets live on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["data_folders", "data_home"]


def data_home() -> Path:
    """The folder for data sets: ``TT_DATA_HOME``, else ``tt-data`` in the platform's cache folder.

    Example:
        >>> from tt_data import data_home
        >>> data_home().name != ""
        True
    """
    chosen = os.environ.get("TT_DATA_HOME")
    return Path(chosen).expanduser() if chosen else _cache_folder()


def data_folders(root: str | os.PathLike[str] | None = None) -> list[Path]:
    """Where files are looked for, in this order: ``root``, ``TT_DATA_HOME``, the cache folder."""
    folders = [data_home(), _cache_folder()]
    if root is not None:
        folders.insert(0, Path(root).expanduser())
    return list(dict.fromkeys(folders))


def _cache_folder() -> Path:
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "tt-data"
