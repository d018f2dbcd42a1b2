"""Data types and PyTorch's promotion rules.

A :class:`dtype` names what one element of a tensor is.  When an operation meets two different
types, the result's type follows three rules, in this order (they are PyTorch's):

1. *Category wins*: bool < integer < floating point.  ``int64 + float16`` is ``float16``.
2. *Within a category, size wins*: ``float32 + float64`` is ``float64``; ``uint8 + int8`` needs
   ``int16`` to hold both.
3. *Weak operands do not count inside their category*: a 0-dimensional tensor yields to a tensor
   with dimensions, and a plain Python number yields to both.  ``float32[3] + 2.5`` stays
   ``float32``, and so does ``float32[3] + float64[]``.
"""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from .errors import DTypeError
from .quiet import quiet
from .typing import Array

__all__ = [
    "DTypeLike",
    "dtype",
    "float16",
    "float32",
    "float64",
    "get_default_dtype",
    "int8",
    "int16",
    "int32",
    "int64",
    "promote_types",
    "set_default_dtype",
    "uint8",
]


class dtype:
    """What one element of a tensor is: ``tt.float32``, ``tt.int64``, ``tt.bool`` ...

    Example:
        >>> import tt_tensor as tt
        >>> tt.zeros(2).dtype
        tt.float32
        >>> tt.float16.itemsize, tt.int8.is_floating_point
        (2, False)
    """

    __slots__ = ("category", "is_floating_point", "is_signed", "itemsize", "name", "numpy")

    def __init__(self, name: str) -> None:
        self.name = name
        self.numpy = np.dtype(name)
        self.itemsize = self.numpy.itemsize
        self.is_floating_point = self.numpy.kind == "f"
        self.is_signed = self.numpy.kind in "fi"
        self.category = {"b": 0, "u": 1, "i": 1, "f": 2}[self.numpy.kind]

    def __repr__(self) -> str:
        return f"tt.{self.name}"

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (by_name, (self.name,))


float64 = dtype("float64")
float32 = dtype("float32")
float16 = dtype("float16")
int64 = dtype("int64")
int32 = dtype("int32")
int16 = dtype("int16")
int8 = dtype("int8")
uint8 = dtype("uint8")
bool_ = dtype("bool")  # the package exports it as ``tt.bool``

ALL = (float64, float32, float16, int64, int32, int16, int8, uint8, bool_)
FROM_NUMPY: dict[np.dtype[Any], dtype] = {d.numpy: d for d in ALL}

DTypeLike = dtype | np.dtype[Any] | type | str
"""What an argument named ``dtype`` accepts: a :class:`dtype`, or anything NumPy understands."""

_default = float32


def by_name(name: str) -> dtype:
    """The dtype called ``name``, as in ``by_name("float32")``."""
    return as_dtype(name)


def as_dtype(value: DTypeLike) -> dtype:
    """The :class:`dtype` that ``value`` means; ``float``, ``int`` and ``bool`` mean the defaults.

    Raises:
        DTypeError: ``value`` names no type, or one that tensors do not hold.
    """
    if isinstance(value, dtype):
        return value
    if value is builtins.float:
        return _default  # as a Python number in an expression: the default, not NumPy's float64
    try:
        return FROM_NUMPY[np.dtype(value)]
    except (TypeError, KeyError):
        known = ", ".join(d.name for d in ALL)
        raise DTypeError(
            f"dtype {value!r} is not one that tensors hold; use one of {known}"
        ) from None


def native(array: Array) -> Array:
    """``array`` itself, or a view of it, whose dtype is the very object in this module.

    NumPy has equal dtypes that are not the same object (``long long`` beside ``long``, and those of
    unpickled arrays).  The dispatcher compares by identity, so arrays from outside come through here.
    """
    own = FROM_NUMPY[array.dtype].numpy
    return array if array.dtype is own else array.view(own)


def set_default_dtype(d: DTypeLike) -> None:
    """Set the type of tensors made from Python floats (``float32`` at the start).

    Raises:
        DTypeError: ``d`` is not a floating-point type.
    """
    global _default
    new = as_dtype(d)
    if not new.is_floating_point:
        raise DTypeError(f"d: the default must be a floating-point dtype, not {new}")
    _default = new


def get_default_dtype() -> dtype:
    """The type of tensors made from Python floats.

    Example:
        >>> import tt_tensor as tt
        >>> tt.get_default_dtype()
        tt.float32
    """
    return _default


def promote_types(type1: DTypeLike, type2: DTypeLike) -> dtype:
    """The smallest type of the higher category that holds values of both (rules 1 and 2).

    Example:
        >>> import tt_tensor as tt
        >>> tt.promote_types(tt.int64, tt.float16), tt.promote_types(tt.uint8, tt.int8)
        (tt.float16, tt.int16)
    """
    a, b = as_dtype(type1), as_dtype(type2)
    if a.category != b.category:
        return a if a.category > b.category else b
    return FROM_NUMPY[np.promote_types(a.numpy, b.numpy)]


def result_type_of(*operands: Any) -> dtype:
    """The type of an operation on arrays and Python numbers (rules 1 to 3).

    Args:
        operands: ndarrays, or plain Python ``bool``, ``int`` and ``float``.
    """
    strong, zero_dim, number = None, None, None
    for x in operands:
        if isinstance(x, np.ndarray):
            kind = FROM_NUMPY[x.dtype]
            if x.ndim:
                strong = kind if strong is None else promote_types(strong, kind)
            else:
                zero_dim = kind if zero_dim is None else promote_types(zero_dim, kind)
        else:
            kind = number_type(x)
            number = kind if number is None else promote_types(number, kind)
    return _yield_to(strong, _yield_to(zero_dim, number)) or _default


def number_array(value: builtins.bool | int | float, kind: dtype) -> Array:
    """A plain Python number as a 0-dimensional array.

    Raises:
        DTypeError: the type has no room for it: ``uint8`` ends at 255.
    """
    try:
        return np.asarray(value, kind.numpy)
    except RuntimeWarning:  # 70,000 in float16 is infinite
        return quiet(np.asarray)(value, kind.numpy)
    except OverflowError:
        raise DTypeError(
            f"the number {value} does not fit into {kind}; give the tensor a larger type first, "
            "for example with x.long()"
        ) from None


def number_type(value: builtins.bool | int | float) -> dtype:
    """The type that a plain Python number brings along: bool, int64 or the default float."""
    if isinstance(value, builtins.bool):
        return bool_
    return int64 if isinstance(value, int) else _default


def _yield_to(strong: dtype | None, weak: dtype | None) -> dtype | None:
    """``strong``, unless ``weak`` is of a higher category."""
    if strong is None or weak is None:
        return strong or weak
    return strong if strong.category >= weak.category else promote_types(strong, weak)
