"""The names that a file may use, and what they build.

The whole list; any other name is refused, because to look it up would be to import it, and to call
it would be to run what somebody else wrote.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import tt_tensor as tt

from .errors import BadFileError, UnsafeFileError
from .instructions import checked_key
from .machine import Builder
from .storage import NumberType, Storage, count, tensor_in

__all__ = ["only_data", "value_of_name"]


def value_of_name(name: str) -> object:
    """What a full name stands for: a builder, a type of numbers, or a type of tensors.

    Raises:
        DTypeError: numbers of a type that does not exist here.
        UnsafeFileError: anything else.
    """
    if name in BUILDERS:
        return Builder(name, BUILDERS[name])
    module, _, last = name.rpartition(".")
    if module in ("torch", "torch.cuda"):
        if last in NUMBER_TYPES:
            return NUMBER_TYPES[last]
        if last in DTYPES:
            return DTYPES[last]
    if name in UNKNOWN_TENSORS or (module == "torch" and last.endswith("Storage")):
        raise tt.DTypeError(
            f"has tensors of a type that does not exist here: {UNKNOWN_TENSORS.get(name, name):.200}; "
            "convert them to float32 where the file comes from"
        )
    raise UnsafeFileError(_refusal(name))


def _refusal(name: str) -> str:
    if name.split(".")[0] in ("torch", "numpy"):
        return (
            f"asks for {name:.200}, which is none of the tensors and containers that are read here; "
            "in PyTorch, save no more than weights: torch.save(model.state_dict(), path)"
        )
    return (
        f"carries code: it asks for {name!r:.200}, and to read it would be to run that; use a file "
        "that has tensors only, such as torch.save(model.state_dict(), path) writes"
    )


def only_data(value: object) -> object:
    """The value itself, once it is sure that no builder, storage or type of numbers is in it.

    Raises:
        BadFileError: one is, where only a tensor should be.
    """
    seen: set[int] = set()  # containers may hold each other in a ring
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, (Builder, Storage, NumberType)):
            raise BadFileError(f"has a bare {type(part).__name__} where a value should be")
        if isinstance(part, (dict, list, tuple)) and id(part) not in seen:
            seen.add(id(part))
            left.extend(part.values() if isinstance(part, dict) else part)
    return value


# --- types of numbers ---------------------------------------------------------------------------

NUMBER_TYPES = {
    name: NumberType(name, np.dtype(stored), np.dtype(dtype))
    for name, stored, dtype in (
        ("DoubleStorage", "f8", "f8"),
        ("FloatStorage", "f4", "f4"),
        ("HalfStorage", "f2", "f2"),
        ("BFloat16Storage", "u2", "f4"),
        ("LongStorage", "i8", "i8"),
        ("IntStorage", "i4", "i4"),
        ("ShortStorage", "i2", "i2"),
        ("CharStorage", "i1", "i1"),
        ("ByteStorage", "u1", "u1"),
        ("BoolStorage", "u1", "?"),
    )
}

DTYPES = {
    "float64": tt.float64,
    "float32": tt.float32,
    "float16": tt.float16,
    "bfloat16": tt.float32,  # as its numbers are
    "int64": tt.int64,
    "int32": tt.int32,
    "int16": tt.int16,
    "int8": tt.int8,
    "uint8": tt.uint8,
    "bool": tt.bool,
}

# builders of tensors that do not exist here, and what these hold or are
UNKNOWN_TENSORS = {
    "torch._utils._rebuild_tensor_v3": "uint16, uint32, uint64, float8 or the like",
    "torch._utils._rebuild_qtensor": "quantized",
    "torch._utils._rebuild_sparse_tensor": "sparse",
}


# --- builders: from the arguments in the file to a value -----------------------------------------


def tensor(args: tuple[object, ...]) -> object:
    """(storage, offset, sizes, strides, ...) to a tensor.

    What may follow says whether gradients are asked for, and has hooks, none of which is kept.
    """
    match args:
        case (Storage() as storage, int(offset), tuple(size), tuple(stride), *_):
            return tensor_in(storage, offset, size, stride)
    raise BadFileError("is corrupt: a tensor in it is not described by storage, offset, sizes, ...")


def parameter(args: tuple[object, ...]) -> object:
    """(tensor, requires_grad, hooks) to the tensor."""
    match args:
        case (tt.Tensor() as value, *_):
            return value
    raise BadFileError("is corrupt: a parameter in it is no tensor")


def dictionary(args: tuple[object, ...]) -> object:
    """() or (pairs,) to a dictionary; it keeps its order, as all of them do."""
    match args:
        case ():
            return {}
        case (list(pairs),) if all(isinstance(p, (list, tuple)) and len(p) == 2 for p in pairs):
            return {checked_key(key): value for key, value in pairs}
    raise BadFileError("is corrupt: a dictionary in it is not made of pairs")


def size(args: tuple[object, ...]) -> object:
    """(sizes,) to a tuple."""
    match args:
        case (tuple(sizes),):
            return sizes
    raise BadFileError("is corrupt: a torch.Size in it is no tuple")


def device(args: tuple[object, ...]) -> object:
    """("cuda", 0) to "cuda:0"."""
    match args:
        case (str(kind),):
            return kind
        case (str(kind), int(index)):
            return f"{kind}:{count(index)}"
    raise BadFileError("is corrupt: a torch.device in it has no name")


def set_of(args: tuple[object, ...]) -> object:
    """(members,) to a set."""
    match args:
        case (list(members),):
            return set(map(checked_key, members))
    raise BadFileError("is corrupt: a set in it has no members")


def encoded(args: tuple[object, ...]) -> object:
    """(text, "latin1") to bytes: how protocol 2 writes them."""
    match args:
        case (str(text), "latin1") if all(ord(letter) < 256 for letter in text):
            return text.encode("latin1")
        case ():
            return b""
    raise BadFileError("is corrupt: bytes in it are no text in Latin-1")


BUILDERS: dict[str, Callable[[tuple[object, ...]], object]] = {
    "torch._utils._rebuild_tensor": tensor,  # before 2018
    "torch._utils._rebuild_tensor_v2": tensor,
    "torch._utils._rebuild_parameter": parameter,
    "torch.Size": size,
    "torch.device": device,
    "collections.OrderedDict": dictionary,
    "builtins.set": set_of,
    "builtins.frozenset": set_of,
    "builtins.bytes": encoded,
    "_codecs.encode": encoded,
    # the same in Python 2
    "__builtin__.set": set_of,
    "__builtin__.frozenset": set_of,
    "__builtin__.bytes": encoded,
}
