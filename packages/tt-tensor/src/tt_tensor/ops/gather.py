"""Reading and writing along one dimension at places that a tensor of integers lists.

``gather`` reads and ``scatter`` writes a place per element; ``index_select`` and ``index_add`` take
whole slices.  Places count from 0; negative ones are refused, as in PyTorch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import number_array
from ..errors import DTypeError, ShapeError
from ..kernels.naive import gather as naive
from ..kernels.numpy import gather as kernels
from ..primitive import Primitive, array_of, wrap
from .convert import clone
from .dims import one_dim
from .indexing import index_p, put
from .shape import expand, reshape

if TYPE_CHECKING:
    from ..tensor import Tensor
    from ..typing import Array

__all__ = [
    "gather",
    "index_add",
    "index_select",
    "scatter",
    "scatter_add",
    "take",
    "take_along_dim",
]

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


def gather(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """Pick along ``dim``: ``out[i][j] = input[index[i][j]][j]`` for dim 0, and so on.

    Args:
        input: any tensor.
        dim: the dimension along which elements are picked.
        index: integers, of as many dimensions as ``input``, not larger than it elsewhere.

    Returns:
        a tensor of the index's shape and the input's type.

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
    x, places = _with_dims(input), _with_dims(index)
    d = _check_index("gather", x, dim, places)
    out: Tensor = gather_p((x, places), (d,))
    return out if index.ndim else reshape(out, ())


def scatter(
    input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: float | None = None
) -> Tensor:
    """A copy with ``out[index[i][j]][j] = src[i][j]`` for dim 0, and so on.

    Args:
        input: any tensor.
        dim: the dimension along which the places are chosen.
        index: integers, of as many dimensions as ``input``. Of a repeated place, any may win.
        src: a tensor at least as large as ``index``, or a number.
        value: another way to give the number.

    Raises:
        TypeError: neither ``src`` nor ``value``, or both.
        DTypeError: ``index`` is not an integer tensor, or ``src`` of another type than ``input``.
        ShapeError: ``index`` or ``src`` does not fit.
        IndexError: a place out of range.

    Example:
        >>> import tt_tensor as tt
        >>> tt.scatter(tt.zeros(2, 3), 1, tt.tensor([[2], [0]]), 1.0)
        tensor([[0., 0., 1.],
                [1., 0., 0.]])
    """
    if (src is None) == (value is None):
        raise TypeError("scatter: give either src or value")
    return _scatter(scatter_p, "scatter", input, dim, index, value if src is None else src)


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """A copy with ``out[index[i][j]][j] += src[i][j]`` for dim 0, and so on; repeats add up.

    Raises:
        DTypeError, ShapeError, IndexError: as in :func:`scatter`.

    Example:
        >>> import tt_tensor as tt
        >>> tt.scatter_add(tt.zeros(3), 0, tt.tensor([1, 1]), tt.tensor([2.0, 3.0]))
        tensor([0., 5., 0.])
    """
    return _scatter(scatter_add_p, "scatter_add", input, dim, index, src)


