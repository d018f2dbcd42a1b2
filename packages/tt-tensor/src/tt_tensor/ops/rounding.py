"""Limits and rounding: floors, clamps, the larger of two, and what is not a finite number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import result_type_of
from ..kernels.naive import rounding as naive
from ..kernels.numpy import rounding as kernels
from ..primitive import Binary, Primitive, Unary

if TYPE_CHECKING:
    from ..tensor import Tensor
    from ..typing import Operand

__all__ = [
    "ceil",
    "clamp",
    "clip",
    "floor",
    "fmod",
    "frac",
    "isfinite",
    "isinf",
    "isnan",
    "maximum",
    "minimum",
    "nan_to_num",
    "round",
    "trunc",
]

floor_p = Unary("floor", naive=naive.floor, numpy=kernels.floor)
ceil_p = Unary("ceil", naive=naive.ceil, numpy=kernels.ceil)
trunc_p = Unary("trunc", naive=naive.trunc, numpy=kernels.trunc)
frac_p = Unary("frac", naive=naive.frac, numpy=kernels.frac)
isnan_p = Unary("isnan", naive=naive.isnan, numpy=kernels.isnan)
isinf_p = Unary("isinf", naive=naive.isinf, numpy=kernels.isinf)
isfinite_p = Unary("isfinite", naive=naive.isfinite, numpy=kernels.isfinite)
maximum_p = Binary("maximum", naive=naive.maximum, numpy=kernels.maximum)
minimum_p = Binary("minimum", naive=naive.minimum, numpy=kernels.minimum)
fmod_p = Binary("fmod", naive=naive.fmod, numpy=kernels.fmod)
round_p = Primitive("round", params=("decimals",), naive=naive.rounded, numpy=kernels.rounded)
clamp_p = Primitive("clamp", params=("min", "max"), naive=naive.clamp, numpy=kernels.clamp)
clamp_grad_p = Primitive(
    "clamp_grad",
    inputs=("grad_output", "input"),
    params=("min", "max"),
    naive=naive.clamp_grad,
    numpy=kernels.clamp_grad,
)


def floor(input: Tensor) -> Tensor:
    """The largest whole number not above x.

    Example:
        >>> import tt_tensor as tt
        >>> tt.floor(tt.tensor([-1.5, 1.5]))
        tensor([-2.,  1.])
    """
    return floor_p(input)


def ceil(input: Tensor) -> Tensor:
    """The smallest whole number not below x.

    Example:
        >>> import tt_tensor as tt
        >>> tt.ceil(tt.tensor([-1.5, 1.5]))
        tensor([-1.,  2.])
    """
    return ceil_p(input)


def trunc(input: Tensor) -> Tensor:
    """x without its fraction.

    Example:
        >>> import tt_tensor as tt
        >>> tt.trunc(tt.tensor([-1.5, 1.5]))
        tensor([-1.,  1.])
    """
    return trunc_p(input)


def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """The nearest number with so many decimals; halves go to the even neighbour.

    Example:
        >>> import tt_tensor as tt
        >>> tt.round(tt.tensor([0.5, 1.5, 2.345])), tt.round(tt.tensor(2.346), decimals=2)
        (tensor([0., 2., 2.]), tensor(2.3500))
    """
    out: Tensor = round_p((input,), (decimals,))
    return out


def frac(input: Tensor) -> Tensor:
    """The fraction that :func:`trunc` cuts off.

    Example:
        >>> import tt_tensor as tt
        >>> tt.frac(tt.tensor([1.25, -1.25]))
        tensor([ 0.2500, -0.2500])
    """
    return frac_p(input)


def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """``input``, raised to ``min`` where it is below, lowered to ``max`` where it is above.

    Args:
        input: any shape and type.
        min: a number, or a tensor that broadcasts with ``input``; None for no limit.
        max: the same.

    Raises:
        ValueError: neither limit is given.

    Example:
        >>> import tt_tensor as tt
        >>> tt.clamp(tt.tensor([-2.0, 0.5, 2.0]), -1, 1)
        tensor([-1.0000,  0.5000,  1.0000])
    """
    if min is None and max is None:
        raise ValueError("min, max: at least one of the limits must be given")
    numbers = all(limit is None or isinstance(limit, (int, float)) for limit in (min, max))
    if not numbers:
        out = input if min is None else maximum_p(input, min)
        return out if max is None else minimum_p(out, max)
    if input.array.dtype.kind != "f":
        input = input.to(result_type_of(input.array, *[n for n in (min, max) if n is not None]))
        min, max = _within_type(input, min), _within_type(input, max)
    result: Tensor = clamp_p((input,), (min, max))
    return result


def maximum(input: Tensor, other: Operand) -> Tensor:
    """The larger of two elements; NaN if one of them is.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> tt.maximum(tt.tensor([1, 5]), tt.tensor([3, 2]))
        tensor([3, 5])
    """
    return maximum_p(input, other)


def minimum(input: Tensor, other: Operand) -> Tensor:
    """The smaller of two elements; NaN if one of them is.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> tt.minimum(tt.tensor([1, 5]), tt.tensor([3, 2]))
        tensor([1, 2])
    """
    return minimum_p(input, other)


def fmod(input: Tensor, other: Operand) -> Tensor:
    """The remainder of a division that has the dividend's sign, as in C.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> tt.fmod(tt.tensor([-3.0, 3.0]), 2)
        tensor([-1.,  1.])
    """
    return fmod_p(input, other)


def nan_to_num(
    input: Tensor, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """``input`` with NaN and infinities replaced by numbers.

    Args:
        input: any type; integers come back as they are.
        nan: stands for NaN.
        posinf: stands for infinity; the type's largest number if None.
        neginf: stands for minus infinity; the type's lowest number if None.

    Example:
        >>> import tt_tensor as tt
        >>> tt.nan_to_num(tt.tensor([1.0, float("nan"), float("inf")]), posinf=9.0)
        tensor([1., 0., 9.])
    """
    from .compare import where

    if input.array.dtype.kind != "f":
        return input.clone()  # integers are all finite
    limits = np.finfo(input.array.dtype)
    high = float(limits.max) if posinf is None else posinf
    low = float(limits.min) if neginf is None else neginf
    result: Tensor = where(
        isnan_p(input), nan, where(input == math.inf, high, where(input == -math.inf, low, input))
    )
    return result


def isnan(input: Tensor) -> Tensor:
    """Whether each element is NaN (not a number).

    Example:
        >>> import tt_tensor as tt
        >>> tt.isnan(tt.tensor([1.0, float('nan')]))
        tensor([False,  True])
    """
    return isnan_p(input)


def isinf(input: Tensor) -> Tensor:
    """Whether each element is infinite.

    Example:
        >>> import tt_tensor as tt
        >>> tt.isinf(tt.tensor([1.0, float('inf')]))
        tensor([False,  True])
    """
    return isinf_p(input)


def isfinite(input: Tensor) -> Tensor:
    """Whether each element is neither infinite nor NaN.

    Example:
        >>> import tt_tensor as tt
        >>> tt.isfinite(tt.tensor([1.0, float('inf')]))
        tensor([ True, False])
    """
    return isfinite_p(input)


clip = clamp


def _within_type(input: Tensor, limit: Any) -> Any:
    """A limit for integers that their type can hold: below -128 no int8 is clipped anyway."""
    if limit is None or input.array.dtype.kind not in "iu":
        return limit
    kind = np.iinfo(input.array.dtype)
    return kind.min if limit < kind.min else kind.max if limit > kind.max else limit
