"""What all schedules share: a step count, the learning rates at the start, and their state.

A schedule is a function of time: ``lr_at(t, base_lr)`` says what the learning rate is after ``t``
steps.  So any moment can be asked for, and resuming needs nothing but ``t``.

Several schedules of one optimizer multiply: if something else has changed a rate in the meantime
(another schedule, :class:`ReduceLROnPlateau`, the user), a step changes it in proportion.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from ..optimizer import Optimizer

__all__ = ["LRScheduler", "one_per_group"]

T = TypeVar("T")


class LRScheduler:
    """Sets the learning rate of each of an optimizer's groups, once at the start and at every step.

    Subclasses say how in :meth:`lr_at`.  As in PyTorch they may override :meth:`get_lr` instead.

    Args:
        optimizer: whose groups are scheduled.
        last_epoch: how many steps were made already, minus 1; -1 starts anew.

    Attributes:
        last_epoch: how many steps were made.
        base_lrs: the groups' learning rates at the start.

    Raises:
        TypeError: not an optimizer.
        KeyError: resuming, but the groups do not say what they started with.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import SGD, LRScheduler
        >>> class Halving(LRScheduler):
        ...     def lr_at(self, t, base_lr):
        ...         return base_lr / 2**t
        >>> optimizer = SGD([tt.zeros(1, requires_grad=True)], lr=1.0)
        >>> schedule = Halving(optimizer)
        >>> schedule.step()
        >>> schedule.get_last_lr()
        [0.5]
    """

    chains = True
    """Whether a step keeps, in proportion, what others have made of the rate, or overwrites it."""

    floor = 0.0
    """The rate that proportions are counted from."""

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        check_optimizer(optimizer)
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param_groups[{i}] has no initial_lr; load the optimizer's state first"
                )
        self.base_lrs: list[float] = [g["initial_lr"] for g in optimizer.param_groups]
        self.last_epoch: float = last_epoch
        self.step()

    def lr_at(self, t: float, base_lr: float) -> float:
        """The learning rate after ``t`` steps of a group that started with ``base_lr``."""
        raise NotImplementedError(f"{type(self).__name__} has no method lr_at")

    def lrs_at(self, t: float) -> list[float]:
        """The learning rates of all groups after ``t`` steps."""
        return [self.lr_at(t, base) for base in self.base_lrs]

    def get_lr(self) -> list[float]:
        """What this step makes of the learning rates."""
        new = self.lrs_at(self.last_epoch)
        if not self.chains:
            return new
        old = self.lrs_at(self.last_epoch - 1) if self.last_epoch > 0 else self.base_lrs
        current = [group["lr"] for group in self.optimizer.param_groups]
        return [self._in_proportion(*three) for three in zip(current, old, new, strict=True)]

    def _in_proportion(self, current: float, old: float, new: float) -> float:
        if current == old or old == self.floor:  # nobody has changed it, or nothing is left of it
            return new
        return self.floor + (current - self.floor) * (new - self.floor) / (old - self.floor)

    def get_last_lr(self) -> list[float]:
        """The learning rates that this schedule has last set."""
        return self._last_lr

    def step(self, epoch: float | None = None) -> None:
        """One step on; sets the learning rates.  Call it after ``optimizer.step()``.

        Args:
            epoch: go to this moment instead, whatever the rates are now.

        Raises:
            ValueError: the optimizer has other groups than when the schedule was made.
        """
        groups = self.optimizer.param_groups
        if len(groups) != len(self.base_lrs):
            raise ValueError(
                f"the optimizer has {len(groups)} groups, but had {len(self.base_lrs)} when this "
                "schedule was made; call add_param_group first and make the schedule then"
            )
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        own_formula = type(self).get_lr is not LRScheduler.get_lr  # the user's knows no moments
        rates = self.get_lr() if epoch is None or own_formula else self.lrs_at(epoch)
        for group, lr in zip(groups, rates, strict=True):
            group["lr"] = lr
        self._last_lr = rates

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer and functions of the user's."""
        return _without_objects(self)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue where :meth:`state_dict` was called; the optimizer has a state of its own.

        Raises:
            ValueError: it is the state of another kind of schedule.
        """
        load(self, state_dict)


def one_per_group(name: str, value: T | Sequence[T], optimizer: Optimizer) -> list[T]:
    """An option that is given once for all groups, or for each group.

    Raises:
        ValueError: there are more or fewer than groups.
    """
    count = len(optimizer.param_groups)
    if not isinstance(value, (list, tuple)):
        return [value] * count  # type: ignore[list-item] # no other sequence is taken for several
    if len(value) != count:
        raise ValueError(
            f"{name}: {len(value)} values for {count} groups; give one, or one for each"
        )
    return list(value)


def check_optimizer(optimizer: Any) -> None:
    """Raise TypeError for what is not an optimizer."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer: expected an Optimizer, not {type(optimizer).__name__}")


def load(schedule: Any, state_dict: dict[str, Any]) -> None:
    """Give a schedule the saved values of its attributes; others are ignored.

    Raises:
        ValueError: some are missing.
    """
    own = _without_objects(schedule)
    missing = sorted(own.keys() - state_dict.keys())
    if missing:
        raise ValueError(
            f"state_dict has no {', '.join(missing)}; is it that of another schedule than "
            f"{type(schedule).__name__}?"
        )
    schedule.__dict__.update({name: state_dict[name] for name in own})


def _without_objects(schedule: Any) -> dict[str, Any]:
    hidden = ("optimizer", "lr_lambdas")
    return {name: value for name, value in schedule.__dict__.items() if name not in hidden}
