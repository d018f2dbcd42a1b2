"""Shapes: seeing the same numbers under other sizes.

``view``, ``permute`` and ``expand`` are the three primitives that all others here come down to; each
result is a view that shares its input's memory.  ``reshape`` copies where a view is impossible.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ShapeError
from ..kernels.naive import shape as naive
from ..kernels.numpy import shape as kernels
from ..primitive import Primitive, array_of
from .convert import contiguous_p
from .dims import dims_of, one_dim

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "broadcast_tensors",
    "broadcast_to",
    "expand",
    "expand_as",
    "flatten",
    "moveaxis",
    "movedim",
    "permute",
    "ravel",
    "reshape",
    "squeeze",
    "swapaxes",
    "swapdims",
    "t",
    "transpose",
    "unflatten",
    "unsqueeze",
    "view",
]

view_p = Primitive("view", params=("shape",), naive=naive.view, numpy=kernels.view, view=True)
permute_p = Primitive(
    "permute", params=("dims",), naive=naive.permute, numpy=kernels.permute, view=True
)
expand_p = Primitive(
    "expand", params=("shape",), naive=naive.expand, numpy=kernels.expand, view=True
)


def view(input: Tensor, *shape: Any) -> Tensor:
    """The same memory under another shape.

    Results of convolutions lie in memory channels last, where PyTorch's lie in row-major order. Since
    programs take views of them, ``x.view(x.size(0), -1)``, these are copied, as by :func:`reshape`.

    Args:
        input: any tensor.
        shape: the new sizes; one of them may be -1 and is then worked out.

    Raises:
        ShapeError: another number of elements, or elements that do not lie in memory so that a
            view could show them in that shape: use :func:`reshape`, which copies then.

    Example:
        >>> import tt_tensor as tt
        >>> tt.arange(6).view(2, -1)
        tensor([[0, 1, 2],
                [3, 4, 5]])
    """
    wanted = _complete(shape, input)
    try:
        out: Tensor = view_p((input,), (wanted,))
    except ValueError:
        if _channels_last(input):
            return reshape(input, *shape)
        raise ShapeError(
            f"view: a tensor of shape {input.shape} whose elements lie in memory in another order "
            f"cannot be seen as {wanted} without a copy; use reshape"
        ) from None
    return out


def _channels_last(input: Tensor) -> bool:
    """Whether the elements of (N, C, ...) lie in memory in the order (N, ..., C)."""
    array = array_of(input)
    if array.ndim < 3:
        return False
    order = (0, *range(2, array.ndim), 1)
    return bool(array.transpose(order).flags.c_contiguous)


def reshape(input: Tensor, *shape: Any) -> Tensor:
    """The elements in row-major order under another shape: a view if possible, else a copy.

    Args:
        input: any tensor.
        shape: the new sizes; one of them may be -1 and is then worked out.

    Raises:
        ShapeError: another number of elements.

    Example:
        >>> import tt_tensor as tt
        >>> tt.reshape(tt.arange(4), (2, 2)).T.reshape(4)
        tensor([0, 2, 1, 3])
    """
    wanted = _complete(shape, input)
    try:
        out: Tensor = view_p((input,), (wanted,))
    except ValueError:
        out = view_p((contiguous(input),), (wanted,))
    return out


def contiguous(input: Tensor) -> Tensor:
    """The tensor itself if its elements lie in memory in row-major order, else such a copy."""
    if array_of(input).flags.c_contiguous:
        return input
    return contiguous_p(input)


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The dimensions from ``start_dim`` to ``end_dim`` as one.

    Example:
        >>> import tt_tensor as tt
        >>> tt.zeros(2, 3, 4).flatten(1).shape
        (2, 12)
    """
    first, last = one_dim(start_dim, input.ndim), one_dim(end_dim, input.ndim)
    if first > last:
        raise RuntimeError(f"start_dim: {start_dim} comes after end_dim={end_dim}")
    if input.ndim == 0:
        return reshape(input, 1)
    middle = math.prod(input.shape[first : last + 1])
    return reshape(input, *input.shape[:first], middle, *input.shape[last + 1 :])


