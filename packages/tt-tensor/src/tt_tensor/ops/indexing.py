"""Indexing: ``x[i]``, ``x[2:, None]``, ``x[mask]``, and reading or writing at listed places.

Integers, slices, ``None`` and ``...`` give a **view**: writing to it writes to the tensor.  Tensors,
arrays and lists of integers or truth values give a **copy** of the picked elements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import result_type_of
from ..errors import DTypeError, ShapeError
from ..inplace import write
from ..kernels.naive import indexing as naive
from ..kernels.numpy import indexing as kernels
from ..primitive import Primitive, array_of, count_write, wrap
from .convert import overwrite_p
from .dims import one_dim

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "gather",
    "index_add",
    "index_put",
    "index_select",
    "masked_fill",
    "masked_select",
    "narrow",
    "nonzero",
    "scatter",
    "scatter_add",
    "select",
    "take_along_dim",
    "tril",
    "triu",
    "view_scatter",
]

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
gather_p = Primitive(
    "gather", inputs=("input", "index"), params=("dim",), naive=naive.gather, numpy=kernels.gather
)
scatter_p = Primitive(
    "scatter",
    inputs=("input", "index", "src"),
    params=("dim",),
    naive=naive.scatter,
    numpy=kernels.scatter,
)
scatter_add_p = Primitive(
    "scatter_add",
    inputs=("input", "index", "src"),
    params=("dim",),
    naive=naive.scatter_add,
    numpy=kernels.scatter_add,
)
view_scatter_p = Primitive(
    "view_scatter",
    inputs=("input", "value"),
    params=("chain",),
    naive=naive.view_scatter,
    numpy=kernels.view_scatter,
)
tril_p = Primitive("tril", params=("diagonal",), naive=naive.tril, numpy=kernels.tril)
triu_p = Primitive("triu", params=("diagonal",), naive=naive.triu, numpy=kernels.triu)


def getitem(input: Tensor, index: Any) -> Tensor:
    """``input[index]``."""
    basic, key = _key(index, input.array.ndim)
    try:
        out: Tensor = (getitem_p if basic else index_p)((input,), (key,))
    except IndexError as error:
        raise _index_error(error, input) from None
    return out


def setitem(input: Tensor, index: Any, value: Any) -> None:
    """``input[index] = value``: the value is broadcast and converted to the tensor's type."""
    basic, key = _key(index, input.array.ndim)
    source = value if hasattr(value, "node") else wrap(array_of(value))
    try:
        if input.node is None and source.node is None:
            if not input.array.flags.writeable:
                raise ValueError("the tensor's memory is read-only; use clone()")
            input.array[key] = source.array
            count_write(input)
        elif basic:
            part = getitem_p((input,), (key,))
            write(part, overwrite_p((part, source)))
        else:
            write(input, index_put_p((input, source.to(input.dtype)), (key, False)))
    except IndexError as error:
        raise _index_error(error, input) from None
    except ValueError as error:
        if "broadcast" not in str(error) and "could not" not in str(error):
            raise
        raise ShapeError(
            f"a value of shape {tuple(source.shape)} does not fit the indexed part of a tensor of "
            f"shape {input.shape}"
        ) from None


def index_put(
    input: Tensor, indices: tuple[Any, ...], values: Tensor, accumulate: bool = False
) -> Tensor:
    """A copy of ``input`` with ``values`` put at ``indices``, or added there.

    Args:
        input: any tensor.
        indices: one index tensor per leading dimension.
        values: broadcast to the shape that the indices pick.
        accumulate: add instead of overwrite; repeated places then add up.

    Example:
        >>> import tt_tensor as tt
        >>> tt.index_put(tt.zeros(3), (tt.tensor([0, 0]),), tt.ones(2), accumulate=True)
        tensor([2., 0., 0.])
    """
    _, key = _key(tuple(indices), input.ndim)
    out: Tensor = index_put_p((input, values), (key, accumulate))
    return out


