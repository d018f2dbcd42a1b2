"""Pickles that hold nothing but arrays and plain containers.

A pickle is a program: it may name any function and have it called.  This reader lends it only the few names
with which NumPy's arrays, sets and bytes are written, and those of NumPy stand for functions of ours that
check what they are given.  Everything else that a pickle names is refused before it is imported.
"""

from __future__ import annotations

import io
import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tt_tensor.typing import Array

__all__ = ["read_plain_pickle"]

KINDS = "biufc"  # the dtypes that hold numbers


def read_plain_pickle(path: Path) -> Any:
    """What is in a pickle of arrays, numbers, texts, tuples, lists, sets and dictionaries.

    The byte strings of Python 2 stay bytes.

    Raises:
        ValueError: the file is broken, or names anything else.
    """
    try:
        return _arrays(_PlainUnpickler(io.BytesIO(path.read_bytes()), encoding="bytes").load())
    except OSError:
        raise
    except Exception as error:  # a broken pickle can raise nearly everything
        raise ValueError(
            f"{path}: this is not a pickle of arrays and plain values, or it is broken "
            f"({error}); get it again"
        ) from error


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in ALLOWED:
            return _Name(ALLOWED[module, name])
        raise pickle.UnpicklingError(f"it wants to use {module}.{name}, which is not allowed")

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("it refers to an object outside")


class _Sealed:
    """Whatever a pickle gets from us takes no new state beyond what its class says."""

    __slots__ = ()

    def __setstate__(self, state: Any) -> None:
        raise pickle.UnpicklingError("it wants to change what it may only use")


class _Name(_Sealed):
    """A name in a pickle; calling it is the only thing that can be done with it."""

    __slots__ = ("call",)

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call

    def __call__(self, *args: Any) -> Any:
        return self.call(*args)


class _DType(_Sealed):
    """``numpy.dtype("u1", ...)``, then its byte order as a state."""

    __slots__ = ("dtype",)

    def __init__(self, name: Any, *_: Any) -> None:
        self.dtype = np.dtype(name.decode("ascii") if isinstance(name, bytes) else str(name))
        if self.dtype.kind not in KINDS:
            raise pickle.UnpicklingError(f"it has an array of {self.dtype}, which is no number")

    def __setstate__(self, state: Any) -> None:
        order: Any = state[1].decode("ascii") if isinstance(state[1], bytes) else state[1]
        self.dtype = self.dtype.newbyteorder(order)


class _Array(_Sealed):
    """An array begun without its contents, which come as a state."""

    __slots__ = ("array",)

    def __init__(self, *_: Any) -> None:
        self.array: Array | None = None

    def __setstate__(self, state: Any) -> None:
        _, shape, dtype, by_columns, raw = state
        if len(raw) != math.prod(shape) * dtype.dtype.itemsize:
            raise pickle.UnpicklingError(f"an array of shape {shape} has {len(raw)} bytes")
        order: Any = "F" if by_columns else "C"
        self.array = np.frombuffer(raw, dtype.dtype).reshape(shape, order=order).copy()


def _latin_bytes(text: str, encoding: str) -> bytes:
    """How Python 3 writes bytes for Python 2; "latin1" is the only encoding it names."""
    return text.encode("latin1")


def _empty_bytes() -> bytes:
    """``bytes()``, and nothing else: ``bytes(10**12)`` would fill the memory."""
    return b""


ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy.core.multiarray", "_reconstruct"): _Array,  # NumPy 1
    ("numpy._core.multiarray", "_reconstruct"): _Array,  # NumPy 2
    ("numpy", "ndarray"): _Array,  # only named, as the first argument of _reconstruct
    ("numpy", "dtype"): _DType,
    # what older protocols have no codes for
    ("_codecs", "encode"): _latin_bytes,
    ("__builtin__", "bytes"): _empty_bytes,
    ("__builtin__", "set"): set,
    ("builtins", "bytes"): _empty_bytes,
    ("builtins", "set"): set,
}


def _arrays(value: Any) -> Any:
    """The same containers with arrays in the places where they were built."""
    if isinstance(value, _Array):
        if value.array is None:
            raise pickle.UnpicklingError("an array without contents")
        return value.array
    if isinstance(value, dict):
        return {key: _arrays(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_arrays(item) for item in value)
    if isinstance(value, _Sealed):
        raise pickle.UnpicklingError("a name alone is no value")
    return value
