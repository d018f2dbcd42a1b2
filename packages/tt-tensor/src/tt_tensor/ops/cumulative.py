"""Running sums and products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..kernels.naive import reduce as naive
from ..kernels.numpy import reduce as kernels
from ..primitive import Primitive
from .dims import one_dim

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["cumprod", "cumsum"]

cumsum_p = Primitive("cumsum", params=("dim",), naive=naive.cumsum, numpy=kernels.cumsum)
cumprod_p = Primitive("cumprod", params=("dim",), naive=naive.cumprod, numpy=kernels.cumprod)


def cumsum(input: Tensor, dim: int) -> Tensor:
    """x₁, x₁ + x₂, ... along ``dim``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.cumsum(tt.tensor([1, 2, 3]), 0)
        tensor([1, 3, 6])
    """
    out: Tensor = cumsum_p((input,), (one_dim(dim, input.ndim),))
    return out


def cumprod(input: Tensor, dim: int) -> Tensor:
    """x₁, x₁ · x₂, ... along ``dim``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.cumprod(tt.tensor([1, 2, 3]), 0)
        tensor([1, 2, 6])
    """
    out: Tensor = cumprod_p((input,), (one_dim(dim, input.ndim),))
    return out
