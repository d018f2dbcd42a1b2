"""Schedules one after the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler

__all__ = ["SequentialLR"]


class SequentialLR(LRScheduler):
    """The first schedule until the first milestone, the second from there on, and so on.

    Args:
        optimizer: whose groups are scheduled.
        schedulers: schedules of this optimizer.
        milestones: the steps at which the next one takes over, one fewer than schedules.
        last_epoch: as for :class:`LRScheduler`.

    Raises:
        ValueError: a schedule of another optimizer, another number of milestones, or some that fall.
        TypeError: something that is not a schedule, or ReduceLROnPlateau, which needs a number.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import SGD, CosineAnnealingLR, LinearLR, SequentialLR
        >>> optimizer = SGD([tt.zeros(1, requires_grad=True)], lr=1.0)
        >>> warmup = LinearLR(optimizer, start_factor=0.5, total_iters=2)
        >>> decay = CosineAnnealingLR(optimizer, T_max=2)
        >>> schedule = SequentialLR(optimizer, [warmup, decay], milestones=[2])
        >>> rates = []
        >>> for _ in range(4):
        ...     rates.append(round(optimizer.param_groups[0]["lr"], 3))
        ...     schedule.step()
        >>> rates
        [0.5, 0.75, 1.0, 0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        for i, scheduler in enumerate(schedulers):
            if not isinstance(scheduler, LRScheduler):
                raise TypeError(
                    f"schedulers[{i}]: expected an LRScheduler, not {type(scheduler).__name__}"
                )
            if scheduler.optimizer is not optimizer:
                raise ValueError(f"schedulers[{i}] schedules another optimizer")
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"milestones: there must be one fewer than the {len(schedulers)} schedulers, "
                f"there are {len(milestones)}"
            )
        if sorted(milestones) != list(milestones):
            raise ValueError(f"milestones must rise, they are {milestones}")
        self._schedulers, self._milestones = list(schedulers), list(milestones)
        super().__init__(optimizer, last_epoch)

    def step(self, epoch: float | None = None) -> None:
        """One step on, with the schedule whose turn it is."""
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        turn = bisect_right(self._milestones, self.last_epoch)
        begun = self._milestones[turn - 1] if turn else 0
        scheduler, since = self._schedulers[turn], self.last_epoch - begun
        if epoch is None and since > 0 and scheduler.last_epoch == since - 1:
            scheduler.step()
        else:  # its turn begins, or this is a jump
            scheduler.step(since)
        self._last_lr = scheduler.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        """The step count and the states of all schedules."""
        return {
            "last_epoch": self.last_epoch,
            "schedulers": [scheduler.state_dict() for scheduler in self._schedulers],
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue where :meth:`state_dict` was called.

        Raises:
            ValueError: it is the state of other schedules.
        """
        states = state_dict.get("schedulers", [])
        if len(states) != len(self._schedulers) or "last_epoch" not in state_dict:
            raise ValueError(
                f"state_dict has {len(states)} schedulers, but these are {len(self._schedulers)}"
            )
        for scheduler, state in zip(self._schedulers, states, strict=True):
            scheduler.load_state_dict(state)
        self.last_epoch = state_dict["last_epoch"]
