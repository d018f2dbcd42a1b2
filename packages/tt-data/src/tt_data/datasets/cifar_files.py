"""The two layouts of CIFAR's files.

Binary: one picture after the other, each of its labels (one byte for CIFAR-10; coarse, then fine for
CIFAR-100) and 3072 bytes of pixels: all red ones row by row, then green, then blue.

Python: a pickled dictionary with ``data``, an array (N, 3072) of the same pixels, and lists of labels.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tt_tensor.typing import Array

__all__ = ["read_binary", "read_python"]

SHAPE = (3, 32, 32)
PIXELS = 3 * 32 * 32


def read_binary(path: Path, labels: tuple[str, ...], wanted: str) -> tuple[Array, Array]:
    """The pictures (N, 3, 32, 32), uint8, and labels (N,), int64, in a binary file.

    Args:
        path: the file.
        labels: what the bytes before the pixels of a picture are.
        wanted: which of them to give.

    Raises:
        ValueError: the file does not end with the end of a picture.
    """
    size, record = path.stat().st_size, len(labels) + PIXELS
    if size == 0 or size % record:
        raise ValueError(
            f"{path}: {size} bytes are not a whole number of pictures of {record} bytes; the file is "
            "truncated or something else, get it again"
        )
    records = np.fromfile(path, np.uint8).reshape(-1, record)
    pictures = records[:, len(labels) :].reshape(-1, *SHAPE)  # (N, 3072) -> (N, 3, 32, 32)
    return pictures, records[:, labels.index(wanted)].astype(np.int64)


def read_python(path: Path, labels: tuple[str, ...], wanted: str) -> tuple[Array, Array]:
    """The same from a file in the Python layout; ``labels`` are names in its dictionary.

    Raises:
        ValueError: not such a dictionary.
    """
    from .plain_pickle import read_plain_pickle  # only here: it costs time to import

    content = _names_as_text(read_plain_pickle(path))
    if not isinstance(content, dict) or not {"data", wanted} <= content.keys():
        raise ValueError(f"{path}: there is no dictionary with 'data' and {wanted!r} in it")
    pixels, numbers = content["data"], content[wanted]
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8:
        raise ValueError(f"{path}: data must be an array of uint8, it is {_kind(pixels)}")
    if pixels.shape[1:] != (PIXELS,):
        raise ValueError(f"{path}: data must have the shape (N, {PIXELS}), not {pixels.shape}")
    if not _are_whole(numbers) or len(numbers) != len(pixels):
        raise ValueError(
            f"{path}: {wanted} must be {len(pixels)} whole numbers, one per picture of data"
        )
    return pixels.reshape(-1, *SHAPE), np.array(numbers, dtype=np.int64)


def _names_as_text(content: Any) -> Any:
    """Python 2 wrote the names in a dictionary as bytes."""
    if not isinstance(content, dict):
        return content
    return {k.decode("latin1") if isinstance(k, bytes) else k: v for k, v in content.items()}


def _are_whole(numbers: Any) -> bool:
    if isinstance(numbers, np.ndarray):
        return numbers.ndim == 1 and numbers.dtype.kind in "iu"
    return isinstance(numbers, list) and all(type(n) is int and abs(n) < 1 << 31 for n in numbers)


def _kind(value: Any) -> str:
    return str(value.dtype) if isinstance(value, np.ndarray) else type(value).__name__
