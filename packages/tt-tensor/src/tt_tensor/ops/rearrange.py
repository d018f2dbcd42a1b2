"""Elements in another order, or several times: always copies, unlike the views of :mod:`.shape`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ShapeError
from ..kernels.naive import shape as naive
from ..kernels.numpy import shape as kernels
from ..primitive import Primitive
from .dims import dims_of, one_dim
from .shape import reshape

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["flip", "repeat", "roll", "tile"]

flip_p = Primitive("flip", params=("dims",), naive=naive.flip, numpy=kernels.flip)
roll_p = Primitive("roll", params=("shift", "dim"), naive=naive.roll, numpy=kernels.roll)
repeat_p = Primitive("repeat", params=("repeats",), naive=naive.repeat, numpy=kernels.repeat)


def flip(input: Tensor, *dims: Any) -> Tensor:
    """The elements in reverse order along some dimensions, as a copy.

    Example:
        >>> import tt_tensor as tt
        >>> tt.flip(tt.tensor([1, 2, 3]), 0)
        tensor([3, 2, 1])
    """
    wanted = dims[0] if len(dims) == 1 and isinstance(dims[0], (tuple, list)) else dims
    out: Tensor = flip_p((input,), (dims_of(wanted, input.ndim) if wanted else (),))
    return out


def roll(input: Tensor, shifts: Any, dims: Any = None) -> Tensor:
    """Every element moved on, what falls off the end coming back in front.

    Example:
        >>> import tt_tensor as tt
        >>> tt.roll(tt.tensor([1, 2, 3]), 1)
        tensor([3, 1, 2])
    """
    if dims is None:
        return reshape(roll(reshape(input, -1), shifts, 0), input.shape)
    pairs = zip(shifts, dims, strict=True) if isinstance(dims, (tuple, list)) else ((shifts, dims),)
    out = input
    for shift, dim in pairs:
        out = roll_p((out,), (int(shift), one_dim(dim, input.ndim)))
    return out


def repeat(input: Tensor, *repeats: Any) -> Tensor:
    """Copies of the tensor side by side: ``repeats[d]`` of them along dimension d.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([1, 2]).repeat(2, 2)
        tensor([[1, 2, 1, 2],
                [1, 2, 1, 2]])
    """
    wanted = repeats[0] if len(repeats) == 1 and isinstance(repeats[0], (tuple, list)) else repeats
    counts = tuple(int(n) for n in wanted)
    if len(counts) < input.ndim:
        raise ShapeError(f"repeats: {counts} must name all {input.ndim} dimensions; see tile")
    x = reshape(input, (1,) * (len(counts) - input.ndim) + tuple(input.shape))
    out: Tensor = repeat_p((x,), (counts,))
    return out


def tile(input: Tensor, *dims: Any) -> Tensor:
    """:func:`repeat` that fills up missing dimensions with 1."""
    wanted = dims[0] if len(dims) == 1 and isinstance(dims[0], (tuple, list)) else dims
    return repeat(input, (1,) * (input.ndim - len(wanted)) + tuple(wanted))
