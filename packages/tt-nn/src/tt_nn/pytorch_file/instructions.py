"""The instructions of the pickle machine, without the dangerous half.

Danger lies in four kinds of instruction.  Here

* a name (``c``, 0x93) is looked up by a function that knows a short list, never imported;
* a call (``R``) calls nothing but what that function gave;
* the restoring of attributes (``b``) restores none;
* the making of instances of any class (``i``, ``o``, 0x81, 0x92) and extensions do not exist.

Left out as well: the instructions of protocols 0 and 1, which ``torch.save`` never wrote, and
buffers that travel outside of the file.  The format: PEP 307, PEP 3154 and PEP 574.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .errors import BadFileError, UnsafeFileError
from .machine import Builder, Machine
from .source import Source

__all__ = ["checked_key", "unpickle"]

MOST_COPIES = 10  # of every byte of a file, at most so many values are copied

Instruction: TypeAlias = Callable[[Machine], object]


def unpickle(
    source: Source, named: Callable[[str], object], stored: Callable[[object], object]
) -> object:
    """Run one program and give its result; the arguments are those of :class:`Machine`.

    Raises:
        BadFileError: it is truncated or makes no sense.
        UnsafeFileError: it has an instruction that builds more than values and containers.
    """
    machine = Machine(source, named, stored)
    while (code := source.take(1)) != b".":  # STOP
        instruction = INSTRUCTIONS.get(code)
        if instruction is None:
            raise UnsafeFileError(
                f"has the pickle instruction {code!r}, which tensors and containers do not need"
            )
        instruction(machine)
    result = machine.pop()
    if machine.stack or machine.below:
        raise BadFileError("is corrupt: values are left over at the end of its pickle")
    return result


# --- tuples, lists, dictionaries, sets ----------------------------------------------------------


def tuple_of(size: int) -> Instruction:
    """Take so many values, push them as a tuple."""

    def run(machine: Machine) -> None:
        machine.push(tuple(reversed([machine.pop() for _ in range(size)])))

    return run


def append(machine: Machine) -> None:
    """Take a value, append it to the list below."""
    value = machine.pop()
    machine.container(list).append(value)


def append_all(machine: Machine) -> None:
    """Take the values since the mark, append them to the list below."""
    values = machine.since_mark()
    machine.container(list).extend(values)


def set_item(machine: Machine) -> None:
    """Take a value and a key, put them into the dictionary below."""
    value, key = machine.pop(), machine.pop()
    machine.container(dict)[checked_key(key)] = value


def set_items(machine: Machine) -> None:
    """Take keys and values in turns since the mark, put them into the dictionary below."""
    values = machine.since_mark()
    if len(values) % 2:
        raise BadFileError("is corrupt: a key of a dictionary has no value")
    target = machine.container(dict)
    for key, value in zip(values[::2], values[1::2], strict=True):
        target[checked_key(key)] = value


def add_all(machine: Machine) -> None:
    """Take the values since the mark, add them to the set below."""
    values = machine.since_mark()
    machine.container(set).update(map(checked_key, values))


def checked_key(key: object) -> object:
    """A key: a plain value or a tuple of them.  To hash a deep tuple could end Python itself.

    Raises:
        BadFileError: it is anything else.
    """
    for part in key if isinstance(key, tuple) else (key,):
        if part is not None and not isinstance(part, (str, int, float, bytes)):
            raise BadFileError(f"is corrupt: a {type(part).__name__} cannot be a key")
    return key


# --- the memo -----------------------------------------------------------------------------------


def put(layout: str) -> Instruction:
    """Remember the topmost value under the number that follows."""

    def run(machine: Machine) -> None:
        machine.memo[machine.number(layout)] = machine.top()

    return run


def put_next(machine: Machine) -> None:
    """Remember the topmost value under the next number."""
    machine.memo[len(machine.memo)] = machine.top()


def get(layout: str) -> Instruction:
    """Push the value that was remembered under the number that follows."""

    def run(machine: Machine) -> None:
        place = machine.number(layout)
        if place not in machine.memo:
            raise BadFileError(f"is corrupt: its pickle has no value {place} to remember")
        machine.push(machine.memo[place])

    return run


# --- names, calls, attributes, and what is stored outside ---------------------------------------


def name_in_lines(machine: Machine) -> None:
    """Push what the name stands for that follows in two lines."""
    module = machine.text(machine.source.line())
    machine.push(machine.named(f"{module}.{machine.text(machine.source.line())}"))


def name_on_stack(machine: Machine) -> None:
    """Take the two parts of a name, push what it stands for."""
    name, module = machine.pop(), machine.pop()
    if not isinstance(module, str) or not isinstance(name, str):
        raise BadFileError("is corrupt: a name in its pickle is not a text")
    machine.push(machine.named(f"{module}.{name}"))


def call(machine: Machine) -> None:
    """Take a builder and its arguments, push what it builds."""
    args, builder = machine.pop(), machine.pop()
    if not isinstance(builder, Builder):
        raise UnsafeFileError(f"wants to call a {type(builder).__name__}")
    if not isinstance(args, tuple):
        raise BadFileError(f"is corrupt: the arguments of {builder.name} are no tuple")
    # one long list may be an argument again and again: few bytes that would fill the memory
    machine.copied += sum(len(arg) for arg in args if isinstance(arg, (list, str)))
    if machine.copied > MOST_COPIES * machine.source.length:
        raise BadFileError("is corrupt: it copies the same values again and again")
    machine.push(builder.build(args))


def attributes(machine: Machine) -> None:
    """Take the attributes of the dictionary below and forget them.

    A ``state_dict`` has one, ``_metadata``: the versions of PyTorch's layers.
    """
    machine.pop()
    machine.container(dict)


INSTRUCTIONS: dict[bytes, Instruction] = {
    # what says nothing here: the protocol's version, and how long the next part is
    b"\x80": lambda machine: machine.source.take(1),
    b"\x95": lambda machine: machine.source.take(8),
    # values
    b"N": lambda machine: machine.push(None),
    b"\x88": lambda machine: machine.push(True),
    b"\x89": lambda machine: machine.push(False),
    b"K": lambda machine: machine.push(machine.number("<B")),
    b"M": lambda machine: machine.push(machine.number("<H")),
    b"J": lambda machine: machine.push(machine.number("<i")),
    b"\x8a": lambda machine: machine.push(
        int.from_bytes(machine.data("<B"), "little", signed=True)
    ),
    b"\x8b": lambda machine: machine.push(
        int.from_bytes(machine.data("<i"), "little", signed=True)
    ),
    b"G": lambda machine: machine.push(machine.number(">d")),
    b"X": lambda machine: machine.push(machine.text(machine.data("<I"))),
    b"\x8c": lambda machine: machine.push(machine.text(machine.data("<B"))),
    b"\x8d": lambda machine: machine.push(machine.text(machine.data("<Q"))),
    b"U": lambda machine: machine.push(machine.text(machine.data("<B"))),  # Python 2
    b"T": lambda machine: machine.push(machine.text(machine.data("<i"))),  # Python 2
    b"C": lambda machine: machine.push(machine.data("<B")),
    b"B": lambda machine: machine.push(machine.data("<I")),
    b"\x8e": lambda machine: machine.push(machine.data("<Q")),
    # containers
    b"(": Machine.mark,
    b")": lambda machine: machine.push(()),
    b"\x85": tuple_of(1),
    b"\x86": tuple_of(2),
    b"\x87": tuple_of(3),
    b"t": lambda machine: machine.push(tuple(machine.since_mark())),
    b"]": lambda machine: machine.push([]),
    b"a": append,
    b"e": append_all,
    b"}": lambda machine: machine.push({}),
    b"s": set_item,
    b"u": set_items,
    b"\x8f": lambda machine: machine.push(set()),
    b"\x90": add_all,
    b"\x91": lambda machine: machine.push(frozenset(map(checked_key, machine.since_mark()))),
    # the stack and the memo
    b"0": Machine.pop,
    b"1": Machine.since_mark,
    b"q": put("<B"),
    b"r": put("<I"),
    b"\x94": put_next,
    b"h": get("<B"),
    b"j": get("<I"),
    # beyond
    b"c": name_in_lines,
    b"\x93": name_on_stack,
    b"R": call,
    b"b": attributes,
    b"Q": lambda machine: machine.push(machine.stored(machine.pop())),
}
