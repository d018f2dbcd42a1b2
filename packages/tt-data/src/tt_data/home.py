"""Where data sets live on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["data_home"]


def data_home() -> Path:
    """The folder for data sets: ``TT_DATA_HOME``, else ``tt-data`` in the platform's cache folder.

    Example:
        >>> from tt_data import data_home
        >>> data_home().name != ""
        True
    """
    chosen = os.environ.get("TT_DATA_HOME")
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "tt-data"
