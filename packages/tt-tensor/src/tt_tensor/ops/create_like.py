"""Tensors after the model of another one: ``zeros_like(x)`` has its shape, ``x.new_zeros(3)`` its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import DTypeLike
from . import create, from_data

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["empty_like", "full_like", "new_zeros", "ones_like", "zeros_like"]


def zeros_like(
    input: Tensor,
    *,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """Zeros of the shape and, unless ``dtype`` is given, the type of ``input``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.zeros_like(tt.tensor([1, 2]))
        tensor([0, 0])
    """
    kind = dtype or input.dtype
    return create.zeros(input.shape, dtype=kind, device=device, requires_grad=requires_grad)


def ones_like(
    input: Tensor,
    *,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """Ones of the shape and, unless ``dtype`` is given, the type of ``input``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.ones_like(tt.tensor([1.5, 2.5]), dtype=tt.int64)
        tensor([1, 1])
    """
    kind = dtype or input.dtype
    return create.ones(input.shape, dtype=kind, device=device, requires_grad=requires_grad)


def empty_like(
    input: Tensor,
    *,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """Unset memory of the shape and, unless ``dtype`` is given, the type of ``input``."""
    kind = dtype or input.dtype
    return create.empty(input.shape, dtype=kind, device=device, requires_grad=requires_grad)


def full_like(
    input: Tensor,
    fill_value: float,
    *,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """``fill_value`` in the shape and, unless ``dtype`` is given, the type of ``input``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.full_like(tt.tensor([1, 2]), 7)
        tensor([7, 7])
    """
    return create.full(
        input.shape,
        fill_value,
        dtype=dtype or input.dtype,
        device=device,
        requires_grad=requires_grad,
    )


def new_zeros(input: Tensor, *size: Any, dtype: DTypeLike | None = None) -> Tensor:
    """Zeros of another shape in the type of ``input``; gradient rules call it on arrays too.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([1, 2]).new_zeros(3)
        tensor([0, 0, 0])
    """
    if isinstance(input, np.ndarray):
        return np.zeros(create.shape_of(size), input.dtype)  # array in, array out
    return create.zeros(*size, dtype=dtype or input.dtype)


def new_ones(input: Tensor, *size: Any, dtype: DTypeLike | None = None) -> Tensor:
    """Ones of another shape in the type of this tensor."""
    return create.ones(*size, dtype=dtype or input.dtype)


def new_full(
    input: Tensor, size: Any, fill_value: float, *, dtype: DTypeLike | None = None
) -> Tensor:
    """``fill_value`` in another shape and the type of this tensor."""
    return create.full(size, fill_value, dtype=dtype or input.dtype)


def new_empty(input: Tensor, *size: Any, dtype: DTypeLike | None = None) -> Tensor:
    """Unset memory of another shape in the type of this tensor."""
    return create.empty(*size, dtype=dtype or input.dtype)


def new_tensor(input: Tensor, data: Any, *, dtype: DTypeLike | None = None) -> Tensor:
    """A new tensor with a copy of ``data`` in the type of this tensor."""
    return from_data.tensor(data, dtype=dtype or input.dtype)
