"""Schedules that begin with a smaller rate and come to the full one."""

from __future__ import annotations

from ..optimizer import Optimizer
from .base import LRScheduler

__all__ = ["ConstantLR", "LinearLR"]


class ConstantLR(LRScheduler):
    """base · factor for the first ``total_iters`` steps, then base.

    Args:
        optimizer: whose groups are scheduled.
        factor: between 0 and 1.
        total_iters: how many steps it is applied.
        last_epoch: as for :class:`LRScheduler`.

    Raises:
        ValueError: the factor is not between 0 and 1.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import SGD, ConstantLR
        >>> optimizer = SGD([tt.zeros(1, requires_grad=True)], lr=1.0)
        >>> schedule = ConstantLR(optimizer, factor=0.25, total_iters=2)
        >>> [schedule.lr_at(t, 1.0) for t in range(4)]
        [0.25, 0.25, 1.0, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1.0 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 <= factor <= 1:
            raise ValueError(f"factor must lie between 0 and 1, it is {factor}")
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def lr_at(self, t: float, base_lr: float) -> float:
        """base · factor, then base."""
        return base_lr * (self.factor if t < self.total_iters else 1.0)


class LinearLR(LRScheduler):
    """A straight line from base · start_factor to base · end_factor: the usual warm-up.

    Args:
        optimizer: whose groups are scheduled.
        start_factor: at the start; above 0 and at most 1.
        end_factor: from step ``total_iters`` on; between 0 and 1.
        total_iters: how many steps it takes.
        last_epoch: as for :class:`LRScheduler`.

    Raises:
        ValueError: a factor out of range, or ``total_iters`` is below 1.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import SGD, LinearLR
        >>> optimizer = SGD([tt.zeros(1, requires_grad=True)], lr=1.0)
        >>> schedule = LinearLR(optimizer, start_factor=0.5, total_iters=2)
        >>> [schedule.lr_at(t, 1.0) for t in range(4)]
        [0.5, 0.75, 1.0, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1:
            raise ValueError(f"start_factor must be above 0 and at most 1, it is {start_factor}")
        if not 0 <= end_factor <= 1:
            raise ValueError(f"end_factor must lie between 0 and 1, it is {end_factor}")
        if total_iters < 1:
            raise ValueError(f"total_iters must be at least 1, it is {total_iters}")
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def lr_at(self, t: float, base_lr: float) -> float:
        """base · (start + (end - start) · min(t, total)/total)."""
        done = min(t, self.total_iters) / self.total_iters
        return base_lr * (self.start_factor + (self.end_factor - self.start_factor) * done)
