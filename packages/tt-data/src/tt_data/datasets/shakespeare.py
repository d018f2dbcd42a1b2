"""Shakespeare: a text to learn from, character by character.

"Tiny Shakespeare" is what Karpathy, "The unreasonable effectiveness of recurrent neural networks"
(2015), had networks learn: 40,000 lines from the plays.  The works are in the public domain.  Its part
of 40 KB, the beginning of Richard III, belongs to this package; the file beside it names its source.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ..download import Resource, fetch
from ..errors import DownloadError
from ..home import data_folders, data_home

__all__ = ["shakespeare_excerpt", "tiny_shakespeare"]

FOLDER = "tinyshakespeare"
TEXT = Resource(
    "input.txt",
    "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    ("https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",),
)


def shakespeare_excerpt() -> str:
    """The beginning of Richard III, 40 KB that are always there: no download, no file to look for.

    Example:
        >>> from tt_data import shakespeare_excerpt
        >>> text = shakespeare_excerpt()
        >>> len(text), text[12:47]
        (39948, 'Now is the winter of our discontent')
    """
    from importlib.resources import files  # only here: it costs time to import

    return files("tt_data").joinpath("datasets", "shakespeare.txt").read_bytes().decode("ascii")


def tiny_shakespeare(root: str | os.PathLike[str] | None = None, download: bool = False) -> str:
    """Tiny Shakespeare: 1,115,394 characters from the plays, of 65 kinds.

    Args:
        root: a folder that has ``tinyshakespeare/input.txt``. It is looked for here, in
            ``TT_DATA_HOME`` and in the platform's cache folder.
        download: get the file if it is not there, or broken, into ``root`` or
            :func:`tt_data.data_home`.

    Returns:
        The text. By custom the first 90 % are to learn from, the rest to validate with.

    Raises:
        FileNotFoundError: the file is not there and ``download`` is not set.
        DownloadError: it could not be downloaded.
        ValueError: the file is truncated, or another one.

    Example:
        >>> from tt_data import tiny_shakespeare
        >>> len(tiny_shakespeare(download=True))        # doctest: +SKIP
        1115394
    """
    folders = [home / FOLDER for home in data_folders(root)]
    for path in (folder / TEXT.name for folder in folders):
        if path.is_file():
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() == TEXT.sha256:
                return content.decode("ascii")
            if not download:
                raise ValueError(
                    f"{path} is not the whole text: it has {len(content)} bytes instead of 1115394, or "
                    "others; download=True gets it again"
                )
    if not download:
        raise FileNotFoundError(
            f"tiny_shakespeare: {TEXT.name} is in none of {', '.join(map(str, folders))}; use "
            "download=True, or set TT_DATA_HOME to the folder that has tinyshakespeare/input.txt"
        )
    home = data_home() if root is None else Path(root).expanduser()
    try:
        return fetch(TEXT, home / FOLDER).read_bytes().decode("ascii")
    except DownloadError as error:
        raise DownloadError(
            f"{error}\nOr set TT_DATA_HOME to a folder that has {FOLDER}/{TEXT.name}; "
            "shakespeare_excerpt() gives a small part without a file."
        ) from error
