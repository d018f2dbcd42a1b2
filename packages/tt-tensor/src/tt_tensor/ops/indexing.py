"""Square brackets: ``x[i]``, ``x[2:, None]``, ``x[mask]``, and writing there.

Integers, slices, ``None`` and ``...`` give a **view**: writing to it writes to the tensor.  Tensors,
arrays and lists of integers or truth values give a **copy** of the picked elements.

An index that has both kinds is taken in two steps, as PyTorch does it: first the view, then the
arrays.  So an integer only ever removes its own dimension.  (NumPy counts it as one more array,
which moves the picked dimension to the front in ``x[0, :, [1, 2]]``.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import number_array
from ..errors import DTypeError, ShapeError
from ..inplace import write
from ..kernels.naive import indexing as naive
from ..kernels.numpy import indexing as kernels
from ..primitive import Primitive, array_of, count_write, wrap
from .convert import overwrite_p
from .dims import one_dim

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["index_put", "narrow", "select", "view_scatter"]

getitem_p = Primitive(
    "getitem", params=("index",), naive=naive.getitem, numpy=kernels.getitem, view=True
)
index_p = Primitive("index", params=("index",), naive=naive.index, numpy=kernels.index)
index_put_p = Primitive(
    "index_put",
    inputs=("input", "value"),
    params=("index", "accumulate"),
    naive=naive.index_put,
    numpy=kernels.index_put,
)
view_scatter_p = Primitive(
    "view_scatter",
    inputs=("input", "value"),
    params=("chain",),
    naive=naive.view_scatter,
    numpy=kernels.view_scatter,
)

Key = tuple[Any, ...]


def getitem(input: Tensor, index: Any) -> Tensor:
    """``input[index]``: a view, or a copy if there are arrays among the indices.

    Raises:
        IndexError: a place out of range, too many indices, a mask of another shape, a float.
        ValueError: a slice that runs backwards.
    """
    view, arrays = _keys(index)
    out = input
    try:
        if view is not None:
            out = getitem_p((out,), (view,))
        if arrays is not None:
            out = index_p((out,), (arrays,))
    except IndexError as error:
        raise index_error(error, input) from None
    return out


def setitem(input: Tensor, index: Any, value: Any) -> None:
    """``input[index] = value``: the value is broadcast and converted to the tensor's type.

    Raises:
        IndexError: as in :func:`getitem`.
        ShapeError: the value does not broadcast to the indexed part.
        DTypeError: a number that the tensor's type has no room for.
        ValueError: the tensor's memory is read-only, or a slice runs backwards.
    """
    view, arrays = _keys(index)
    source = _source(value, input)
    try:
        if input.node is None and source.node is None:
            _assign(input, view, arrays, source)
            return
        part = input if view is None else getitem_p((input,), (view,))
        if arrays is None:
            write(part, overwrite_p((part, source)))
        else:
            write(part, index_put_p((part, source.to(input.dtype)), (arrays, False)))
    except IndexError as error:
        raise index_error(error, input) from None
    except ValueError as error:
        if not any(word in str(error) for word in ("broadcast", "could not", "cannot assign")):
            raise
        raise ShapeError(
            f"a value of shape {tuple(source.shape)} does not fit the indexed part of a tensor of "
            f"shape {input.shape}"
        ) from None


def narrow(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """The view of ``length`` slices along ``dim`` from ``start`` on.

    Raises:
        IndexError: they reach beyond the tensor.
    """
    d = one_dim(dim, input.ndim)
    size = input.shape[d]
    first = start + size if start < 0 else start
    if length < 0 or not 0 <= first <= first + length <= size:
        raise IndexError(f"narrow: {start} + {length} reaches beyond dimension {d} of size {size}")
    out: Tensor = getitem_p((input,), ((*[slice(None)] * d, slice(first, first + length)),))
    return out


def select(input: Tensor, dim: int, index: int) -> Tensor:
    """The view of one slice along ``dim``, without that dimension."""
    return getitem(input, (*[slice(None)] * one_dim(dim, input.ndim), index))


def index_put(
    input: Tensor, indices: tuple[Any, ...], values: Tensor, accumulate: bool = False
) -> Tensor:
    """A copy of ``input`` with ``values`` put at ``indices``, or added there.

    Args:
        input: any tensor.
        indices: one tensor of integers per leading dimension, or masks.
        values: broadcast to the shape that the indices pick; of the input's type.
        accumulate: add instead of overwrite; repeated places then add up.

    Raises:
        IndexError: a place out of range, or too many indices.
        ShapeError: the values do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> tt.index_put(tt.zeros(3), (tt.tensor([0, 0]),), tt.ones(2), accumulate=True)
        tensor([2., 0., 0.])
    """
    _, arrays = _keys(tuple(indices))
    return put(input, arrays or (), values, accumulate)


def put(input: Tensor, arrays: Key, values: Tensor, accumulate: bool) -> Tensor:
    """:func:`index_put` with indices that are arrays and slices already."""
    try:
        out: Tensor = index_put_p((input, values), (arrays, accumulate))
    except IndexError as error:
        raise index_error(error, input) from None
    except ValueError:
        raise ShapeError(
            f"values: shape {tuple(values.shape)} does not broadcast to the places that the "
            f"indices pick in a tensor of shape {tuple(input.shape)}"
        ) from None
    return out


def view_scatter(input: Tensor, value: Tensor, chain: Any) -> Tensor:
    """A copy of ``input`` in which one view of it holds ``value``.

    Args:
        input: any tensor.
        value: of the view's shape.
        chain: the view, as the pairs (primitive, params) that lead to it.
    """
    out: Tensor = view_scatter_p((input, value), (chain,))
    return out


def index_error(error: IndexError, input: Tensor) -> IndexError:
    """NumPy's error in PyTorch's words, with the tensor's shape."""
    text = str(error).replace("axis", "dimension").replace("array", "tensor")
    return IndexError(f"{text} (the tensor's shape is {tuple(input.shape)})")


