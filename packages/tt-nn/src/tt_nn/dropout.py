"""Dropout as modules."""

from __future__ import annotations

from tt_tensor import Tensor

from .functional.dropout import check_probability, dropout, dropout1d, dropout2d
from .module import Module

__all__ = ["Dropout", "Dropout1d", "Dropout2d"]


class _Dropout(Module):
    """What all kinds of dropout share: their options."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        check_probability(p)
        self.p, self.inplace = p, inplace

    def extra_repr(self) -> str:
        """Its options."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """While training, each element becomes 0 with probability ``p``.

    See :func:`tt_nn.functional.dropout`.

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

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return dropout(input, self.p, self.training, self.inplace)


class Dropout1d(_Dropout):
    """While training, each channel of (N, C, L) or (C, L) becomes 0 with probability ``p``.

    See :func:`tt_nn.functional.dropout1d`.

    Args:
        p: the probability.
        inplace: put the result into the input's memory.

    Raises:
        ValueError: ``p`` is not a probability.
        ShapeError: an input of other dimensions.
    """

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return dropout1d(input, self.p, self.training, self.inplace)


class Dropout2d(_Dropout):
    """While training, each channel of images (N, C, H, W) becomes 0 with probability ``p``.

    See :func:`tt_nn.functional.dropout2d`.

    Args:
        p: the probability.
        inplace: put the result into the input's memory.

    Raises:
        ValueError: ``p`` is not a probability.
        ShapeError: an input of other dimensions.
    """

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return dropout2d(input, self.p, self.training, self.inplace)
