"""Making tensors: from Python's numbers, from NumPy's arrays, or filled by a rule."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import FROM_NUMPY, DTypeLike, as_dtype, get_default_dtype, result_type_of
from ..errors import DeviceError, DTypeError, ShapeError
from ..primitive import wrap
from ..typing import Array

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "arange",
    "as_tensor",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "from_dlpack",
    "from_numpy",
    "full",
    "full_like",
    "is_tensor",
    "linspace",
    "logspace",
    "new_zeros",
    "ones",
    "ones_like",
    "tensor",
    "zeros",
    "zeros_like",
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

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([[1, 2], [3, 4]])
        tensor([[1, 2],
                [3, 4]])
        >>> tt.tensor([1.0, 2.0]).dtype, tt.tensor(True).dtype
        (tt.float32, tt.bool)
    """
    array = _to_array(data, dtype, "data")
    shares = array is data or array is getattr(data, "array", None)
    return _finish(array.copy() if shares else array, device, requires_grad)


def as_tensor(data: Any, *, dtype: DTypeLike | None = None, device: str = "cpu") -> Tensor:
    """``data`` as a tensor, without a copy where that is possible.

    A tensor of the right type is returned itself; an ndarray of the right type shares its memory.

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
    return wrap(_to_array(data, dtype, "data"))


asarray = as_tensor


def from_numpy(ndarray: Array) -> Tensor:
    """A tensor that shares the memory of an ndarray: a change of one is seen in the other.

    Args:
        ndarray: of a type that tensors hold.

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
        raise TypeError(f"ndarray: expected a NumPy array, not {type(ndarray).__name__}")
    if ndarray.dtype not in FROM_NUMPY:
        raise DTypeError(f"ndarray: tensors do not hold {ndarray.dtype}; use ndarray.astype first")
    if not ndarray.flags.writeable:
        warnings.warn(
            "the array is read-only: changing the tensor in place will be refused; use "
            "tensor(array) for a copy",
            UserWarning,
            stacklevel=2,
        )
    array = ndarray.view(np.ndarray)
    # a type that differs only in byte order is looked up as equal: store the native one
    native = FROM_NUMPY[array.dtype].numpy
    return wrap(array if array.dtype is native else array.astype(native, copy=False))


