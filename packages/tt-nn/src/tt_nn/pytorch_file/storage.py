"""Numbers in memory, and tensors that look into them.

PyTorch keeps the numbers of a tensor in a *storage*, a plain row of memory.  A tensor is a view of
it: where it begins (offset), how many elements it has along each dimension (size), and how far
apart these are (stride).  Tensors that share a storage, such as tied weights, share it here too.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tt_tensor import Tensor, from_numpy
from tt_tensor.typing import Array

from ..bfloat16 import float32_of
from .errors import BadFileError

__all__ = ["NumberType", "Storage", "count", "tensor_in"]

MOST_DIMS = 64  # what NumPy and PyTorch allow
MOST_REPEATED = 2**24  # elements of a tensor that has more of them than its storage


class NumberType(NamedTuple):
    """A type of numbers in a file.

    Attributes:
        name: PyTorch's name of storages of this type, such as ``FloatStorage``.
        stored: the type in the file.
        dtype: the type in memory.
    """

    name: str
    stored: np.dtype[np.generic]
    dtype: np.dtype[np.generic]


class Storage:
    """A row of numbers, zeros until they are filled in.

    Args:
        kind: of which type they are.
        length: how many they are; the caller has seen that the file can hold so many.
    """

    def __init__(self, kind: NumberType, length: int) -> None:
        self.kind = kind
        self.array: Array = np.zeros(length, kind.dtype)

    def part(self, offset: int, length: int) -> Storage:
        """A storage that is a part of this one, in the same memory.

        Raises:
            BadFileError: it is not within this one.
        """
        if offset + length > self.array.size:
            raise BadFileError("is corrupt: a part of a storage is outside of it")
        part = Storage(self.kind, 0)
        part.array = self.array[offset : offset + length]
        return part

    def fill(self, data: bytes, big_endian: bool = False) -> None:
        """Put in the numbers as they are in the file.

        Raises:
            BadFileError: there are more or fewer bytes than numbers need.
        """
        stored = self.kind.stored.newbyteorder(">" if big_endian else "<")
        if len(data) != self.array.size * stored.itemsize:
            raise BadFileError(
                f"is corrupt: a {self.kind.name} of {self.array.size} elements has {len(data)} bytes"
            )
        numbers = np.frombuffer(data, stored)
        if self.kind.name == "BFloat16Storage":
            self.array[...] = float32_of(numbers)
        else:
            self.array[...] = numbers  # booleans: every byte but 0 is true


def tensor_in(
    storage: Storage, offset: int, size: Sequence[object], stride: Sequence[object]
) -> Tensor:
    """The tensor that begins at an offset of a storage; all counts are in elements.

    Raises:
        BadFileError: a count is negative or no count, or the tensor does not lie in the storage.
    """
    shape, steps = tuple(map(count, size)), tuple(map(count, stride))
    if len(shape) != len(steps) or len(shape) > MOST_DIMS:
        raise BadFileError(
            f"is corrupt: a tensor has {len(shape)} sizes and {len(steps)} strides; at most "
            f"{MOST_DIMS} of each are possible"
        )
    where = f"a tensor of the sizes {shape} and strides {steps} at {count(offset)}"
    numbers = storage.array
    if math.prod(n for n in shape if n) * numbers.itemsize > sys.maxsize:
        raise BadFileError(f"is corrupt: {where} is too large")
    if 0 in shape:
        return from_numpy(np.zeros(shape, numbers.dtype))
    last = offset + sum((n - 1) * step for n, step in zip(shape, steps, strict=True))
    if last >= numbers.size:
        raise BadFileError(f"is corrupt: {where} is outside of its {numbers.size} numbers")
    if math.prod(shape) > max(numbers.size, MOST_REPEATED):
        raise BadFileError(f"repeats {numbers.size} numbers as {where}: no weights are like that")
    # the stride of a dimension of one element does not matter, and may be too large for NumPy
    jumps = tuple(
        step * numbers.itemsize if n > 1 else numbers.itemsize
        for n, step in zip(shape, steps, strict=True)
    )
    start = offset * numbers.itemsize
    return from_numpy(np.ndarray(shape, numbers.dtype, numbers, start, jumps))


def count(value: object) -> int:
    """The value, if it can be a number of elements.

    Raises:
        BadFileError: it cannot.
    """
    if not isinstance(value, int) or not 0 <= value <= sys.maxsize:
        raise BadFileError("is corrupt: a size, stride, offset or index in it is impossible")
    return int(value)
