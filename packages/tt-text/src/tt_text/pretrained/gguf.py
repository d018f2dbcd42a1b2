"""GGUF, the file format of llama.cpp: facts by name, a list of tensors, and their numbers.

In the file, all little-endian: "GGUF", the version, how many tensors and how many facts there are;
each fact as name, type and value; each tensor's name, shape (last dimension first), format and place;
then, from the next multiple of the alignment on, the numbers.
"""

from __future__ import annotations

import math
import os
import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tt_tensor import Tensor, from_numpy
from tt_tensor.typing import Array

from .gguf_blocks import FORMATS, Format

__all__ = ["GGUF", "read_gguf", "read_header"]

VERSIONS = (2, 3)
# the type of a fact -> what struct and NumPy call it; 8 is a text, 9 a list
SCALARS = {
    0: "u1", 1: "i1", 2: "<u2", 3: "<i2", 4: "<u4", 5: "<i4", 6: "<f4", 7: "?", 10: "<u8",
    11: "<i8", 12: "<f8",
}  # fmt: skip
TEXT, LIST = 8, 9
DIMENSIONS = 4  # no tensor has more


class Place(NamedTuple):
    """Where a tensor is.

    Attributes:
        shape: as here, the last dimension last.
        format: how its numbers are stored.
        offset: its first byte, counted from the first one of all tensors.
    """

    shape: tuple[int, ...]
    format: Format
    offset: int

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return math.prod(self.shape) // self.format.numbers * self.format.size


class GGUF(NamedTuple):
    """What is in a file.

    Attributes:
        metadata: facts by name: numbers, texts, truth values and lists of them.
        tensors: by name, float32.
    """

    metadata: dict[str, Any]
    tensors: dict[str, Tensor]


def read_gguf(path: str | os.PathLike[str]) -> GGUF:
    """Read a GGUF file of version 2 or 3; nothing in it is run.

    Args:
        path: the file.  Formats of numbers: F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q6_K.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is something else, truncated or corrupt, or a tensor, which is named, has
            another format.

    Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.

    Example:
        >>> import pathlib, struct, tempfile
        >>> from tt_text.pretrained import read_gguf
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "small.gguf"
        >>> fact = struct.pack("<Q4sII", 4, b"year", 4, 2023)
        >>> _ = path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + fact)
        >>> read_gguf(path)
        GGUF(metadata={'year': 2023}, tensors={})
    """
    metadata, places, data = read_header(path)
    return GGUF(metadata, {name: read_tensor(place, data) for name, place in places.items()})


def read_header(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, Place], Array]:
    """The facts, where the tensors are, and the bytes of all tensors, which stay on the disk.

    Raises:
        FileNotFoundError, ValueError: as :func:`read_gguf`.
    """
    file = Path(path)
    if not file.is_file():
        raise FileNotFoundError(f"path: there is no file {str(file)!r}")
    try:
        if file.stat().st_size < 24:
            raise ValueError(f"it has {file.stat().st_size} bytes, the least is 24")
        data: Array = np.memmap(file, np.uint8, "r")
        header = Header(data)
        return header.metadata, header.places, data[header.end :]
    except RecursionError:
        raise ValueError(f"path: {str(file)!r} is no GGUF file: lists of lists of lists") from None
    except ValueError as error:
        raise ValueError(f"path: {str(file)!r} is no GGUF file: {error}") from error


def read_tensor(place: Place, data: Array) -> Tensor:
    """The numbers at a place, as float32."""
    blocks = np.array(data[place.offset : place.offset + place.size]).reshape(-1, place.format.size)
    with np.errstate(invalid="ignore", over="ignore"):  # a scale may be infinite
        return from_numpy(place.format.read(blocks).reshape(place.shape))


