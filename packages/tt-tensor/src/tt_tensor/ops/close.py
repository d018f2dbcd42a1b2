"""Are two tensors equal, or as good as equal?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..primitive import array_of, wrap

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["allclose", "equal", "isclose"]


def equal(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have the same shape and the same elements.

    Example:
        >>> import tt_tensor as tt
        >>> tt.equal(tt.tensor([1, 2]), tt.tensor([1, 2]))
        True
    """
    return bool(np.array_equal(array_of(input), array_of(other)))


def isclose(
    input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Whether ``|input - other| ≤ atol + rtol · |other|``, for each element."""
    x, y = array_of(input), array_of(other)
    return wrap(np.asarray(np.isclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan)))


def allclose(
    input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> bool:
    """Whether all elements are close in the sense of :func:`isclose`.

    Example:
        >>> import tt_tensor as tt
        >>> tt.allclose(tt.tensor([1.0]), tt.tensor([1.000001]))
        True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan).array.all())
