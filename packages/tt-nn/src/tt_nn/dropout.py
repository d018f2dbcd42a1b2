"""Dropout as a module."""

from __future__ import annotations

from tt_tensor import Tensor

from .functional import dropout
from .module import Module

__all__ = ["Dropout"]


class Dropout(Module):
    """While training, each element becomes 0 with probability ``p``; see :func:`functional.dropout`.

    Args:
        p: the probability.

    Raises:
        ValueError: ``p`` is not a probability.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Dropout
        >>> Dropout(0.5).eval()(tt.ones(3))
        tensor([1., 1., 1.])
    """

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p: a probability must lie between 0 and 1, not {p}")
        self.p = p

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return dropout(input, self.p, self.training)

    def extra_repr(self) -> str:
        """The probability."""
        return f"p={self.p}"
