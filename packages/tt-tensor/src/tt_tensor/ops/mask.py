"""Masks: a truth value per element says where to write or what to take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import number_array
from ..errors import DTypeError, ShapeError
from ..kernels.naive import mask as naive
from ..kernels.numpy import mask as kernels
from ..primitive import Primitive, array_of, wrap
from .compare import where
from .indexing import index_p, index_put_p
from .shape import expand, reshape

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["masked_fill", "masked_scatter", "masked_select", "nonzero"]

nonzero_p = Primitive("nonzero", naive=naive.nonzero, numpy=kernels.nonzero)


def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """A copy with ``value`` where ``mask`` is true; the mask broadcasts.

    Args:
        input: any tensor.
        mask: boolean.
        value: a number, or a tensor without dimensions.

    Raises:
        DTypeError: the mask is not boolean, or the input's type has no room for the value.
        ShapeError: the shapes do not broadcast, or the value has dimensions: use ``where``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.masked_fill(tt.tensor([1.0, 2.0]), tt.tensor([True, False]), 9)
        tensor([9., 2.])
    """
    if isinstance(value, (int, float)):
        fill = wrap(number_array(value, input.dtype))
    elif value.ndim:
        raise ShapeError(
            f"value: expected a number, not a tensor of shape {tuple(value.shape)}; use where"
        )
    else:
        fill = value
    out: Tensor = where(mask, fill, input)
    return out


def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """The elements where ``mask`` is true, in one dimension; input and mask broadcast.

    Raises:
        DTypeError: the mask is not boolean.
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> tt.masked_select(tt.tensor([[1, 2], [3, 4]]), tt.tensor([True, False]))
        tensor([1, 3])
    """
    x, chosen = _together("masked_select", input, mask)
    out: Tensor = index_p((x,), ((array_of(chosen),),))
    return out


def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """A copy with the elements of ``source``, in order, where ``mask`` is true.

    Args:
        input: any tensor.
        mask: boolean; broadcast with ``input``.
        source: of the input's type, with at least as many elements as the mask has trues.

    Raises:
        DTypeError: the mask is not boolean, or the types differ.
        ShapeError: the shapes do not broadcast, or the source is too small.

    Example:
        >>> import tt_tensor as tt
        >>> tt.masked_scatter(tt.zeros(3), tt.tensor([True, False, True]), tt.tensor([5.0, 6.0]))
        tensor([5., 0., 6.])
    """
    x, chosen = _together("masked_scatter", input, mask)
    places = array_of(chosen)
    if array_of(source).dtype != array_of(input).dtype:
        raise DTypeError(f"source: it is {source.dtype}, the input {input.dtype}; convert one")
    count = int(np.count_nonzero(places))
    if array_of(source).size < count:
        raise ShapeError(f"source: {array_of(source).size} elements for {count} places")
    values = reshape(source, -1)[:count]
    out: Tensor = index_put_p((x, values), ((places,), False))
    return out


def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """The indices of all elements that are not 0, in row-major order.

    Args:
        input: any tensor.
        as_tuple: a vector per dimension, fit for indexing, instead of a row per element.

    Returns:
        int64 of shape (how many, input.ndim), or that many vectors.

    Example:
        >>> import tt_tensor as tt
        >>> tt.nonzero(tt.tensor([0, 3, 5]))
        tensor([[1],
                [2]])
    """
    places: Tensor = nonzero_p((input,))
    if not as_tuple:
        return places
    if not input.ndim:  # as a vector of one element, like PyTorch
        return nonzero(reshape(input, 1), as_tuple=True)
    return tuple([places[:, d] for d in range(input.ndim)])


def _together(name: str, input: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Input and mask in the shape that they broadcast to."""
    if array_of(mask).dtype != bool:
        raise DTypeError(f"mask: it must be boolean, not {array_of(mask).dtype}; compare it with 0")
    try:
        shape = np.broadcast_shapes(tuple(input.shape), tuple(mask.shape))
    except ValueError:
        raise ShapeError(
            f"{name}: a mask of shape {tuple(mask.shape)} does not broadcast with an input of "
            f"shape {tuple(input.shape)}"
        ) from None
    return expand(input, shape), expand(mask, shape)