class Header:
    """Reads from the first byte to where the tensors begin.

    Attributes:
        metadata: the facts.
        places: the tensors.
        end: where the tensors begin.
    """

    def __init__(self, data: Array) -> None:
        self._data, self._at = data, 0
        tensors, facts = self._start()
        self.metadata: dict[str, Any] = {}
        for _ in range(facts):
            name = self._text("a fact's name")
            self._refuse_twice(name, self.metadata)
            self.metadata[name] = self._value(self._number("I"), name)
        self.places: dict[str, Place] = {}
        for _ in range(tensors):
            name = self._text("a tensor's name")
            self._refuse_twice(name, self.places)
            self.places[name] = self._place(name)
        alignment = self.metadata.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment < 1 or alignment % 8:
            raise ValueError(f"general.alignment is {alignment}, expected a multiple of 8")
        self.end = -(-self._at // alignment) * alignment
        for name, place in self.places.items():
            self._check_place(name, place, alignment)

    def _start(self) -> tuple[int, int]:
        """How many tensors and facts there are."""
        magic, version, tensors, facts = struct.unpack("<4sIQQ", self._take(24, "the beginning"))
        if magic != b"GGUF":
            raise ValueError(f"it begins with {magic!r}, expected b'GGUF'")
        if version not in VERSIONS:
            raise ValueError(
                f"it has version {version}, expected one of {VERSIONS}; later ones are made by "
                "converting the model again, big-endian ones are not known here"
            )
        return tensors, facts

    def _take(self, size: int, what: str) -> bytes:
        """The next bytes."""
        if size > len(self._data) - self._at:
            raise ValueError(f"it is truncated: it ends within {what}, at byte {len(self._data)}")
        self._at += size
        return self._data[self._at - size : self._at].tobytes()

    def _number(self, kind: str, what: str = "the header") -> int:
        """An unsigned number: I has 4 bytes, Q has 8."""
        (number,) = struct.unpack(f"<{kind}", self._take(struct.calcsize(f"<{kind}"), what))
        return int(number)

    def _text(self, what: str) -> str:
        """A text, behind its length."""
        data = self._take(self._number("Q", what), what)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"{what} is not UTF-8 ({error})") from error

    def _value(self, kind: int, name: str) -> Any:
        """The value of a fact."""
        if kind == TEXT:
            return self._text(name)
        if kind == LIST:
            kind, count = self._number("I", name), self._number("Q", name)
            if kind in SCALARS:
                return self._scalars(kind, count, name)
            return [self._value(kind, name) for _ in range(count)]
        if kind in SCALARS:
            return self._scalars(kind, 1, name)[0]
        raise ValueError(f"{name} has the unknown type {kind}")

    def _scalars(self, kind: int, count: int, name: str) -> list[Any]:
        """So many numbers of one type."""
        dtype = np.dtype(SCALARS[kind])
        out: list[Any] = np.frombuffer(self._take(count * dtype.itemsize, name), dtype).tolist()
        return out

    def _place(self, name: str) -> Place:
        """What the list of tensors says of one."""
        count = self._number("I", name)
        if count > DIMENSIONS:
            raise ValueError(f"{name} has {count} dimensions, {DIMENSIONS} are the most")
        shape = tuple(self._number("Q", name) for _ in range(count))[::-1]
        number, offset = self._number("I", name), self._number("Q", name)
        if number not in FORMATS:
            known = ", ".join(f"{n} ({f.name})" for n, f in FORMATS.items())
            raise ValueError(f"{name} has the format {number}, known here are {known}")
        stored = FORMATS[number]
        if (shape[-1] if shape else 1) % stored.numbers:
            raise ValueError(f"{name}: rows of shape {shape} are no blocks of {stored.numbers}")
        return Place(shape, stored, offset)

    def _check_place(self, name: str, place: Place, alignment: int) -> None:
        """Refuse a tensor that is not inside the file."""
        if place.offset % alignment:
            raise ValueError(f"{name} begins at {place.offset}, no multiple of {alignment}")
        missing = self.end + place.offset + place.size - len(self._data)
        if missing > 0:
            raise ValueError(
                f"it is truncated: {name} of shape {place.shape} lacks {missing:,} bytes"
            )

    def _refuse_twice(self, name: str, known: dict[str, Any]) -> None:
        if name in known:
            raise ValueError(f"the name {name!r} comes twice")
