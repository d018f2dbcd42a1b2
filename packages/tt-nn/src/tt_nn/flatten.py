"""Changes of shape as modules."""

from __future__ import annotations

from collections.abc import Sequence

from tt_tensor import Tensor, flatten, unflatten

from .module import Module

__all__ = ["Flatten", "Unflatten"]


class Flatten(Module):
    """The dimensions from ``start_dim`` to ``end_dim`` as one; by default all but the batch.

    Args:
        start_dim: the first of them.
        end_dim: the last of them.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Flatten
        >>> Flatten()(tt.zeros(2, 3, 4)).shape
        (2, 12)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Tensor) -> Tensor:
        """(N, d1, d2, ...) to (N, d1 · d2 · ...)."""
        return flatten(input, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        """The dimensions."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """One dimension as several.

    Args:
        dim: which one.
        unflattened_size: what it becomes; one size may be -1, which is then worked out.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Unflatten
        >>> Unflatten(1, (3, 4))(tt.zeros(2, 12)).shape
        (2, 3, 4)
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        super().__init__()
        self.dim, self.unflattened_size = dim, tuple(unflattened_size)

    def forward(self, input: Tensor) -> Tensor:
        """(N, d1 · d2) to (N, d1, d2)."""
        return unflatten(input, self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        """The dimension and its parts."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
