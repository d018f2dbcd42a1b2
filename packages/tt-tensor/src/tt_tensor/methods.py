"""Which functions are also methods, and which of those have an in-place twin.

``x.exp()`` is ``tt.exp(x)``; ``x.exp_()`` computes the same into the memory of ``x``.  This file
is only the table: the functions and their documentation stand in ``ops/``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from . import dtypes
from .inplace import old_values, write
from .ops import (
    activation,
    arithmetic,
    close,
    compare,
    convert,
    create_like,
    cumulative,
    elementwise,
    extremes,
    indexing,
    join,
    mask,
    pairs,
    random_fill,
    rearrange,
    reduce,
    rounding,
    shape,
    statistics,
)
from .ops import diagonal as diagonals
from .ops import gather as gathering
from .ops import matmul as products
from .ops import softmax as soft
from .ops import sort as order
from .ops import trigonometry as trig

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["Methods"]

P = ParamSpec("P")


def in_place(
    function: Callable[Concatenate[Tensor, P], Tensor],
) -> Callable[Concatenate[Tensor, P], Tensor]:
    """The method ``name_`` for the function ``name``: its result goes into the tensor's memory."""

    def method(self: Tensor, /, *args: P.args, **kwargs: P.kwargs) -> Tensor:
        return write(self, function(old_values(self, *args), *args, **kwargs))

    name = function.__name__
    functools.update_wrapper(method, function)
    method.__name__ = name + "_"
    method.__qualname__ = f"Tensor.{name}_"
    method.__doc__ = f"Like :func:`tt_tensor.{name}`, but the result replaces this tensor's values."
    return method