def from_dlpack(ext_tensor: Any) -> Tensor:
    """A tensor that shares the memory of any object that speaks DLPack (PyTorch, JAX, CuPy ...).

    Raises:
        DTypeError: elements of a type that tensors do not hold.

    Example:
        >>> import numpy as np, tt_tensor as tt
        >>> tt.from_dlpack(np.arange(3))
        tensor([0, 1, 2])
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy marks the array read-only where DLPack cannot say
        return from_numpy(np.from_dlpack(ext_tensor))


def is_tensor(obj: Any) -> bool:
    """Whether ``obj`` is a tensor."""
    from ..tensor import Tensor

    return isinstance(obj, Tensor)


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
    return _finish(np.zeros(shape_of(size), _type(dtype)), device, requires_grad)


def ones(
    *size: Any, dtype: DTypeLike | None = None, device: str = "cpu", requires_grad: bool = False
) -> Tensor:
    """A tensor of ones; the arguments are those of :func:`zeros`.

    Example:
        >>> import tt_tensor as tt
        >>> tt.ones(2, dtype=tt.int64)
        tensor([1, 1])
    """
    return _finish(np.ones(shape_of(size), _type(dtype)), device, requires_grad)


def empty(
    *size: Any, dtype: DTypeLike | None = None, device: str = "cpu", requires_grad: bool = False
) -> Tensor:
    """A tensor whose values are whatever was in its memory; the arguments are those of :func:`zeros`."""
    return _finish(np.empty(shape_of(size), _type(dtype)), device, requires_grad)


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
    return _finish(np.full(shape_of((size,)), fill_value, kind.numpy), device, requires_grad)


def zeros_like(
    input: Tensor, *, dtype: DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """Zeros of the shape and, unless ``dtype`` is given, the type of ``input``."""
    return zeros(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def ones_like(
    input: Tensor, *, dtype: DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """Ones of the shape and, unless ``dtype`` is given, the type of ``input``."""
    return ones(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def empty_like(
    input: Tensor, *, dtype: DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """Unset memory of the shape and, unless ``dtype`` is given, the type of ``input``."""
    return empty(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def full_like(
    input: Tensor,
    fill_value: float,
    *,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """``fill_value`` in the shape and, unless ``dtype`` is given, the type of ``input``."""
    kind = dtype or input.dtype
    return full(input.shape, fill_value, dtype=kind, requires_grad=requires_grad)


def arange(
    start: float,
    end: float | None = None,
    step: float = 1,
    *,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """``start``, ``start + step``, ... as far as it stays before ``end``; ``arange(n)`` is 0 ... n-1.

    Raises:
        ValueError: a step of 0, or one that leads away from ``end``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.arange(3), tt.arange(1, 2, 0.5)
        (tensor([0, 1, 2]), tensor([1.0000, 1.5000]))
    """
    if end is None:
        start, end = 0, start
    if step == 0 or (end - start) / step < 0:
        raise ValueError(f"step: {step} does not lead from start={start} to end={end}")
    kind = result_type_of(start, end, step) if dtype is None else as_dtype(dtype)
    return _finish(np.arange(start, end, step).astype(kind.numpy), device, requires_grad)


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
        raise ValueError(f"steps: the number of steps must not be negative, it is {steps}")
    return _finish(np.linspace(start, end, steps).astype(_type(dtype)), device, requires_grad)


def logspace(
    start: float, end: float, steps: int, base: float = 10.0, *, dtype: DTypeLike | None = None
) -> Tensor:
    """``base`` to the powers of :func:`linspace`.

    Example:
        >>> import tt_tensor as tt
        >>> tt.logspace(0, 2, 3)
        tensor([  1.,  10., 100.])
    """
    return wrap(np.logspace(start, end, steps, base=base).astype(_type(dtype)))


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
    return _finish(np.eye(n, m, dtype=_type(dtype)), device, requires_grad)


def shape_of(size: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape in ``f(2, 3)``, ``f((2, 3))`` or ``f([2, 3])``.

    Raises:
        ShapeError: a negative size.
    """
    if len(size) == 1 and isinstance(size[0], (tuple, list)):
        size = tuple(size[0])
    shape = tuple([int(n.__index__()) for n in size])
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


def _finish(array: Array, device: str, requires_grad: bool) -> Tensor:
    check_device(device)
    out = wrap(array)
    return out.requires_grad_() if requires_grad else out


def _to_array(data: Any, dtype: DTypeLike | None, name: str) -> Array:
    """The array that ``data`` is or describes, in the type that it has or should have."""
    if is_tensor(data):
        array: Array = data.array
    elif isinstance(data, (np.ndarray, np.generic)):
        array = np.asarray(data)
    else:
        array = _from_lists(data, name)
        if dtype is None and array.dtype == np.float64:
            array = array.astype(get_default_dtype().numpy)  # Python's floats have no type to keep
    if dtype is not None:
        array = array.astype(as_dtype(dtype).numpy, copy=False)
    if array.dtype not in FROM_NUMPY:
        raise DTypeError(f"{name}: tensors do not hold {array.dtype} ({data!r:.60})")
    return array


def _from_lists(data: Any, name: str) -> Array:
    if isinstance(data, (list, tuple)) and not len(data):
        return np.zeros(0, get_default_dtype().numpy)
    try:
        array = np.array(_plain(data))
    except ValueError:
        raise ShapeError(
            f"{name}: nested lists must have the same length at each depth, like a table"
        ) from None
    return array


def _plain(data: Any) -> Any:
    """Nested lists with the tensors in them replaced by arrays."""
    if isinstance(data, (list, tuple)):
        return [_plain(item) for item in data]
    return data.array if is_tensor(data) else data


def new_zeros(input: Tensor, size: tuple[int, ...]) -> Tensor:
    """Zeros of another shape in the type of ``input``; gradient rules call it on arrays too."""
    if isinstance(input, np.ndarray):
        return np.zeros(size, input.dtype)  # array in, array out
    return wrap(np.zeros(size, input.array.dtype))
