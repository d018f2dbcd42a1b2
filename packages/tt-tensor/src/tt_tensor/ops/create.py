"""Tensors filled by a rule: zeros, ones, ranges, the identity."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import DTypeLike, as_dtype, get_default_dtype, result_type_of
from ..errors import DeviceError, ShapeError
from ..primitive import wrap
from ..typing import Array

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "arange",
    "empty",
    "eye",
    "full",
    "linspace",
    "logspace",
    "ones",
    "tril_indices",
    "triu_indices",
    "zeros",
]


def zeros(
    *size: Any, dtype: DTypeLike | None = None, device: str = "cpu", requires_grad: bool = False
) -> Tensor:
    """A tensor of zeros.

    Args:
        size: the shape, as numbers or as one tuple.
        dtype: the element type; the default floating-point type if None.
        device: ``"cpu"``, the only one.
        requires_grad: record operations on it.

    Example:
        >>> import tt_tensor as tt
        >>> tt.zeros(2, 3)
        tensor([[0., 0., 0.],
                [0., 0., 0.]])
    """
    return finish(np.zeros(shape_of(size), _type(dtype)), device, requires_grad)


def ones(
    *size: Any, dtype: DTypeLike | None = None, device: str = "cpu", requires_grad: bool = False
) -> Tensor:
    """A tensor of ones; the arguments are those of :func:`zeros`.

    Example:
        >>> import tt_tensor as tt
        >>> tt.ones(2, dtype=tt.int64)
        tensor([1, 1])
    """
    return finish(np.ones(shape_of(size), _type(dtype)), device, requires_grad)


def empty(
    *size: Any, dtype: DTypeLike | None = None, device: str = "cpu", requires_grad: bool = False
) -> Tensor:
    """A tensor whose values are whatever was in its memory; the arguments are those of :func:`zeros`."""
    return finish(np.empty(shape_of(size), _type(dtype)), device, requires_grad)


def full(
    size: Any,
    fill_value: float,
    *,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """A tensor in which every element is ``fill_value``, of the type that the number has.

    Example:
        >>> import tt_tensor as tt
        >>> tt.full((2,), 7), tt.full((2,), 0.5)
        (tensor([7, 7]), tensor([0.5000, 0.5000]))
    """
    kind = result_type_of(fill_value) if dtype is None else as_dtype(dtype)
    return finish(np.full(shape_of((size,)), fill_value, kind.numpy), device, requires_grad)


def arange(
    start: Any = None,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """``start``, ``start + step``, ... as far as it stays before ``end``; ``arange(n)`` is 0 ... n-1.

    Args:
        start: the first number; 0 if only one number is given.
        end: where to stop; not included.
        step: the distance between two numbers, positive or negative.
        dtype: the element type; by default int64 if all numbers are integers, else the default
            floating-point type.
        device: ``"cpu"``, the only one.
        requires_grad: record operations on it.

    Raises:
        TypeError: neither ``start`` nor ``end`` is given.
        ValueError: a step of 0, or one that leads away from ``end``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.arange(3), tt.arange(1, 2, 0.5)
        (tensor([0, 1, 2]), tensor([1.0000, 1.5000]))
    """
    if end is None:
        start, end = None, start
    if end is None:
        raise TypeError("end: arange needs at least the number to stop at, as in arange(5)")
    first, last, step = (_number(0 if x is None else x) for x in (start, end, step))
    if step == 0 or (last - first) / step < 0:
        raise ValueError(f"step: {step} does not lead from start={first} to end={last}")
    kind = result_type_of(first, last, step) if dtype is None else as_dtype(dtype)
    count = math.ceil((last - first) / step)
    return finish((first + step * np.arange(count)).astype(kind.numpy), device, requires_grad)


def linspace(
    start: float,
    end: float,
    steps: int,
    *,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """``steps`` evenly spaced numbers from ``start`` to ``end``, both included.

    Example:
        >>> import tt_tensor as tt
        >>> tt.linspace(0, 1, 3)
        tensor([0.0000, 0.5000, 1.0000])
    """
    if steps < 0:
        raise ValueError(f"steps: the number of steps cannot be negative, it is {steps}")
    return finish(np.linspace(start, end, steps).astype(_type(dtype)), device, requires_grad)


def logspace(
    start: float,
    end: float,
    steps: int,
    base: float = 10.0,
    *,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """``base`` to the powers of :func:`linspace`.

    Example:
        >>> import tt_tensor as tt
        >>> tt.logspace(0, 2, 3)
        tensor([  1.,  10., 100.])
    """
    powers = np.logspace(start, end, steps, base=base)
    return finish(powers.astype(_type(dtype)), device, requires_grad)


def eye(
    n: int,
    m: int | None = None,
    *,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """The identity: ones on the diagonal of an (n, m) matrix, zeros elsewhere.

    Example:
        >>> import tt_tensor as tt
        >>> tt.eye(2)
        tensor([[1., 0.],
                [0., 1.]])
    """
    return finish(np.eye(n, m, dtype=_type(dtype)), device, requires_grad)


def tril_indices(row: int, col: int, offset: int = 0) -> Tensor:
    """The positions on and below a diagonal of a (row, col) matrix.

    Args:
        row: number of rows.
        col: number of columns.
        offset: which diagonal: 0 the main one, positive above it, negative below it.

    Returns:
        (2, n) int64: the row numbers, then the column numbers.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tril_indices(2, 2)
        tensor([[0, 1, 1],
                [0, 0, 1]])
    """
    return wrap(np.stack(np.tril_indices(row, offset, col)).astype(np.int64))


def triu_indices(row: int, col: int, offset: int = 0) -> Tensor:
    """The positions on and above a diagonal of a (row, col) matrix; see :func:`tril_indices`.

    Example:
        >>> import tt_tensor as tt
        >>> tt.triu_indices(2, 2)
        tensor([[0, 0, 1],
                [0, 1, 1]])
    """
    return wrap(np.stack(np.triu_indices(row, offset, col)).astype(np.int64))


def shape_of(size: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape in ``f(2, 3)``, ``f((2, 3))`` or ``f([2, 3])``.

    Raises:
        ShapeError: a negative size.
        TypeError: a size that is not an integer.
    """
    if len(size) == 1 and isinstance(size[0], (tuple, list)):
        size = tuple(size[0])
    try:
        shape = tuple([operator.index(n) for n in size])
    except TypeError:
        raise TypeError(f"size: the sizes of dimensions are integers, not {size}") from None
    if any(n < 0 for n in shape):
        raise ShapeError(f"size: no dimension can be negative, but the shape is {shape}")
    return shape


def check_device(device: str | None) -> None:
    """Refuse every device but the CPU.

    Raises:
        DeviceError: another one.
    """
    if device is not None and not str(device).startswith("cpu"):
        raise DeviceError(f"device {device!r} does not exist here; the only one is 'cpu'")


def _type(dtype: DTypeLike | None) -> np.dtype[Any]:
    return (get_default_dtype() if dtype is None else as_dtype(dtype)).numpy


def finish(array: Array, device: str, requires_grad: bool) -> Tensor:
    """A tensor that holds ``array``, with the options that all functions of this kind have."""
    check_device(device)
    out = wrap(array)
    return out.requires_grad_() if requires_grad else out


def _number(x: Any) -> Any:
    """A Python number, also from a tensor of one element."""
    return x.item() if hasattr(x, "item") else x
