"""Schedules along half a cosine: slow at both ends, fast in the middle."""

from __future__ import annotations

import math

from ..optimizer import Optimizer
from .base import LRScheduler

__all__ = ["CosineAnnealingLR", "CosineAnnealingWarmRestarts"]


class CosineAnnealingLR(LRScheduler):
    """min + (base - min) (1 + cos(π t/T_max)) / 2: down in ``T_max`` steps, then up again.

    Args:
        optimizer: whose groups are scheduled.
        T_max: how many steps go down.
        eta_min: the lowest rate.
        last_epoch: as for :class:`LRScheduler`.

    Raises:
        ValueError: ``T_max`` is below 1.

    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2016.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import SGD, CosineAnnealingLR
        >>> optimizer = SGD([tt.zeros(1, requires_grad=True)], lr=1.0)
        >>> schedule = CosineAnnealingLR(optimizer, T_max=4)
        >>> [round(schedule.lr_at(t, 1.0), 3) for t in range(5)]
        [1.0, 0.854, 0.5, 0.146, 0.0]
    """

    def __init__(
        self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        if T_max < 1:
            raise ValueError(f"T_max must be at least 1, it is {T_max}")
        self.T_max, self.eta_min = T_max, eta_min
        self.floor = eta_min
        super().__init__(optimizer, last_epoch)

    def lr_at(self, t: float, base_lr: float) -> float:
        """min + (base - min) (1 + cos(π t/T_max)) / 2."""
        return half_cosine(base_lr, self.eta_min, t / self.T_max)


class CosineAnnealingWarmRestarts(LRScheduler):
    """Half a cosine down to ``eta_min``, again and again, each time ``T_mult`` times as long.

    Other changes of the rate are overwritten, as in PyTorch.

    Args:
        optimizer: whose groups are scheduled.
        T_0: how many steps the first cycle has.
        T_mult: by how much each cycle is longer than the one before, a whole number.
        eta_min: the lowest rate.
        last_epoch: as for :class:`LRScheduler`.

    Raises:
        ValueError: ``T_0`` or ``T_mult`` is below 1.

    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2016.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import SGD, CosineAnnealingWarmRestarts
        >>> optimizer = SGD([tt.zeros(1, requires_grad=True)], lr=1.0)
        >>> schedule = CosineAnnealingWarmRestarts(optimizer, T_0=2, T_mult=2)
        >>> [round(schedule.lr_at(t, 1.0), 3) for t in range(7)]
        [1.0, 0.5, 1.0, 0.854, 0.5, 0.146, 1.0]
    """

    chains = False

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,
        T_mult: int = 1,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        if T_0 < 1 or T_mult < 1:
            raise ValueError(f"T_0 and T_mult must be at least 1, they are {T_0} and {T_mult}")
        self.T_0, self.T_mult, self.eta_min = T_0, T_mult, eta_min
        super().__init__(optimizer, last_epoch)

    def lr_at(self, t: float, base_lr: float) -> float:
        """min + (base - min) (1 + cos(π s/T)) / 2, s steps into a cycle of T."""
        length, since = self.T_0, t
        if self.T_mult == 1:
            since %= length
        while since >= length:
            since -= length
            length *= self.T_mult
        return half_cosine(base_lr, self.eta_min, since / length)


def half_cosine(start: float, end: float, part: float) -> float:
    """The value after this part of the way from ``start`` to ``end``."""
    return end + (start - end) * (1 + math.cos(math.pi * part)) / 2