def unflatten(input: Tensor, dim: int, sizes: Any) -> Tensor:
    """One dimension as several.

    Example:
        >>> import tt_tensor as tt
        >>> tt.zeros(2, 12).unflatten(1, (3, 4)).shape
        (2, 3, 4)
    """
    d = one_dim(dim, input.ndim)
    sizes = tuple(sizes)
    if -1 in sizes:
        known = math.prod(n for n in sizes if n != -1)
        sizes = tuple(input.shape[d] // max(known, 1) if n == -1 else n for n in sizes)
    return reshape(input, *input.shape[:d], *sizes, *input.shape[d + 1 :])


def ravel(input: Tensor) -> Tensor:
    """All elements in one dimension."""
    return reshape(input, -1)


def squeeze(input: Tensor, dim: Any = None) -> Tensor:
    """Without the dimensions of size 1: all of them, or those named.

    Example:
        >>> import tt_tensor as tt
        >>> tt.zeros(1, 3, 1).squeeze().shape, tt.zeros(1, 3, 1).squeeze(0).shape
        ((3,), (3, 1))
    """
    dims = dims_of(dim, input.ndim)
    shape = tuple(n for d, n in enumerate(input.shape) if n != 1 or d not in dims)
    return view(input, shape)


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """With a new dimension of size 1 at ``dim``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.zeros(3).unsqueeze(0).shape, tt.zeros(3).unsqueeze(-1).shape
        ((1, 3), (3, 1))
    """
    d = one_dim(dim, input.ndim + 1)
    return view(input, (*input.shape[:d], 1, *input.shape[d:]))


def expand(input: Tensor, *size: Any) -> Tensor:
    """Dimensions of size 1 (and new ones in front) repeated without copying.

    Args:
        input: any tensor.
        size: the new sizes; -1 keeps a dimension as it is.

    Raises:
        ShapeError: a dimension of another size would have to change.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([[1], [2]]).expand(-1, 3)
        tensor([[1, 1, 1],
                [2, 2, 2]])
    """
    wanted = size[0] if len(size) == 1 and isinstance(size[0], (tuple, list)) else size
    extra = len(wanted) - input.ndim
    try:
        shape = tuple(
            input.shape[i - extra] if n == -1 and i >= extra else int(n)
            for i, n in enumerate(wanted)
        )
        out: Tensor = expand_p((input,), (shape,))
    except ValueError:
        raise ShapeError(
            f"expand: shape {input.shape} cannot become {tuple(wanted)}; only sizes of 1 can grow, "
            "and new dimensions come in front"
        ) from None
    return out


def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """:func:`expand` to the shape of ``other``."""
    return expand(input, other.shape)


def view_as(input: Tensor, other: Tensor) -> Tensor:
    """:func:`view` in the shape of ``other``."""
    return view(input, other.shape)


def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """:func:`reshape` to the shape of ``other``."""
    return reshape(input, other.shape)


def broadcast_to(input: Tensor, shape: Any) -> Tensor:
    """:func:`expand` to ``shape``."""
    return expand(input, tuple(shape))


def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """All tensors expanded to the shape that they broadcast to.

    Raises:
        ShapeError: they do not broadcast.
    """
    shapes = [x.shape for x in tensors]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        raise ShapeError(f"broadcast_tensors: the shapes {shapes} do not broadcast") from None
    return tuple(expand(x, shape) for x in tensors)


def permute(input: Tensor, *dims: Any) -> Tensor:
    """The dimensions in another order.

    Raises:
        ShapeError: ``dims`` does not name every dimension once.

    Example:
        >>> import tt_tensor as tt
        >>> tt.zeros(2, 3, 4).permute(2, 0, 1).shape
        (4, 2, 3)
    """
    wanted = dims[0] if len(dims) == 1 and isinstance(dims[0], (tuple, list)) else dims
    order = tuple([one_dim(d, input.ndim) for d in wanted]) if input.ndim else ()
    if sorted(order) != list(range(input.ndim)):
        raise ShapeError(
            f"permute: dims={tuple(wanted)} must name each of {input.ndim} dimensions once"
        )
    out: Tensor = permute_p((input,), (order,))
    return out


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions exchanged.

    Example:
        >>> import tt_tensor as tt
        >>> tt.zeros(2, 3, 4).transpose(0, -1).shape
        (4, 3, 2)
    """
    a, b = one_dim(dim0, input.ndim), one_dim(dim1, input.ndim)
    order = list(range(input.ndim))
    if order:
        order[a], order[b] = b, a
    out: Tensor = permute_p((input,), (tuple(order),))
    return out


swapaxes = transpose
swapdims = transpose


def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """Some dimensions moved to other places, the rest in their order.

    Example:
        >>> import tt_tensor as tt
        >>> tt.zeros(2, 3, 4).movedim(0, -1).shape
        (3, 4, 2)
    """
    many = isinstance(source, (tuple, list))
    sources = [one_dim(d, input.ndim) for d in (source if many else (source,))]
    goals = [one_dim(d, input.ndim) for d in (destination if many else (destination,))]
    order = [d for d in range(input.ndim) if d not in sources]
    for goal, d in sorted(zip(goals, sources, strict=True)):
        order.insert(goal, d)
    return permute(input, order)


moveaxis = movedim


def t(input: Tensor) -> Tensor:
    """The transpose of a matrix; a vector stays as it is.

    Raises:
        ShapeError: more than two dimensions.
    """
    if input.ndim > 2:
        raise ShapeError(f"t: expected at most 2 dimensions, not {input.ndim}; use transpose")
    return permute(input, tuple(reversed(range(input.ndim))))


def reversed_dims(input: Tensor) -> Tensor:
    """All dimensions in reverse order: the transpose of a matrix."""
    out: Tensor = permute_p((input,), (tuple(range(input.ndim - 1, -1, -1)),))
    return out


def matrix_transpose(input: Tensor) -> Tensor:
    """The last two dimensions exchanged: the transpose of every matrix in a batch.

    Raises:
        ShapeError: fewer than two dimensions.
    """
    if input.ndim < 2:
        raise ShapeError(f"mT: expected at least 2 dimensions, not {input.ndim}")
    out: Tensor = permute_p((input,), ((*range(input.ndim - 2), input.ndim - 1, input.ndim - 2),))
    return out


def _complete(shape: tuple[Any, ...], input: Tensor) -> tuple[int, ...]:
    """The shape with its -1 worked out.

    Raises:
        ShapeError: it does not hold as many elements as ``input`` has.
    """
    if len(shape) == 1 and isinstance(shape[0], (tuple, list)):
        shape = tuple(shape[0])
    count = math.prod(input.shape)
    known = math.prod(n for n in shape if n != -1)
    if -1 in shape and shape.count(-1) == 1 and known and count % known == 0:
        shape = tuple(count // known if n == -1 else n for n in shape)
    if math.prod(shape) != count or any(n < 0 for n in shape):
        raise ShapeError(
            f"shape: {count} elements of shape {tuple(input.shape)} do not fit into {tuple(shape)}"
        )
    return tuple([int(n) for n in shape])
