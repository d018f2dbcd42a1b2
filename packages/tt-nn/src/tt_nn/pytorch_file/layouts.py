"""Where the program and the numbers are: in a zip archive, or one after the other."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from .builders import value_of_name
from .errors import BadFileError, UnsafeFileError
from .instructions import unpickle
from .source import Source
from .storage import NumberType, Storage, count

if TYPE_CHECKING:
    from zipfile import ZipInfo

__all__ = ["is_legacy", "is_zip", "read_legacy", "read_zip"]

MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_VERSION = 1001


class Place(NamedTuple):
    """What a program says of a storage, beside the device that it was on.

    Attributes:
        kind: the type of the numbers.
        key: its name within the file.
        length: how many numbers it has.
        part: (offset, length) if only a part of it is meant.
    """

    kind: NumberType
    key: str
    length: int
    part: tuple[int, int] | None


def place(description: object) -> Place:
    """Read ("storage", type, key, device, length) or the same with a part at the end.

    Raises:
        UnsafeFileError: it is the source of a layer.
        BadFileError: it makes no sense.
    """
    match description:
        case ("storage", NumberType() as kind, str(key), _, length, *part):
            match part:
                case [] | [None]:
                    return Place(kind, key, count(length), None)
                case [(_, first, some)]:
                    return Place(kind, key, count(length), (count(first), count(some)))
        case ("module", *_):
            raise UnsafeFileError("carries code: it has the source of a layer in it")
    raise BadFileError("is corrupt: it does not say where a storage is")


class Storages:
    """The storages that a program has asked for, each made once.

    Args:
        make: makes the storage for a place.
    """

    def __init__(self, make: Callable[[Place], Storage]) -> None:
        self.make = make
        self.made: dict[str, tuple[Place, Storage]] = {}

    def __call__(self, description: object) -> Storage:
        """The storage of this description."""
        here = place(description)
        if here.key not in self.made:
            self.made[here.key] = here, self.make(here)
        before, storage = self.made[here.key]
        if (here.kind, here.length) != (before.kind, before.length):
            raise BadFileError(f"is corrupt: it describes the storage {here.key!r} in two ways")
        return storage if here.part is None else storage.part(*here.part)


# --- since PyTorch 1.6: a zip archive -----------------------------------------------------------


def is_zip(start: bytes) -> bool:
    """Whether a file that starts so may be an archive."""
    return start.startswith(b"PK\x03\x04")


def read_zip(file: BinaryIO, size: int) -> object:
    """Read the layout of today.

    ========================  =====================================
    ``<folder>/data.pkl``     the program
    ``<folder>/data/<key>``   the numbers of one storage
    ``<folder>/byteorder``    ``little`` or ``big``; not always there
    ========================  =====================================

    The rest (version, alignment, an id) says nothing about the contents.
    """
    from zipfile import ZipFile

    with ZipFile(file) as archive:
        members = checked_members(archive.infolist(), size)
        big_endian = "byteorder" in members and archive.read(members["byteorder"]) == b"big"

        def stored(here: Place) -> Storage:
            member = members.get(f"data/{here.key}")
            length = here.length * here.kind.stored.itemsize
            if member is None or member.file_size != length:
                found = "none" if member is None else f"one of {member.file_size} bytes"
                raise BadFileError(
                    f"is corrupt: there should be a member data/{here.key:.100} of {length} bytes, "
                    f"but there is {found}"
                )
            storage = Storage(here.kind, here.length)
            storage.fill(archive.read(member), big_endian)
            return storage

        program = archive.read(members["data.pkl"])
        source = Source(io.BytesIO(program), len(program))
        return unpickle(source, value_of_name, Storages(stored))


def checked_members(members: list[ZipInfo], size: int) -> dict[str, ZipInfo]:
    """The members of an archive by their names in its folder, if ``torch.save`` could write it.

    Nothing may be compressed and no byte belong to two members: so nothing grows when it is read.

    Raises:
        BadFileError: a member is compressed, encrypted, there twice or in another place, or the
            program is missing.
        UnsafeFileError: the archive is TorchScript, which is code.
    """
    folder = members[0].filename.split("/")[0] + "/" if members else "/"
    named = {member.filename.removeprefix(folder): member for member in members}
    if any(name.startswith("code/") for name in named):
        raise UnsafeFileError(
            "carries code: it is from torch.jit.save; use torch.save(model.state_dict(), path)"
        )
    if "data.pkl" not in named:
        raise BadFileError("is a zip archive without data.pkl: torch.save did not write it")
    if len(named) != len(members):
        raise BadFileError("is corrupt: two of its members have the same name")
    for name, member in named.items():
        path = member.filename
        if path != folder + name or path[0] == "/" or ".." in path.split("/") or "\\" in path:
            raise BadFileError(f"has a member in another place: {member.filename!r:.200}")
        if member.compress_type or member.flag_bits & 1 or member.file_size != member.compress_size:
            raise BadFileError(f"has a compressed or encrypted member: {member.filename!r:.200}")
        if not 0 <= member.header_offset < size:
            raise BadFileError(f"is corrupt: the member {member.filename!r:.200} is outside of it")
    if sum(member.file_size for member in members) > size:
        raise BadFileError("is corrupt: its members are longer than the file")
    return named


# --- before: one after the other ----------------------------------------------------------------


def is_legacy(start: bytes) -> bool:
    """Whether a file that starts so may be a pickle of the magic number and what follows it."""
    return start.startswith(b"\x80") and MAGIC.to_bytes(10, "little") in start[:32]


def read_legacy(file: BinaryIO, size: int) -> object:
    """Read the layout of PyTorch 0.2 to 1.5.

    Five pickles: a magic number, the version of the layout, facts about the machine, the program,
    and the keys of the storages in the order in which these follow; then each storage, its length
    (8 bytes) and its numbers, always little-endian.
    """
    source = Source(file, size)
    if _simple(source) != MAGIC or _simple(source) != LEGACY_VERSION:
        raise BadFileError(
            f"is not of the layout {LEGACY_VERSION}, the only one that was ever written"
        )
    _simple(source)

    promised = 0

    def stored(here: Place) -> Storage:
        # the numbers come later in the file; no more memory is taken than it has bytes
        nonlocal promised
        promised += here.length * here.kind.stored.itemsize
        if promised > source.left:
            raise BadFileError(f"is truncated: {promised} bytes of numbers cannot follow")
        return Storage(here.kind, here.length)

    storages = Storages(stored)
    result = unpickle(source, value_of_name, storages)
    keys = _simple(source)
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise BadFileError("is corrupt: it does not say which storages follow")
    if sorted(keys) != sorted(storages.made):
        raise BadFileError("is corrupt: the storages that follow are not those that are needed")
    for key in keys:
        where, storage = storages.made[key]
        if int.from_bytes(source.take(8), "little") != where.length:
            raise BadFileError(f"is corrupt: the storage {key!r} has another length than it should")
        storage.fill(source.take(where.length * where.kind.stored.itemsize))
    if source.left:
        raise BadFileError(f"is corrupt: {source.left} bytes are left over at its end")
    return result


def _simple(source: Source) -> object:
    """Run a program that needs no names and no storages."""
    return unpickle(source, value_of_name, place)