def gather(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """Pick along ``dim``: ``out[i][j] = input[index[i][j]][j]`` for dim 0, and so on.

    Args:
        input: any tensor.
        dim: the dimension along which elements are picked.
        index: integers, of as many dimensions as ``input``, not larger than it elsewhere.

    Raises:
        DTypeError: ``index`` is not an integer tensor.
        ShapeError: ``index`` does not fit.
        IndexError: a place out of range.

    Example:
        >>> import tt_tensor as tt
        >>> tt.gather(tt.tensor([[1, 2], [3, 4]]), 1, tt.tensor([[0], [1]]))
        tensor([[1],
                [4]])
    """
    d = _check_index("gather", input, dim, index)
    try:
        out: Tensor = gather_p(
            (input, _non_negative(index, input.shape[d] if input.ndim else 1)), (d,)
        )
    except IndexError as error:
        raise _index_error(error, input) from None
    return out


def scatter(input: Tensor, dim: int, index: Tensor, src: Any) -> Tensor:
    """A copy with ``out[index[i][j]][j] = src[i][j]`` for dim 0, and so on.

    Args:
        input: any tensor.
        dim: the dimension along which the places are chosen.
        index: integers, of as many dimensions as ``input``.
        src: a tensor at least as large as ``index``, or a number.

    Raises:
        DTypeError: ``index`` is not an integer tensor.
        ShapeError: ``index`` does not fit.
        IndexError: a place out of range.

    Example:
        >>> import tt_tensor as tt
        >>> tt.scatter(tt.zeros(2, 3), 1, tt.tensor([[2], [0]]), 1.0)
        tensor([[0., 0., 1.],
                [1., 0., 0.]])
    """
    return _scatter(scatter_p, "scatter", input, dim, index, src)


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """A copy with ``out[index[i][j]][j] += src[i][j]`` for dim 0, and so on; repeats add up.

    Example:
        >>> import tt_tensor as tt
        >>> tt.scatter_add(tt.zeros(3), 0, tt.tensor([1, 1]), tt.tensor([2.0, 3.0]))
        tensor([0., 5., 0.])
    """
    return _scatter(scatter_add_p, "scatter_add", input, dim, index, src)


def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The slices along ``dim`` that a vector of integers names.

    Example:
        >>> import tt_tensor as tt
        >>> tt.index_select(tt.tensor([[1, 2], [3, 4]]), 1, tt.tensor([1, 1]))
        tensor([[2, 2],
                [4, 4]])
    """
    d = one_dim(dim, input.ndim)
    if array_of(index).ndim > 1:
        raise ShapeError(f"index: expected a vector, not a tensor of shape {index.shape}")
    return getitem(input, (*[slice(None)] * d, index.reshape(-1)))


def index_add(
    input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1
) -> Tensor:
    """A copy with ``alpha · source`` added to the slices along ``dim`` that ``index`` names."""
    d = one_dim(dim, input.ndim)
    key = (*[slice(None)] * d, array_of(index))
    out: Tensor = index_put_p((input, source if alpha == 1 else source * alpha), (key, True))
    return out


def take_along_dim(input: Tensor, indices: Tensor, dim: int) -> Tensor:
    """:func:`gather` with the arguments of NumPy's ``take_along_axis``."""
    return gather(input, dim, indices)


def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """A copy with ``value`` where ``mask`` is true; the mask broadcasts.

    Raises:
        DTypeError: the mask is not boolean.
        ShapeError: the mask does not broadcast to the tensor's shape.

    Example:
        >>> import tt_tensor as tt
        >>> tt.masked_fill(tt.tensor([1.0, 2.0]), tt.tensor([True, False]), 9)
        tensor([9., 2.])
    """
    from .compare import where

    fill = value if hasattr(value, "node") else wrap(array_of(value)).to(input.dtype)
    out: Tensor = where(mask, fill, input)
    return out


def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """The elements where ``mask`` is true, in one dimension."""
    from .shape import expand

    return getitem(expand(input, np.broadcast_shapes(input.shape, mask.shape)), mask)


def nonzero(input: Tensor) -> Tensor:
    """The indices of all elements that are not 0, one row each.

    Example:
        >>> import tt_tensor as tt
        >>> tt.nonzero(tt.tensor([0, 3, 5]))
        tensor([[1],
                [2]])
    """
    return wrap(np.argwhere(input.array))


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


def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """The lower triangle of every matrix, with zeros above the diagonal.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tril(tt.ones(2, 2))
        tensor([[1., 0.],
                [1., 1.]])
    """
    out: Tensor = tril_p((_matrices("tril", input),), (diagonal,))
    return out


def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """The upper triangle of every matrix, with zeros below the diagonal."""
    out: Tensor = triu_p((_matrices("triu", input),), (diagonal,))
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


def _key(index: Any, ndim: int) -> tuple[bool, tuple[Any, ...]]:
    """Whether an index is basic (a view), and its parts as NumPy takes them."""
    if type(index) is int:
        return True, (index, ...)
    parts = index if isinstance(index, tuple) else (index,)
    out: list[Any] = []
    basic = True
    for part in parts:
        if hasattr(part, "node"):
            part = part.array
        if isinstance(part, slice):
            if part.step is not None and int(part.step) < 1:
                raise ValueError("a slice's step must be positive; use flip for reverse order")
            part = slice(
                *[None if n is None else int(n) for n in (part.start, part.stop, part.step)]
            )
        elif isinstance(part, (list, np.ndarray, np.bool_, bool)):
            part = np.asarray(part) if np.size(part) else np.zeros(0, np.int64)
            if part.dtype.kind == "i" and part.ndim == 0:
                part = int(part)
            elif part.dtype.kind not in "biu":
                raise IndexError(f"an index must be of integers or booleans, not {part.dtype}")
            else:
                basic = False
        elif part is not None and part is not Ellipsis:
            if isinstance(part, float):
                raise IndexError(f"an index must be an integer, not {part!r}")
            part = part.__index__()
        out.append(part)
    if basic and Ellipsis not in out:
        out.append(Ellipsis)  # so that a single element is a 0-dimensional array, not a number
    return basic, tuple(out)


def _check_index(name: str, input: Tensor, dim: int, index: Tensor) -> int:
    places = array_of(index)
    if places.dtype.kind not in "iu":
        raise DTypeError(f"{name}: index must be an integer tensor, not {places.dtype}")
    if places.ndim != max(input.ndim, places.ndim if input.ndim == 0 else 0):
        raise ShapeError(
            f"{name}: index of shape {places.shape} must have as many dimensions as the input of "
            f"shape {tuple(input.shape)}"
        )
    d = one_dim(dim, input.ndim)
    for k, (n, m) in enumerate(zip(places.shape, input.shape, strict=False)):
        if k != d and n > m:
            raise ShapeError(
                f"{name}: index is larger than the input in dimension {k}: {n} against {m}"
            )
    return d


def _non_negative(index: Tensor, size: int) -> Tensor:
    """Refuse negative places, which NumPy would count from the end.

    Raises:
        IndexError: there is one, or one beyond the end.
    """
    places = array_of(index)
    if places.size and (places.min() < 0 or places.max() >= size):
        worst = int(places.min() if places.min() < 0 else places.max())
        raise IndexError(f"index: {worst} is out of range for a dimension of size {size}")
    return index


def _scatter(
    primitive: Primitive, name: str, input: Tensor, dim: int, index: Tensor, src: Any
) -> Tensor:
    d = _check_index(name, input, dim, index)
    _non_negative(index, input.shape[d])
    if isinstance(src, (int, float)):
        kind = result_type_of(array_of(input)).numpy
        src = wrap(np.full(index.shape, src, kind))
    if any(n > m for n, m in zip(array_of(index).shape, array_of(src).shape, strict=True)):
        raise ShapeError(f"{name}: src of shape {src.shape} is smaller than index of {index.shape}")
    if array_of(src).dtype != array_of(input).dtype:
        raise DTypeError(
            f"{name}: src is {src.dtype}, the input {input.dtype}; convert one of them"
        )
    out: Tensor = primitive((input, index, src), (d,))
    return out


def _matrices(name: str, input: Tensor) -> Tensor:
    if input.ndim < 2:
        raise ShapeError(f"{name}: expected at least 2 dimensions, not {input.ndim}")
    return input


def _index_error(error: IndexError, input: Tensor) -> IndexError:
    text = str(error).replace("axis", "dimension").replace("array", "tensor")
    return IndexError(f"{text} (the tensor's shape is {tuple(input.shape)})")