def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The slices along ``dim`` that a vector of integers names, as a copy.

    Raises:
        DTypeError: ``index`` is not an integer tensor.
        ShapeError: it has more than one dimension.
        IndexError: a place out of range.

    Example:
        >>> import tt_tensor as tt
        >>> tt.index_select(tt.tensor([[1, 2], [3, 4]]), 1, tt.tensor([1, 1]))
        tensor([[2, 2],
                [4, 4]])
    """
    x = _with_dims(input)
    d = one_dim(dim, x.ndim)
    places = _vector("index_select", index, x.shape[d])
    out: Tensor = index_p((x,), ((*[slice(None)] * d, places),))
    return out if input.ndim else reshape(out, ())


def index_add(
    input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1
) -> Tensor:
    """A copy with ``alpha · source`` added to the slices along ``dim`` that ``index`` names.

    Args:
        input: any tensor.
        dim: the dimension of the slices.
        index: a vector of integers; repeated ones add up.
        source: of the input's shape, but along ``dim`` as long as ``index``.
        alpha: multiplies ``source`` first.

    Raises:
        DTypeError: ``index`` is not an integer tensor.
        ShapeError: ``source`` does not fit.
        IndexError: a place out of range.

    Example:
        >>> import tt_tensor as tt
        >>> tt.index_add(tt.zeros(2, 2), 0, tt.tensor([1, 1]), tt.ones(2, 2))
        tensor([[0., 0.],
                [2., 2.]])
    """
    d = one_dim(dim, input.ndim)
    places = _vector("index_add", index, input.shape[d])
    wanted = (*input.shape[:d], places.size, *input.shape[d + 1 :])
    if tuple(source.shape) != wanted:
        raise ShapeError(
            f"source: its shape must be {wanted}, a slice of {tuple(input.shape)} per index, not "
            f"{tuple(source.shape)}"
        )
    key = (*[slice(None)] * d, places)
    return put(input, key, source if alpha == 1 else source * alpha, True)


def take(input: Tensor, index: Tensor) -> Tensor:
    """The elements of the flattened tensor that ``index`` numbers, in the index's shape.

    Raises:
        DTypeError: ``index`` is not an integer tensor.
        IndexError: a number out of range; negative ones count from the end.

    Example:
        >>> import tt_tensor as tt
        >>> tt.take(tt.tensor([[4, 3], [5, 8]]), tt.tensor([0, -1]))
        tensor([4, 8])
    """
    places, size = _integers("take", index), array_of(input).size
    _check_range(places, -size, size)
    out: Tensor = index_p((reshape(input, -1),), ((places.reshape(-1),),))
    return reshape(out, places.shape)


def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """:func:`gather` whose arguments broadcast, so that it takes what ``argsort`` gives.

    Args:
        input: any tensor.
        indices: integers; broadcast with ``input`` in all dimensions but ``dim``.
        dim: the dimension along which elements are picked; None flattens both first.

    Raises:
        DTypeError, ShapeError, IndexError: as in :func:`gather`.

    Example:
        >>> import tt_tensor as tt
        >>> x = tt.tensor([[3, 1, 2], [9, 7, 8]])
        >>> tt.take_along_dim(x, tt.tensor([[0]]), 1)
        tensor([[3],
                [9]])
    """
    if dim is None:
        return gather(reshape(input, -1), 0, reshape(indices, -1))
    if input.ndim != indices.ndim:
        raise ShapeError(
            f"take_along_dim: input has {input.ndim} dimensions, indices {indices.ndim}; they must "
            "have equally many"
        )
    d = one_dim(dim, input.ndim)
    pairs = zip(input.shape, indices.shape, strict=True)
    # 1 stretches, also to 0; sizes that do not fit are left for expand to refuse
    common = [n if m == 1 else m for m, n in pairs]
    wide = expand(input, [*common[:d], input.shape[d], *common[d + 1 :]])
    return gather(wide, d, expand(indices, [*common[:d], indices.shape[d], *common[d + 1 :]]))


def _scatter(
    primitive: Primitive, name: str, input: Tensor, dim: int, index: Tensor, src: Any
) -> Tensor:
    if not array_of(index).size:
        return clone(input)
    x, places = _with_dims(input), _with_dims(index)
    d = _check_index(name, x, dim, places)
    if isinstance(src, (int, float)):
        kind = input.dtype
        src = wrap(np.full(places.shape, number_array(src, kind)))
    source = _with_dims(src)
    if source.ndim != places.ndim or any(
        n > m for n, m in zip(places.shape, source.shape, strict=True)
    ):
        raise ShapeError(
            f"{name}: src of shape {tuple(src.shape)} is smaller than index of {tuple(index.shape)}"
        )
    if array_of(src).dtype != array_of(input).dtype:
        raise DTypeError(
            f"{name}: src is {src.dtype}, the input {input.dtype}; convert one of them"
        )
    out: Tensor = primitive((x, places, source), (d,))
    return out if input.ndim else reshape(out, ())


def _with_dims(x: Tensor) -> Tensor:
    """A scalar as a vector of one element: it has a dimension to walk along."""
    return x if x.ndim else reshape(x, 1)


def _check_index(name: str, input: Tensor, dim: int, index: Tensor) -> int:
    """``dim`` as a number from 0 on, once ``index`` has proved to fit."""
    places = _integers(name, index)
    if places.ndim != input.ndim:
        raise ShapeError(
            f"{name}: index of shape {places.shape} must have as many dimensions as the input of "
            f"shape {tuple(input.shape)}"
        )
    d = one_dim(dim, input.ndim)
    for k, (n, m) in enumerate(zip(places.shape, input.shape, strict=True)):
        if k != d and n > m:
            raise ShapeError(
                f"{name}: index is larger than the input in dimension {k}: {n} against {m}"
            )
    _check_range(places, 0, input.shape[d])
    return d


def _vector(name: str, index: Tensor, size: int) -> Array:
    places = _integers(name, index)
    if places.ndim > 1:
        raise ShapeError(f"index: expected a vector, not a tensor of shape {places.shape}")
    _check_range(places, 0, size)
    return places.reshape(-1)


def _integers(name: str, index: Tensor) -> Array:
    places = array_of(index)
    if places.dtype.kind not in "iu":
        raise DTypeError(f"{name}: index must be an integer tensor, not {places.dtype}")
    return places


def _check_range(places: Any, low: int, high: int) -> None:
    """Refuse places outside [low, high)."""
    if places.size and (places.min() < low or places.max() >= high):
        worst = int(places.min() if places.min() < low else places.max())
        raise IndexError(f"index: {worst} is out of range for a dimension of size {high}")
