"""The idx format of MNIST: a magic number, the sizes, and bytes."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from tt_tensor.typing import Array

__all__ = ["read_idx"]


def read_idx(path: Path) -> Array:
    """The array in an idx file of unsigned bytes, compressed by gzip or not.

    Raises:
        ValueError: the file is truncated, longer than it says, or of another format.
    """
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        try:
            raw = gzip.decompress(raw)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(
                f"{path}: the compressed file is broken ({error}); get it again"
            ) from error
    if len(raw) < 4 or raw[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path}: this is not an idx file of bytes; get it again")
    ndim = raw[3]
    if len(raw) < 4 + 4 * ndim:
        raise ValueError(f"{path}: the file ends within its header; get it again")
    shape = struct.unpack(f">{ndim}I", raw[4 : 4 + 4 * ndim])
    size = len(raw) - 4 - 4 * ndim
    if size != math.prod(shape):
        raise ValueError(
            f"{path}: {size} bytes of data, but the header promises {math.prod(shape)}; get it again"
        )
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * ndim).reshape(shape).copy()
