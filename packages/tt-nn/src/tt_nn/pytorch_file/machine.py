"""The stack machine that pickles are programs for; ``instructions.py`` says what it can do.

A pickle is a row of instructions, one byte each, some followed by a value: *push the number 3*,
*push an empty list*, *take the topmost value and append it to the list below*.  What is left on the
stack at the end is the result.  ``python -m pickletools file.pkl`` shows such a program.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TypeVar

from .errors import BadFileError
from .source import Source

__all__ = ["Builder", "Machine"]

_Kind = TypeVar("_Kind")


class Builder:
    """What a name stands for that a program may call.

    Args:
        name: the full name, for messages.
        build: gives the result from the arguments, which it checks.
    """

    __slots__ = ("build", "name")

    def __init__(self, name: str, build: Callable[[tuple[object, ...]], object]) -> None:
        self.name, self.build = name, build


class Machine:
    """The state of a program: a stack of values, and a memo of those that are needed again.

    Args:
        source: where the program is; it is read up to its last instruction and no further.
        named: gives the meaning of a full name, such as ``collections.OrderedDict``, or refuses.
        stored: gives what is kept outside of the program, by the description of it in the program.
    """

    def __init__(
        self,
        source: Source,
        named: Callable[[str], object],
        stored: Callable[[object], object],
    ) -> None:
        self.source, self.named, self.stored = source, named, stored
        self.stack: list[object] = []
        self.below: list[list[object]] = []  # the stacks that marks have covered
        self.memo: dict[int, object] = {}
        self.copied = 0  # members and letters that were given to builders, which copy them

    def push(self, value: object) -> None:
        """Lay a value on the stack."""
        self.stack.append(value)

    def top(self) -> object:
        """The topmost value, which stays."""
        if not self.stack:
            raise BadFileError("is corrupt: its pickle takes a value from an empty stack")
        return self.stack[-1]

    def pop(self) -> object:
        """Take the topmost value."""
        value = self.top()
        self.stack.pop()
        return value

    def mark(self) -> None:
        """Begin a new stack on top of this one: the members of a container will follow."""
        self.below.append(self.stack)
        self.stack = []

    def since_mark(self) -> list[object]:
        """Take all values since the latest mark, and the mark."""
        if not self.below:
            raise BadFileError("is corrupt: its pickle looks for a mark that was never set")
        values, self.stack = self.stack, self.below.pop()
        return values

    def container(self, kind: type[_Kind]) -> _Kind:
        """The container on top of the stack, which stays."""
        value = self.top()
        if not isinstance(value, kind):
            raise BadFileError(
                f"is corrupt: its pickle takes a {type(value).__name__} for a {kind.__name__}"
            )
        return value

    def number(self, layout: str) -> int:
        """The number that follows in the program, laid out as the module struct has it."""
        value: int = struct.unpack(layout, self.source.take(struct.calcsize(layout)))[0]
        return value

    def data(self, layout: str) -> bytes:
        """The bytes that follow in the program, after the number of them."""
        length = self.number(layout)
        if length < 0:
            raise BadFileError(f"is corrupt: a value in its pickle has {length} bytes")
        return self.source.take(length)

    def text(self, data: bytes) -> str:
        """Bytes as text; Python 2 wrote its names as bytes, in ASCII."""
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadFileError(f"is corrupt: the text {data[:40]!r} is not UTF-8") from error
