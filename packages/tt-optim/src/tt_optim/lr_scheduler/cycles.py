"""Schedules that go up as well as down."""

from __future__ import annotations

import math
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler

__all__ = ["CosineAnnealingWarmRestarts", "OneCycleLR"]


class CosineAnnealingWarmRestarts(LRScheduler):
    """Half a cosine down to ``eta_min``, again and again, each time ``T_mult`` times as long.

    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2016.
    """

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

    def lr_at(self, t: int, base_lr: float) -> float:
        """min + (base - min) (1 + cos(π s/T)) / 2, s steps into a cycle of T."""
        length, since = self.T_0, t
        while since >= length:
            since -= length
            length *= self.T_mult
        return (
            self.eta_min + (base_lr - self.eta_min) * (1 + math.cos(math.pi * since / length)) / 2
        )


class OneCycleLR(LRScheduler):
    """One rise to ``max_lr`` and one long fall far below the start, for a whole training.

    The momentum (or Adam's β₁) goes the other way.

    Args:
        optimizer: whose groups are scheduled.
        max_lr: the peak, one for all groups or one each.
        total_steps: how many steps there will be; or ``epochs`` and ``steps_per_epoch``.
        epochs: see ``total_steps``.
        steps_per_epoch: see ``total_steps``.
        pct_start: which part of the steps goes up.
        anneal_strategy: "cos" or "linear".
        cycle_momentum: whether momentum is scheduled.
        base_momentum: its lowest value.
        max_momentum: its highest value.
        div_factor: the start is max_lr / div_factor.
        final_div_factor: the end is the start / final_div_factor.
        three_phase: go down to the start as fast as up, and only then to the end.
        last_epoch: as for :class:`LRScheduler`.

    Raises:
        ValueError: the number of steps is not given, an option is bad, or there are more steps
            than were announced.

    Source: Smith and Topin, "Super-convergence: very fast training of neural networks using large
    learning rates", 2018.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None and epochs is not None and steps_per_epoch is not None:
            total_steps = epochs * steps_per_epoch
        if total_steps is None or total_steps < 1:
            raise ValueError(
                "total_steps, or epochs and steps_per_epoch, must be given and positive"
            )
        if not 0 <= pct_start <= 1:
            raise ValueError(f"pct_start must lie between 0 and 1, it is {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be 'cos' or 'linear', not {anneal_strategy!r}")
        self.total_steps, self.anneal_strategy = total_steps, anneal_strategy
        groups = optimizer.param_groups
        self.max_lrs = max_lr if isinstance(max_lr, list) else [max_lr] * len(groups)
        self.div_factor, self.final_div_factor = div_factor, final_div_factor
        self.cycle_momentum = cycle_momentum
        self.momenta = (base_momentum, max_momentum)
        up = pct_start * total_steps - 1
        self.ends = [up, 2 * up, total_steps - 1] if three_phase else [up, total_steps - 1]
        if last_epoch == -1:
            for group, peak in zip(groups, self.max_lrs, strict=True):
                group["initial_lr"] = peak / div_factor
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rates now."""
        if self.last_epoch > self.total_steps:
            raise ValueError(f"step {self.last_epoch} of a cycle of {self.total_steps} steps")
        return [
            self._lr(start, peak) for start, peak in zip(self.base_lrs, self.max_lrs, strict=True)
        ]

    def _lr(self, start: float, peak: float) -> float:
        end = start / self.final_div_factor
        return self._along([start, peak, start, end] if len(self.ends) == 3 else [start, peak, end])

    def _along(self, corners: list[float]) -> float:
        """The value now on the way through the corners."""
        begin = 0.0
        for i, end in enumerate(self.ends):
            if self.last_epoch <= end or i == len(self.ends) - 1:
                return self._between(
                    corners[i], corners[i + 1], (self.last_epoch - begin) / (end - begin)
                )
            begin = end
        raise AssertionError("there is a last phase")

    def _between(self, start: float, end: float, part: float) -> float:
        if self.anneal_strategy == "linear":
            return start + (end - start) * part
        return end + (start - end) / 2 * (1 + math.cos(math.pi * part))

    def step(self, epoch: int | None = None) -> None:
        """One step on; sets the learning rates and the momenta."""
        super().step(epoch)
        if not self.cycle_momentum:
            return
        low, high = self.momenta
        middle = [high] if len(self.ends) == 3 else []
        momentum = self._along([high, low, *middle, high])
        for group in self.optimizer.param_groups:
            _set_momentum(group, momentum)


def _set_momentum(group: dict[str, Any], momentum: float) -> None:
    if "betas" in group:
        group["betas"] = (momentum, *group["betas"][1:])
    elif "momentum" in group:
        group["momentum"] = momentum
    else:
        raise ValueError("cycle_momentum: the optimizer has no momentum; set cycle_momentum=False")
