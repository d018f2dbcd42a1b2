"""Tensors from what is already there: numbers and nested lists, NumPy's arrays, other libraries."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import (
    FROM_NUMPY,
    DTypeLike,
    as_dtype,
    dtype,
    get_default_dtype,
    native,
    number_type,
    promote_types,
)
from ..errors import DTypeError, ShapeError
from ..primitive import wrap
from ..typing import Array
from .create import check_device, finish

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "as_tensor",
    "asarray",
    "from_dlpack",
    "from_numpy",
    "is_floating_point",
    "is_tensor",
    "numel",
    "tensor",
]


def tensor(
    data: Any,
    *,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """A new tensor with a copy of ``data``.

    Args:
        data: a number, nested lists of numbers or tensors, an ndarray or a tensor.
        dtype: the element type; by default what the data are: Python floats become the default
            type (float32), integers int64, truth values bool, and arrays keep theirs.
        device: ``"cpu"``, the only one.
        requires_grad: record operations on it.

    Raises:
        ShapeError: nested lists of unequal lengths.
        DTypeError: data of a type that tensors do not hold.
        ValueError: an integer that does not fit into ``dtype``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([[1, 2], [3, 4]])
        tensor([[1, 2],
                [3, 4]])
        >>> tt.tensor([1.0, 2.0]).dtype, tt.tensor(True).dtype
        (tt.float32, tt.bool)
    """
    return finish(_to_array(data, dtype, copy=True), device, requires_grad)


def as_tensor(data: Any, *, dtype: DTypeLike | None = None, device: str = "cpu") -> Tensor:
    """``data`` as a tensor, without a copy where that is possible.

    A tensor of the right type is returned itself; an ndarray of the right type shares its memory.
    The arguments and errors are those of :func:`tensor`.

    Example:
        >>> import numpy as np, tt_tensor as tt
        >>> a = np.zeros(2)
        >>> tt.as_tensor(a)[0] = 7
        >>> float(a[0])
        7.0
    """
    check_device(device)
    if is_tensor(data):
        out: Tensor = data.to(dtype)
        return out
    return wrap(_to_array(data, dtype, copy=False))


asarray = as_tensor


def from_numpy(ndarray: Array) -> Tensor:
    """A tensor that shares the memory of an ndarray: a change of one is seen in the other.

    Args:
        ndarray: of a type that tensors hold.  If it is read-only, so is the tensor; a warning
            says so.

    Raises:
        TypeError: not an ndarray.
        DTypeError: an ndarray of another type, such as complex numbers or objects.

    Example:
        >>> import numpy as np, tt_tensor as tt
        >>> a = np.array([1, 2])
        >>> x = tt.from_numpy(a)
        >>> a[0] = 9
        >>> x
        tensor([9, 2])
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(
            f"ndarray: expected a NumPy array, not {type(ndarray).__name__}; use tensor(...)"
        )
    if ndarray.dtype not in FROM_NUMPY:
        raise DTypeError(
            f"ndarray: tensors do not hold the type {ndarray.dtype}; use ndarray.astype first"
        )
    if not ndarray.flags.writeable:
        warnings.warn(
            "the array is read-only: changing the tensor in place will be refused; use "
            "tensor(array) for a copy",
            UserWarning,
            stacklevel=2,
        )
    return wrap(native(ndarray.view(np.ndarray)))


