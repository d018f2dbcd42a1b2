"""One rise and one long fall of the learning rate, for a whole training."""

from __future__ import annotations

from collections.abc import Sequence

from ..optimizer import Optimizer
from .base import LRScheduler, one_per_group
from .cosine import half_cosine

__all__ = ["OneCycleLR"]


class OneCycleLR(LRScheduler):
    """One rise to ``max_lr`` and one long fall far below the start, for a whole training.

    The momentum (or Adam's β₁) goes the other way.  Call ``step`` after every batch.  Other changes
    of the rate are overwritten, as in PyTorch.

    Args:
        optimizer: whose groups are scheduled.
        max_lr: the peak, one for all groups or one each.
        total_steps: how many steps there will be; or ``epochs`` and ``steps_per_epoch``.
        epochs: see ``total_steps``.
        steps_per_epoch: see ``total_steps``.
        pct_start: which part of the steps goes up.
        anneal_strategy: "cos" or "linear".
        cycle_momentum: whether momentum is scheduled.
        base_momentum: its lowest value, one for all groups or one each.
        max_momentum: its highest value, one for all groups or one each.
        div_factor: the start is max_lr / div_factor.
        final_div_factor: the end is the start / final_div_factor.
        three_phase: go down to the start as fast as up, and only then to the end.
        last_epoch: as for :class:`LRScheduler`.

    Raises:
        ValueError: the number of steps is not given, an option is bad, the optimizer has no
            momentum, or there are more steps than were announced.

    Source: Smith and Topin, "Super-convergence: very fast training of neural networks using large
    learning rates", 2018.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import SGD, OneCycleLR
        >>> optimizer = SGD([tt.zeros(1, requires_grad=True)], lr=0.1, momentum=0.9)
        >>> schedule = OneCycleLR(optimizer, max_lr=1.0, total_steps=6, pct_start=0.5)
        >>> rates = []
        >>> for _ in range(6):
        ...     group = optimizer.param_groups[0]
        ...     rates.append((round(group["lr"], 3), round(group["momentum"], 3)))
        ...     schedule.step()
        >>> rates
        [(0.04, 0.95), (0.52, 0.9), (1.0, 0.85), (0.75, 0.875), (0.25, 0.925), (0.0, 0.95)]
    """

    chains = False

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be 'cos' or 'linear', not {anneal_strategy!r}")
        if cycle_momentum and not all(_has_momentum(g) for g in optimizer.param_groups):
            raise ValueError(
                "cycle_momentum: the optimizer has no momentum; set cycle_momentum=False"
            )
        self.total_steps = _count_steps(total_steps, epochs, steps_per_epoch)
        self.ends = _phase_ends(self.total_steps, pct_start, three_phase)
        self.anneal_strategy, self.cycle_momentum = anneal_strategy, cycle_momentum
        self.final_div_factor = final_div_factor
        self.max_lrs = one_per_group("max_lr", max_lr, optimizer)
        self.base_momenta = one_per_group("base_momentum", base_momentum, optimizer)
        self.max_momenta = one_per_group("max_momentum", max_momentum, optimizer)
        if last_epoch == -1:
            for group, peak in zip(optimizer.param_groups, self.max_lrs, strict=True):
                group["initial_lr"] = peak / div_factor
        super().__init__(optimizer, last_epoch)

    def lrs_at(self, t: float) -> list[float]:
        """The learning rates after ``t`` steps.

        Raises:
            ValueError: there are fewer steps in the cycle.
        """
        if t > self.total_steps:
            raise ValueError(
                f"step {t} of a cycle of total_steps={self.total_steps}; make it longer"
            )
        rates = []
        for start, peak in zip(self.base_lrs, self.max_lrs, strict=True):
            middle = [start] if len(self.ends) == 3 else []
            rates.append(self._along([start, peak, *middle, start / self.final_div_factor], t))
        return rates

    def step(self, epoch: float | None = None) -> None:
        """One step on; sets the learning rates and the momenta."""
        super().step(epoch)
        if not self.cycle_momentum:
            return
        middle = self.ends[2:]  # a corner more if there is a phase more
        for i, group in enumerate(self.optimizer.param_groups):
            low, high = self.base_momenta[i], self.max_momenta[i]
            corners = [high, low, *[high for _ in middle], high]
            _set_momentum(group, self._along(corners, self.last_epoch))

    def _along(self, corners: list[float], t: float) -> float:
        """The value at ``t`` on the way through the corners, which lie at 0 and at ``ends``."""
        phase, begin = 0, 0.0
        while t > self.ends[phase] and phase < len(self.ends) - 1:
            begin = self.ends[phase]
            phase += 1
        part = (t - begin) / ((self.ends[phase] - begin) or 1)  # a phase may have no length
        start, end = corners[phase], corners[phase + 1]
        if self.anneal_strategy == "linear":
            return start + (end - start) * part
        return half_cosine(start, end, part)


def _count_steps(total: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    if total is None and epochs is not None and steps_per_epoch is not None:
        total = epochs * steps_per_epoch
    if total is None or total < 1:
        raise ValueError("total_steps, or epochs and steps_per_epoch, must be given and positive")
    return total


def _phase_ends(total_steps: int, pct_start: float, three_phase: bool) -> list[float]:
    """At which steps the phases end."""
    if not 0 <= pct_start <= 1:
        raise ValueError(f"pct_start must lie between 0 and 1, it is {pct_start}")
    top, last = pct_start * total_steps - 1, total_steps - 1
    return [top, 2 * top, last] if three_phase else [top, last]


def _has_momentum(group: dict[str, object]) -> bool:
    return "momentum" in group or "betas" in group


def _set_momentum(group: dict[str, object], momentum: float) -> None:
    betas = group.get("betas")
    if isinstance(betas, (tuple, list)):
        group["betas"] = (momentum, *betas[1:])
    else:
        group["momentum"] = momentum
