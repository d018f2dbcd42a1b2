"""The schedule that watches a number instead of the clock."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..optimizer import Optimizer
from .base import check_optimizer, load, one_per_group

__all__ = ["ReduceLROnPlateau"]


class ReduceLROnPlateau:
    """Multiplies the rate by ``factor`` when a number has not improved for ``patience`` steps.

    Args:
        optimizer: whose groups are scheduled.
        mode: "min" if the number should fall, "max" if it should rise.
        factor: below 1.
        patience: how many steps without improvement are forgiven.
        threshold: improvements smaller than this do not count.
        threshold_mode: "rel" for a share of the best number, "abs" for a difference.
        cooldown: how many steps after a reduction are not counted.
        min_lr: the lowest rate, one for all groups or one each.
        eps: smaller changes of the rate are not made.

    Raises:
        ValueError: a factor that is not below 1, another mode, or a wrong number of ``min_lr``.
        TypeError: not an optimizer.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import SGD, ReduceLROnPlateau
        >>> optimizer = SGD([tt.zeros(1, requires_grad=True)], lr=1.0)
        >>> schedule = ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
        >>> for loss in (3.0, 2.0, 2.0, 2.0):  # the last two are no better: one too many
        ...     schedule.step(loss)
        >>> optimizer.param_groups[0]["lr"]
        0.5
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        check_optimizer(optimizer)
        if not 0 <= factor < 1:
            raise ValueError(f"factor must be at least 0 and below 1, it is {factor}")
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', not {mode!r}")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"threshold_mode must be 'rel' or 'abs', not {threshold_mode!r}")
        self.optimizer = optimizer
        self.min_lrs = one_per_group("min_lr", min_lr, optimizer)
        self.mode, self.factor, self.patience = mode, factor, patience
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.cooldown, self.eps = cooldown, eps
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = 0
        self.last_epoch = 0

    def step(self, metrics: Any) -> None:
        """Tell the number of this epoch, such as the validation loss."""
        current = float(metrics)
        self.last_epoch += 1
        if self._is_better(current):
            self.best, self.num_bad_epochs = current, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def _is_better(self, current: float) -> bool:
        down = self.mode == "min"
        if self.threshold_mode == "rel":
            bar = self.best * (1 - self.threshold if down else 1 + self.threshold)
        else:
            bar = self.best - self.threshold if down else self.best + self.threshold
        return current < bar if down else current > bar

    def _reduce(self) -> None:
        for group, lowest in zip(self.optimizer.param_groups, self.min_lrs, strict=True):
            new = max(group["lr"] * self.factor, lowest)
            if group["lr"] - new > self.eps:
                group["lr"] = new

    def get_last_lr(self) -> list[float]:
        """The learning rates now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer."""
        return {name: value for name, value in self.__dict__.items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue where :meth:`state_dict` was called.

        Raises:
            ValueError: it is the state of another kind of schedule.
        """
        load(self, state_dict)