def from_dlpack(ext_tensor: Any) -> Tensor:
    """A tensor that shares the memory of any object that speaks DLPack (PyTorch, JAX, CuPy ...).

    Raises:
        TypeError: the object does not speak DLPack.
        DTypeError: elements of a type that tensors do not hold.

    Example:
        >>> import numpy as np, tt_tensor as tt
        >>> tt.from_dlpack(np.arange(3))
        tensor([0, 1, 2])
    """
    if not hasattr(ext_tensor, "__dlpack__"):
        raise TypeError(
            f"ext_tensor: expected an object with __dlpack__, not {type(ext_tensor).__name__}; "
            "use as_tensor for numbers and lists"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy marks the array read-only where DLPack cannot say
        return from_numpy(np.from_dlpack(ext_tensor))


def is_tensor(obj: Any) -> bool:
    """Whether ``obj`` is a tensor.

    Example:
        >>> import tt_tensor as tt
        >>> tt.is_tensor(tt.ones(1)), tt.is_tensor(1.0)
        (True, False)
    """
    from ..tensor import Tensor

    return isinstance(obj, Tensor)


def is_floating_point(input: Tensor) -> bool:
    """Whether the elements are floating-point numbers."""
    return input.array.dtype.kind == "f"


def numel(input: Tensor) -> int:
    """The number of elements.

    Example:
        >>> import tt_tensor as tt
        >>> tt.numel(tt.ones(2, 3))
        6
    """
    return input.array.size


def _to_array(data: Any, wish: DTypeLike | None, copy: bool) -> Array:
    """The array that ``data`` is or describes, of the type that it has or should have."""
    kind = None if wish is None else as_dtype(wish)
    if is_tensor(data):
        array: Array = data.array
    elif hasattr(data, "__array__"):
        array = np.asarray(data)
    else:
        return _from_lists(data, kind)
    if array.dtype not in FROM_NUMPY:
        raise DTypeError(f"data: tensors do not hold the type {array.dtype}; use data.astype first")
    return native(array.astype(array.dtype if kind is None else kind.numpy, copy=copy))


def _from_lists(data: Any, kind: dtype | None) -> Array:
    """The array described by a number or by nested lists of numbers, arrays and tensors."""
    pure = _is_python_number(next(_leaves(data), 0))  # judged by the first one, for speed
    try:
        array = np.array(data if pure else _plain(data))
    except ValueError:
        raise ShapeError(
            "data: nested lists must have the same length at each depth, like the rows of a table"
        ) from None
    if array.dtype not in FROM_NUMPY:
        raise DTypeError(f"data: tensors hold numbers and truth values, not {_culprit(data)}")
    if kind is None:
        kind = _common_type(data, array, pure)
    out = array.astype(kind.numpy, copy=False)
    if array.dtype.kind == "i" and kind.numpy.kind in "iu" and not np.array_equal(out, array):
        raise ValueError(f"data: {array[out != array].flat[0]} does not fit into {kind}")
    return native(out)


def _common_type(data: Any, array: Array, pure: bool) -> dtype:
    """Arrays among the data keep their type; Python's numbers mean the default float or int64."""
    if not array.size:
        return get_default_dtype()
    if pure:
        return number_type(array.flat[0].item())
    kinds = [_type_of(x) for x in _leaves(_plain(data))]
    return functools.reduce(promote_types, kinds)


def _type_of(x: Any) -> dtype:
    return number_type(x) if _is_python_number(x) else as_dtype(np.asarray(x).dtype)


def _leaves(data: Any) -> Iterator[Any]:
    """What nested lists contain, one after the other."""
    if isinstance(data, (list, tuple, range)):
        for item in data:
            yield from _leaves(item)
    else:
        yield data


def _plain(data: Any) -> Any:
    """Nested lists with the tensors in them replaced by arrays."""
    if isinstance(data, (list, tuple)):
        return [_plain(item) for item in data]
    return data.array if is_tensor(data) else data


def _is_python_number(x: Any) -> bool:
    return type(x) in (
        bool,
        int,
        float,
    )  # np.float64 is a subclass of float, and has a type to keep


def _culprit(data: Any) -> str:
    """What among the data is not a number, for a message."""
    for x in _leaves(data):
        if not (_is_python_number(x) or is_tensor(x) or getattr(x, "dtype", None) in FROM_NUMPY):
            return f"{type(x).__name__} ({x!r:.40})"
    return "integers beyond int64"
