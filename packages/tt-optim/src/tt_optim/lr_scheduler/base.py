"""What all schedules share: a step count, the learning rates at the start, and their state.

A schedule is a function of time: ``lr_at(t, base_lr)`` says what the learning rate is after ``t``
steps.  So any moment can be asked for, and resuming needs nothing but ``t``.
"""

from __future__ import annotations

from typing import Any

from ..optimizer import Optimizer

__all__ = ["LRScheduler"]


class LRScheduler:
    """Sets the learning rate of each of an optimizer's groups, once at the start and at every step.

    Args:
        optimizer: whose groups are scheduled.
        last_epoch: how many steps were made already, minus 1; -1 starts anew.

    Attributes:
        last_epoch: how many steps were made.
        base_lrs: the groups' learning rates at the start.

    Raises:
        TypeError: not an optimizer.
        KeyError: resuming, but the groups do not say what they started with.
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"optimizer: expected an Optimizer, not {type(optimizer).__name__}")
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param_groups[{i}] has no initial_lr; load the optimizer's state first"
                )
        self.base_lrs: list[float] = [g["initial_lr"] for g in optimizer.param_groups]
        self.last_epoch = last_epoch
        self.step()

    def lr_at(self, t: int, base_lr: float) -> float:
        """The learning rate after ``t`` steps of a group that started with ``base_lr``."""
        raise NotImplementedError(f"{type(self).__name__} has no method lr_at")

    def get_lr(self) -> list[float]:
        """The learning rate of every group now."""
        return [self.lr_at(self.last_epoch, base) for base in self.base_lrs]

    def get_last_lr(self) -> list[float]:
        """The learning rates that were last set."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def step(self, epoch: int | None = None) -> None:
        """One step on, or to a given moment; sets the learning rates."""
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        for group, lr in zip(self.optimizer.param_groups, self.get_lr(), strict=True):
            group["lr"] = lr

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer and functions of the user's."""
        return {
            name: value
            for name, value in self.__dict__.items()
            if name not in ("optimizer", "lr_lambdas")
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue where :meth:`state_dict` was called."""
        self.__dict__.update(state_dict)
