"""Schedules that multiply the rate by a factor again and again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from ..optimizer import Optimizer
from .base import LRScheduler

__all__ = ["ExponentialLR", "MultiStepLR", "StepLR"]


class StepLR(LRScheduler):
    """base · γ^⌊t / step_size⌋: multiplies the rate by γ every ``step_size`` steps.

    Args:
        optimizer: whose groups are scheduled.
        step_size: how many steps lie between two reductions.
        gamma: γ, the factor.
        last_epoch: as for :class:`LRScheduler`.

    Raises:
        ValueError: ``step_size`` is below 1.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import SGD, StepLR
        >>> optimizer = SGD([tt.zeros(1, requires_grad=True)], lr=1.0)
        >>> schedule = StepLR(optimizer, step_size=2, gamma=0.5)
        >>> rates = []
        >>> for _ in range(4):
        ...     rates.append(optimizer.param_groups[0]["lr"])
        ...     schedule.step()
        >>> rates
        [1.0, 1.0, 0.5, 0.5]
    """

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        if step_size < 1:
            raise ValueError(f"step_size must be at least 1, it is {step_size}")
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def lr_at(self, t: float, base_lr: float) -> float:
        """base · γ^⌊t / step_size⌋."""
        return float(base_lr * self.gamma ** (t // self.step_size))


class MultiStepLR(LRScheduler):
    """base · γ^(milestones passed): multiplies the rate by γ at each of the ``milestones``.

    Args:
        optimizer: whose groups are scheduled.
        milestones: the steps at which the rate changes; one that comes twice counts twice.
        gamma: γ, the factor.
        last_epoch: as for :class:`LRScheduler`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import SGD, MultiStepLR
        >>> optimizer = SGD([tt.zeros(1, requires_grad=True)], lr=1.0)
        >>> schedule = MultiStepLR(optimizer, milestones=[1, 3], gamma=0.5)
        >>> [schedule.lr_at(t, 1.0) for t in range(5)]
        [1.0, 0.5, 0.5, 0.25, 0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.milestones, self.gamma = sorted(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def lr_at(self, t: float, base_lr: float) -> float:
        """base · γ^(milestones passed)."""
        return float(base_lr * self.gamma ** bisect_right(self.milestones, t))


class ExponentialLR(LRScheduler):
    """base · γᵗ: multiplies the rate by γ at every step.

    Args:
        optimizer: whose groups are scheduled.
        gamma: γ, the factor.
        last_epoch: as for :class:`LRScheduler`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import SGD, ExponentialLR
        >>> optimizer = SGD([tt.zeros(1, requires_grad=True)], lr=1.0)
        >>> schedule = ExponentialLR(optimizer, gamma=0.5)
        >>> [schedule.lr_at(t, 1.0) for t in range(4)]
        [1.0, 0.5, 0.25, 0.125]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def lr_at(self, t: float, base_lr: float) -> float:
        """base · γᵗ."""
        return float(base_lr * self.gamma**t)
