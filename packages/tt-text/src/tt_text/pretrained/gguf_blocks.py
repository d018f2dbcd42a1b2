"""How GGUF stores numbers: plainly, or in blocks of small integers that share a scale.

A block is a few bytes for the scale d (and perhaps the smallest value m), both float16, and then one
small integer q per number.  Four-bit integers are packed so that byte i of a block of 32 has number i
in its lower half and number i + 16 in its upper half.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tt_tensor.typing import Array

__all__ = ["FORMATS", "Format"]


class Format(NamedTuple):
    """One way of storing numbers.

    Attributes:
        name: what llama.cpp calls it.
        numbers: how many there are in a block.
        size: the bytes of a block.
        read: (blocks, size) bytes to (blocks, numbers) float32.
    """

    name: str
    numbers: int
    size: int
    read: Callable[[Array], Array]


def read_f32(blocks: Array) -> Array:
    """Numbers of 32 bits."""
    return blocks.view("<f4").astype(np.float32)


def read_f16(blocks: Array) -> Array:
    """Numbers of 16 bits."""
    return blocks.view("<f2").astype(np.float32)


def read_bf16(blocks: Array) -> Array:
    """The upper 16 bits of numbers of 32 bits."""
    return (blocks.view("<u2").astype(np.uint32) << 16).view(np.float32)


def read_q8_0(blocks: Array) -> Array:
    """``d q``: 2 bytes d, 32 integers from -128 to 127."""
    return half(blocks[:, :2]) * blocks[:, 2:].view(np.int8)


def read_q4_0(blocks: Array) -> Array:
    """``d (q - 8)``: 2 bytes d, 32 integers from 0 to 15."""
    return half(blocks[:, :2]) * (nibbles(blocks[:, 2:]) - np.float32(8))


def read_q4_1(blocks: Array) -> Array:
    """``d q + m``: 2 bytes d, 2 bytes m, 32 integers from 0 to 15."""
    return half(blocks[:, :2]) * nibbles(blocks[:, 4:]) + half(blocks[:, 2:4])


def read_q6_k(blocks: Array) -> Array:
    """``d s (q - 32)``: 256 integers from 0 to 63, 16 scales s from -128 to 127, 2 bytes d.

    The integers' lower four bits come first, then the upper two.  Each half of a block has 128
    numbers: byte i of its 64 has the lower bits of numbers i and i + 64; byte i of its 32 has the
    upper bits of numbers i, i + 32, i + 64 and i + 96.
    """
    count = len(blocks)
    low = blocks[:, :128].reshape(count, 2, 1, 64) >> np.array([[0], [4]], np.uint8)
    high = blocks[:, 128:192].reshape(count, 2, 1, 32) >> np.array([[0], [2], [4], [6]], np.uint8)
    q = (low & 15).reshape(count, 256) | (high & 3).reshape(count, 256) << 4
    scales = half(blocks[:, 208:]) * blocks[:, 192:208].view(np.int8)  # (blocks, 16)
    out: Array = np.repeat(scales, 16, 1) * (q - np.float32(32))
    return out


def half(two: Array) -> Array:
    """(blocks, 2) bytes to (blocks, 1) numbers."""
    return np.ascontiguousarray(two).view("<f2").astype(np.float32)


def nibbles(packed: Array) -> Array:
    """(blocks, 16) bytes to (blocks, 32) numbers from 0 to 15: lower halves, then upper halves."""
    return np.concatenate([packed & 15, packed >> 4], 1).astype(np.float32)


# llama.cpp's number of a format -> the format
FORMATS = {
    0: Format("F32", 1, 4, read_f32),
    1: Format("F16", 1, 2, read_f16),
    2: Format("Q4_0", 32, 18, read_q4_0),
    3: Format("Q4_1", 32, 20, read_q4_1),
    8: Format("Q8_0", 32, 34, read_q8_0),
    14: Format("Q6_K", 256, 210, read_q6_k),
    30: Format("BF16", 1, 2, read_bf16),
}