class Methods:
    """The methods of :class:`tt_tensor.Tensor` that are functions of ``ops/``."""

    __slots__ = ()

    # arithmetic
    add, add_ = arithmetic.add, in_place(arithmetic.add)
    sub, sub_ = arithmetic.sub, in_place(arithmetic.sub)
    mul, mul_ = arithmetic.mul, in_place(arithmetic.mul)
    div, div_ = arithmetic.div, in_place(arithmetic.div)
    floor_divide, floor_divide_ = arithmetic.floor_divide, in_place(arithmetic.floor_divide)
    remainder, remainder_ = arithmetic.remainder, in_place(arithmetic.remainder)
    pow, pow_ = arithmetic.pow, in_place(arithmetic.pow)
    neg, neg_ = arithmetic.neg, in_place(arithmetic.neg)

    # functions of each element
    abs, abs_ = elementwise.abs, in_place(elementwise.abs)
    sign, sign_ = elementwise.sign, in_place(elementwise.sign)
    exp, exp_ = elementwise.exp, in_place(elementwise.exp)
    exp2, exp2_ = elementwise.exp2, in_place(elementwise.exp2)
    expm1, expm1_ = elementwise.expm1, in_place(elementwise.expm1)
    log, log_ = elementwise.log, in_place(elementwise.log)
    log1p, log1p_ = elementwise.log1p, in_place(elementwise.log1p)
    log2, log2_ = elementwise.log2, in_place(elementwise.log2)
    log10, log10_ = elementwise.log10, in_place(elementwise.log10)
    sqrt, sqrt_ = elementwise.sqrt, in_place(elementwise.sqrt)
    rsqrt, rsqrt_ = elementwise.rsqrt, in_place(elementwise.rsqrt)
    reciprocal, reciprocal_ = elementwise.reciprocal, in_place(elementwise.reciprocal)
    square, square_ = elementwise.square, in_place(elementwise.square)
    erf, erf_ = elementwise.erf, in_place(elementwise.erf)
    floor, floor_ = rounding.floor, in_place(rounding.floor)
    ceil, ceil_ = rounding.ceil, in_place(rounding.ceil)
    trunc, trunc_ = rounding.trunc, in_place(rounding.trunc)
    round, round_ = rounding.round, in_place(rounding.round)
    frac, frac_ = rounding.frac, in_place(rounding.frac)
    clamp, clamp_ = rounding.clamp, in_place(rounding.clamp)
    nan_to_num, nan_to_num_ = rounding.nan_to_num, in_place(rounding.nan_to_num)
    lerp, lerp_ = pairs.lerp, in_place(pairs.lerp)
    addcmul, addcmul_ = pairs.addcmul, in_place(pairs.addcmul)
    addcdiv, addcdiv_ = pairs.addcdiv, in_place(pairs.addcdiv)
    fmod, fmod_ = rounding.fmod, in_place(rounding.fmod)
    clip, clip_ = clamp, clamp_
    absolute, absolute_ = abs, abs_
    isnan = rounding.isnan
    isinf = rounding.isinf
    isfinite = rounding.isfinite
    maximum = rounding.maximum
    minimum = rounding.minimum
    atan2, atan2_ = pairs.atan2, in_place(pairs.atan2)
    hypot, hypot_ = pairs.hypot, in_place(pairs.hypot)
    copysign, copysign_ = pairs.copysign, in_place(pairs.copysign)
    xlogy, xlogy_ = pairs.xlogy, in_place(pairs.xlogy)
    logaddexp = pairs.logaddexp

    # circular and hyperbolic functions
    sin, sin_ = trig.sin, in_place(trig.sin)
    cos, cos_ = trig.cos, in_place(trig.cos)
    tan, tan_ = trig.tan, in_place(trig.tan)
    asin, asin_ = trig.asin, in_place(trig.asin)
    acos, acos_ = trig.acos, in_place(trig.acos)
    atan, atan_ = trig.atan, in_place(trig.atan)
    sinh, sinh_ = trig.sinh, in_place(trig.sinh)
    cosh, cosh_ = trig.cosh, in_place(trig.cosh)
    asinh, asinh_ = trig.asinh, in_place(trig.asinh)
    acosh, acosh_ = trig.acosh, in_place(trig.acosh)
    atanh, atanh_ = trig.atanh, in_place(trig.atanh)

    # activations
    relu, relu_ = activation.relu, in_place(activation.relu)
    leaky_relu, leaky_relu_ = activation.leaky_relu, in_place(activation.leaky_relu)
    sigmoid, sigmoid_ = activation.sigmoid, in_place(activation.sigmoid)
    tanh, tanh_ = activation.tanh, in_place(activation.tanh)
    softmax = soft.softmax
    log_softmax = soft.log_softmax

    # comparisons, logic, bits
    eq, eq_ = compare.eq, in_place(compare.eq)
    ne, ne_ = compare.ne, in_place(compare.ne)
    lt, lt_ = compare.lt, in_place(compare.lt)
    le, le_ = compare.le, in_place(compare.le)
    gt, gt_ = compare.gt, in_place(compare.gt)
    ge, ge_ = compare.ge, in_place(compare.ge)
    logical_and, logical_and_ = compare.logical_and, in_place(compare.logical_and)
    logical_or, logical_or_ = compare.logical_or, in_place(compare.logical_or)
    logical_xor, logical_xor_ = compare.logical_xor, in_place(compare.logical_xor)
    logical_not, logical_not_ = compare.logical_not, in_place(compare.logical_not)
    bitwise_and, bitwise_and_ = compare.bitwise_and, in_place(compare.bitwise_and)
    bitwise_or, bitwise_or_ = compare.bitwise_or, in_place(compare.bitwise_or)
    bitwise_xor, bitwise_xor_ = compare.bitwise_xor, in_place(compare.bitwise_xor)
    bitwise_not, bitwise_not_ = compare.bitwise_not, in_place(compare.bitwise_not)
    bitwise_left_shift = compare.bitwise_left_shift
    bitwise_right_shift = compare.bitwise_right_shift
    equal = close.equal
    isclose = close.isclose
    allclose = close.allclose

    def where(self: Tensor, condition: Tensor, other: Any) -> Tensor:  # type: ignore[misc]
        """This tensor where ``condition`` holds, else ``other``."""
        out: Tensor = compare.where(condition, self, other)
        return out

    # reductions
    sum = reduce.sum
    mean = reduce.mean
    prod = reduce.prod
    amax = extremes.amax
    amin = extremes.amin
    max = extremes.max
    min = extremes.min
    argmax = extremes.argmax
    argmin = extremes.argmin
    all = reduce.all
    any = reduce.any
    count_nonzero = reduce.count_nonzero
    var = statistics.var
    std = statistics.std
    logsumexp = reduce.logsumexp
    norm = statistics.norm
    cumsum, cumsum_ = cumulative.cumsum, in_place(cumulative.cumsum)
    cumprod, cumprod_ = cumulative.cumprod, in_place(cumulative.cumprod)

    # shapes
    view = shape.view
    reshape = shape.reshape
    flatten = shape.flatten
    unflatten = shape.unflatten
    ravel = shape.ravel
    squeeze = shape.squeeze
    unsqueeze = shape.unsqueeze
    expand = shape.expand
    expand_as = shape.expand_as
    view_as = shape.view_as
    reshape_as = shape.reshape_as
    broadcast_to = shape.broadcast_to
    permute = shape.permute
    transpose = shape.transpose
    swapaxes = shape.swapaxes
    swapdims = shape.swapdims
    movedim = shape.movedim
    moveaxis = shape.moveaxis
    t = shape.t
    contiguous = shape.contiguous
    flip = rearrange.flip
    roll = rearrange.roll
    repeat = rearrange.repeat
    tile = rearrange.tile
    T = property(shape.reversed_dims)
    mT = property(shape.matrix_transpose)

    # indexing
    index_add, index_add_ = gathering.index_add, in_place(gathering.index_add)
    index_put, index_put_ = indexing.index_put, in_place(indexing.index_put)
    masked_fill, masked_fill_ = mask.masked_fill, in_place(mask.masked_fill)
    scatter, scatter_ = gathering.scatter, in_place(gathering.scatter)
    scatter_add, scatter_add_ = gathering.scatter_add, in_place(gathering.scatter_add)
    tril, tril_ = diagonals.tril, in_place(diagonals.tril)
    triu, triu_ = diagonals.triu, in_place(diagonals.triu)
    gather = gathering.gather
    diagonal = diagonals.diagonal
    diag = diagonals.diag
    trace = diagonals.trace
    take = gathering.take
    masked_scatter, masked_scatter_ = mask.masked_scatter, in_place(mask.masked_scatter)
    index_select = gathering.index_select
    masked_select = mask.masked_select
    narrow = indexing.narrow
    nonzero = mask.nonzero
    select = indexing.select
    take_along_dim = gathering.take_along_dim

    # joining and taking apart
    split = join.split
    chunk = join.chunk
    unbind = join.unbind

    # matrix products
    matmul = products.matmul
    mm = products.mm
    bmm = products.bmm
    mv = products.mv
    dot = products.dot
    outer = products.outer
    addmm = products.addmm

    # order
    sort = order.sort
    argsort = order.argsort
    topk = order.topk
    unique = order.unique
    bincount = order.bincount

    # copies, conversions, fillings
    clone = convert.clone
    to = convert.to
    type_as = convert.type_as
    copy_ = convert.copy_
    fill_ = convert.fill_
    zero_ = convert.zero_
    new_zeros = create_like.new_zeros
    new_ones = create_like.new_ones
    new_full = create_like.new_full
    new_empty = create_like.new_empty
    new_tensor = create_like.new_tensor
    uniform_ = random_fill.uniform_
    normal_ = random_fill.normal_
    exponential_ = random_fill.exponential_
    bernoulli_ = random_fill.bernoulli_
    random_ = random_fill.random_

    def double(self: Tensor) -> Tensor:  # type: ignore[misc]
        """This tensor as float64."""
        return self.to(dtypes.float64)

    def float(self: Tensor) -> Tensor:  # type: ignore[misc]
        """This tensor as float32."""
        return self.to(dtypes.float32)

    def half(self: Tensor) -> Tensor:  # type: ignore[misc]
        """This tensor as float16."""
        return self.to(dtypes.float16)

    def long(self: Tensor) -> Tensor:  # type: ignore[misc]
        """This tensor as int64."""
        return self.to(dtypes.int64)

    def int(self: Tensor) -> Tensor:  # type: ignore[misc]
        """This tensor as int32."""
        return self.to(dtypes.int32)

    def short(self: Tensor) -> Tensor:  # type: ignore[misc]
        """This tensor as int16."""
        return self.to(dtypes.int16)

    def char(self: Tensor) -> Tensor:  # type: ignore[misc]
        """This tensor as int8."""
        return self.to(dtypes.int8)

    def byte(self: Tensor) -> Tensor:  # type: ignore[misc]
        """This tensor as uint8."""
        return self.to(dtypes.uint8)

    def bool(self: Tensor) -> Tensor:  # type: ignore[misc]
        """This tensor as bool."""
        return self.to(dtypes.bool_)