def _keys(index: Any) -> tuple[Key | None, Key | None]:
    """The two steps of an index: the key of a view, then the key of arrays; None is no step."""
    if type(index) is int:  # the innermost loop of many programs
        return (index, ...), None
    parts = [_part(part) for part in (index if type(index) is tuple else (index,))]
    if not any(type(part) is np.ndarray for part in parts):
        if not any(part is Ellipsis for part in parts):
            parts.append(...)  # so that a single element is a 0-dimensional array, not a number
        return tuple(parts), None
    if all(type(part) is slice or part is Ellipsis or np.ndim(part) for part in parts):
        return None, tuple(parts)  # NumPy and PyTorch agree: one step will do
    view: list[Any] = []
    arrays: list[Any] = []
    for part in parts:
        if type(part) is not np.ndarray:
            view.append(part)
            if type(part) is not int:  # an integer's dimension is gone after the first step
                arrays.append(part if part is Ellipsis else slice(None))
        elif part.ndim == 0:  # x[True]: a new dimension that the truth value keeps or empties
            view.append(None)
            arrays.append(part.reshape(1))
        else:
            view += [slice(None)] * (part.ndim if part.dtype == bool else 1)
            arrays.append(part)
    return tuple(view), tuple(arrays)


def _part(part: Any) -> Any:
    """One part of an index as int, slice, None, Ellipsis, or an array of integers or booleans."""
    if part is None or part is Ellipsis or type(part) is int:
        return part
    if isinstance(part, slice):
        return _checked_slice(part)
    if isinstance(part, (float, str)):
        raise IndexError(f"an index must be an integer, not {part!r}")
    if isinstance(part, (list, range)) and not len(part):
        return np.zeros(0, np.int64)  # NumPy would make it floating point
    array = np.asarray(list(part)) if isinstance(part, range) else array_of(part)
    if array.dtype == np.uint8 and array.ndim:
        raise IndexError(
            "an index of type uint8 is a mask to PyTorch and a list of places to NumPy; say which "
            "with .bool() or .long()"
        )
    if array.dtype.kind not in "biu":
        raise IndexError(f"an index must be of integers or booleans, not {array.dtype}")
    return int(array) if array.ndim == 0 and array.dtype != bool else array


def _checked_slice(part: slice) -> slice:
    start, stop, step = [
        None if n is None else n.__index__() for n in (part.start, part.stop, part.step)
    ]
    if step is not None and step < 1:
        raise ValueError(f"a slice's step must be positive, not {step}; use flip for reverse order")
    return slice(start, stop, step)


def _source(value: Any, input: Tensor) -> Tensor:
    if hasattr(value, "node"):
        return value  # type: ignore[no-any-return] # only tensors have one
    if isinstance(value, (int, float)):
        return wrap(number_array(value, input.dtype))
    array = array_of(value)
    if array.dtype.kind not in "biuf":  # None would become NaN
        raise DTypeError(
            f"a value must be a tensor, numbers or an array of numbers, not {type(value).__name__}"
        )
    return wrap(array)


def _assign(input: Tensor, view: Key | None, arrays: Key | None, source: Tensor) -> None:
    """Without a history: straight into the memory."""
    if not input.array.flags.writeable:
        raise ValueError("the tensor's memory is read-only; use clone()")
    if arrays is None:
        input.array[view] = source.array
    else:
        part = input.array if view is None else input.array[view]
        part[arrays] = source.array
    count_write(input)
