"""Tokens in a file that is larger than memory: mapped, so that only what is used is read.

The file begins with 32 bytes, all numbers little-endian:

    0   8  b"TTTOKENS"
    8   2  version of the format: 1
    10  2  bytes per token: 2 or 4
    12  4  0
    16  8  number of tokens
    24  8  0

and then come the tokens, as unsigned integers.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from tt_tensor.files import atomic_file
from tt_tensor.typing import Array

from .tokens import Tokens, row_of

__all__ = ["open_tokens", "save_tokens"]

MAGIC, VERSION = b"TTTOKENS", 1
HEADER = struct.Struct("<8sHHIQQ")
KINDS: dict[int, np.dtype[Any]] = {2: np.dtype("<u2"), 4: np.dtype("<u4")}


def save_tokens(path: str | os.PathLike[str], parts: Iterable[Tokens], vocab_size: int) -> int:
    """Write tokens to a file, part after part; the file appears when all of it is there.

    Args:
        path: the file; an older one is replaced.
        parts: rows of tokens, possibly from a generator: only one is in memory at a time.
        vocab_size: every token is below it; up to 65,536 a token takes two bytes, else four.

    Returns:
        How many tokens were written.

    Raises:
        ValueError: a token is out of range; the message says where. Nothing is written then.
        OSError: the file cannot be written; what was there before is intact.

    Example:
        >>> from tt_text import open_tokens, save_tokens
        >>> save_tokens("corpus.tokens", [[1, 2], [3]], vocab_size=100)  # doctest: +SKIP
        3
    """
    if not 1 <= vocab_size <= 1 << 32:
        raise ValueError(f"vocab_size must be between 1 and 2³², not {vocab_size}")
    kind = KINDS[2 if vocab_size <= 1 << 16 else 4]
    count = 0
    with atomic_file(Path(path)) as file:
        file.write(bytes(HEADER.size))
        for part in parts:
            row = row_of(part, "parts")
            wrong = (row < 0) | (row >= vocab_size)
            if wrong.any():
                place = int(wrong.argmax())
                raise ValueError(
                    f"parts: token {row[place]} at position {count + place} is out of range for a "
                    f"vocabulary of {vocab_size} tokens"
                )
            file.write(row.astype(kind).tobytes())
            count += len(row)
        file.seek(0)
        file.write(HEADER.pack(MAGIC, VERSION, kind.itemsize, 0, count, 0))
    return count


def open_tokens(path: str | os.PathLike[str]) -> Array:
    """The tokens of a file that :func:`save_tokens` wrote.

    Args:
        path: the file.

    Returns:
        (T,) uint16 or uint32, mapped to the file: it cannot be changed, and takes memory only for
        what was read lately.

    Raises:
        ValueError: the file is something else, or it is truncated.

    Example:
        >>> from tt_text import open_tokens, random_windows
        >>> x, y = random_windows(open_tokens("corpus.tokens"), 12, 64)  # doctest: +SKIP
    """
    path = Path(path)
    with path.open("rb") as file:
        start = file.read(HEADER.size)
    if len(start) < HEADER.size or not start.startswith(MAGIC):
        raise ValueError(
            f"path: {str(path)!r} is not a file of tokens; save_tokens writes such files"
        )
    _, version, width, _, count, _ = HEADER.unpack(start)
    if version != VERSION or width not in KINDS:
        raise ValueError(
            f"path: {str(path)!r} is of version {version} with {width} bytes per token, which this "
            "version of tt-text does not know"
        )
    size, expected = path.stat().st_size, HEADER.size + count * width
    if size != expected:
        raise ValueError(
            f"path: {str(path)!r} has {size} bytes, but {count} tokens take {expected}; it is "
            "truncated or damaged, write it again"
        )
    if count == 0:
        return np.empty(0, KINDS[width])
    mapped: Array = np.memmap(path, KINDS[width], "r", HEADER.size, (count,))
    return mapped
