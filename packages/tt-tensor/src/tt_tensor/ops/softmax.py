"""Softmax and its logarithm: scores to probabilities along one dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dtypes import DTypeLike
from ..kernels.naive import softmax as naive
from ..kernels.numpy import softmax as kernels
from ..primitive import Primitive
from .activation import floating
from .dims import one_dim

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["log_softmax", "softmax", "softmin"]

softmax_p = Primitive("softmax", params=("dim",), naive=naive.softmax, numpy=kernels.softmax)
softmax_grad_p = Primitive(
    "softmax_grad",
    inputs=("grad_output", "output"),
    params=("dim",),
    naive=naive.softmax_grad,
    numpy=kernels.softmax_grad,
)
log_softmax_p = Primitive(
    "log_softmax", params=("dim",), naive=naive.log_softmax, numpy=kernels.log_softmax
)
log_softmax_grad_p = Primitive(
    "log_softmax_grad",
    inputs=("grad_output", "output"),
    params=("dim",),
    naive=naive.log_softmax_grad,
    numpy=kernels.log_softmax_grad,
)


def softmax(input: Tensor, dim: int = -1, dtype: DTypeLike | None = None) -> Tensor:
    """exp(xᵢ) / Σⱼ exp(xⱼ) along ``dim``: positive numbers that add up to 1.

    The largest element is subtracted first, which changes nothing in the quotient and keeps the
    exponentials from overflowing.

    Args:
        input: floating point.
        dim: the dimension along which the results add up to 1.
        dtype: convert the input to this type first.

    Raises:
        IndexError: there is no such dimension.
        DTypeError: ``input`` is not floating point and no ``dtype`` is given.

    Example:
        >>> import tt_tensor as tt
        >>> tt.softmax(tt.tensor([0.0, 0.0, 10000.0]), dim=0)
        tensor([0., 0., 1.])
    """
    x = floating("softmax", input) if dtype is None else input.to(dtype)
    out: Tensor = softmax_p((x,), (one_dim(dim, x.ndim),))
    return out


def log_softmax(input: Tensor, dim: int = -1, dtype: DTypeLike | None = None) -> Tensor:
    """ln softmax(x) = xᵢ - ln Σⱼ exp(xⱼ), without the underflow of the two steps.

    Args:
        input: floating point.
        dim: the dimension along which the exponentials of the results add up to 1.
        dtype: convert the input to this type first.

    Raises:
        IndexError: there is no such dimension.
        DTypeError: ``input`` is not floating point and no ``dtype`` is given.

    Example:
        >>> import tt_tensor as tt
        >>> tt.log_softmax(tt.tensor([0.0, 10000.0]), dim=0)
        tensor([-10000.,      0.])
    """
    x = floating("log_softmax", input) if dtype is None else input.to(dtype)
    out: Tensor = log_softmax_p((x,), (one_dim(dim, x.ndim),))
    return out


def softmin(input: Tensor, dim: int = -1, dtype: DTypeLike | None = None) -> Tensor:
    """softmax(-x): the smallest number gets the largest share; arguments as for :func:`softmax`.

    Example:
        >>> import tt_tensor as tt
        >>> tt.softmin(tt.tensor([0.0, 0.0, 10000.0]), dim=0)
        tensor([0.5000, 0.5000, 0.0000])
    """
    return softmax(-input, dim, dtype)
