"""Finding a learning rate: let it grow from step to step, and see where the loss falls fastest."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tt_tensor import get_rng_state, set_rng_state

from .batches import Batches, Pair, grouped, pairs
from .checkpoint import Resumable
from .checkpoint.encoding import copied
from .metrics import ExponentialAverage

if TYPE_CHECKING:
    from .loop import Trainer

__all__ = ["LRCurve", "find_lr"]


@dataclass
class LRCurve:
    """The loss over a growing learning rate.

    Attributes:
        lrs: the rates, of the group with the largest.
        losses: the loss of the step that was made with each.
        smoothed: the losses' exponential average.

    Example:
        >>> from tt_optim import LRCurve
        >>> LRCurve([0.001, 0.01, 0.1, 1.0], [2.0, 1.9, 1.0, 7.0]).suggestion
        0.1
    """

    lrs: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    smoothed: list[float] = field(default_factory=list)

    @property
    def suggestion(self) -> float | None:
        """Where the loss falls fastest over the logarithm of the rate; None if it never does.

        That is where the mean of the next few losses is furthest below the mean of the last few.
        """
        width = max(1, len(self.losses) // 10)
        sums = np.cumsum([0.0, *self.losses])
        means = (sums[width:] - sums[:-width]) / width  # of the losses i to i + width
        falls = means[:-width] - means[width:]  # around the loss i + width
        if not falls.size or falls.max() <= 0:
            return None
        return self.lrs[int(np.argmax(falls)) + width]


def find_lr(
    trainer: Trainer,
    train: Batches,
    *,
    start: float = 1e-6,
    end: float = 1.0,
    steps: int = 100,
    smoothing: float = 0.9,
    diverged: float = 4.0,
) -> LRCurve:
    """Make steps with a rate that grows exponentially, and put everything back afterwards.

    The rate of step i is start · (end / start)^(i / (steps - 1)); groups keep their proportion.  It
    ends early when the loss has diverged.  The model with its buffers, the optimizer, the default
    generator and the place of the batches are then as before, also after an error; callbacks and
    schedules notice nothing.

    Args:
        trainer: says what a step is: model, loss, optimizer, accumulation, clipping.
        train: batches (input, target); begun again as often as needed.
        start: the first rate.
        end: the last rate.
        steps: how many steps.
        smoothing: the decay of the losses' average, see :class:`ExponentialAverage`.
        diverged: stop when the smoothed loss is so many times the lowest one.

    Returns:
        the curve; its ``suggestion`` is a rate to begin with, or the peak of a one-cycle schedule.

    Raises:
        ValueError: rates that do not grow from above 0, fewer than 3 steps, or no batch.

    Source: Smith, "Cyclical learning rates for training neural networks", 2017; smoothing and
    suggestion are those of fastai.

    Example:
        >>> import tt_nn as nn, tt_tensor as tt
        >>> from tt_optim import SGD, Trainer, find_lr
        >>> _ = tt.manual_seed(0)
        >>> x = tt.randn(64, 3)
        >>> batches = [(x, x @ tt.tensor([[1.0], [2.0], [3.0]]))]
        >>> model = nn.Linear(3, 1)
        >>> trainer = Trainer(model, nn.MSELoss(), SGD(model.parameters(), lr=0.1))
        >>> curve = find_lr(trainer, batches)
        >>> 0.01 < curve.suggestion < 1
        True
    """
    if not 0 < start < end:
        raise ValueError(f"start and end: expected 0 < start < end, not {start} and {end}")
    if steps < 3:
        raise ValueError(f"steps must be at least 3, it is {steps}")
    curve, average = LRCurve(), ExponentialAverage(smoothing)
    with _undone(trainer, train), np.errstate(all="ignore"):
        trainer.model.train()
        shares = _shares_of_groups(trainer)
        groups = _endless(train, trainer.accumulate)
        for i in range(steps):
            lr = start * (end / start) ** (i / (steps - 1))
            for group, share in zip(trainer.optimizer.param_groups, shares, strict=True):
                group["lr"] = lr * share
            loss = _loss_of_step(trainer, next(groups))
            average.add(loss)
            if not average.value <= diverged * min(curve.smoothed, default=math.inf):
                break  # also if the loss is not finite
            curve.lrs.append(lr)
            curve.losses.append(loss)
            curve.smoothed.append(average.value)
    return curve


def _loss_of_step(trainer: Trainer, batches: list[Pair]) -> float:
    """The loss before the step; infinite if it is not finite."""
    try:
        results = trainer.train_group(batches)
    except FloatingPointError:
        return math.inf
    shares = trainer.shares(batches)
    return sum(s * float(loss.item()) for s, (loss, _) in zip(shares, results, strict=True))


def _endless(train: Batches, size: int) -> Iterator[list[Pair]]:
    """Groups of batches, begun again whenever they are used up."""
    while True:
        empty = True
        for group in grouped(pairs(iter(train), "train"), size):
            empty = False
            yield group
        if empty:
            raise ValueError("train: it gave no batch (an iterator that is used up?)")


def _shares_of_groups(trainer: Trainer) -> list[float]:
    """The groups' rates in proportion to the largest."""
    groups = trainer.optimizer.param_groups
    rates = [float(group["initial_lr" if "initial_lr" in group else "lr"]) for group in groups]
    return [rate / max(rates) if max(rates) else 1.0 for rate in rates]


@contextmanager
def _undone(trainer: Trainer, train: Batches) -> Iterator[None]:
    """Afterwards model, optimizer, generator and batches are as they were before."""
    model, optimizer = trainer.model, trainer.optimizer
    tensors = [*model.parameters(), *model.buffers()]
    arrays = [tensor.array.copy() for tensor in tensors]
    modes = [(module, module.training) for module in model.modules()]
    remembered = copied(optimizer.state_dict())
    random = get_rng_state()
    place = copied(train.state_dict()) if isinstance(train, Resumable) else None
    try:
        yield
    finally:
        for tensor, array in zip(tensors, arrays, strict=True):
            tensor.array[...] = array
        for module, training in modes:
            module.training = training
        optimizer.load_state_dict(remembered)
        optimizer.zero_grad()
        if isinstance(train, Resumable) and place is not None:
            train.load_state_dict(place)
        set_rng_state(random)
