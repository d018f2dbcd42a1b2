"""Dropout as a module."""

from __future__ import annotations

from tt_tensor import Tensor

from .functional.dropout import check_probability, dropout
from .module import Module

__all__ = ["Dropout"]


class Dropout(Module):
    """While training, each element becomes 0 with probability ``p``; see :func:`functional.dropout`.

    Args:
        p: the probability.
        inplace: put the result into the input's memory.

    Raises:
        ValueError: ``p`` is not a probability.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Dropout
        >>> Dropout(0.5).eval()(tt.ones(3))
        tensor([1., 1., 1.])
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        check_probability(p)
        self.p, self.inplace = p, inplace

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """Its options."""
        return f"p={self.p}, inplace={self.inplace}"
