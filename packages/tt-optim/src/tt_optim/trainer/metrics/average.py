"""Means that are built up batch by batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .base import Metric
from .classes import count_samples

__all__ = ["Average", "ExponentialAverage", "Mean"]


class Average:
    """A mean that is built up batch by batch, each counting as many as it has samples.

    Example:
        >>> from tt_optim import Average
        >>> mean = Average()
        >>> mean.add(1.0, count=1)
        >>> mean.add(4.0, count=2)
        >>> mean.value
        3.0
    """

    def __init__(self) -> None:
        self.total = 0.0
        self.count = 0

    def add(self, value: float, count: int = 1) -> None:
        """Add the mean of ``count`` samples; the mean of none counts for nothing, even if NaN."""
        if count:
            self.total += value * count
            self.count += count

    @property
    def value(self) -> float:
        """The mean so far; NaN of nothing."""
        return self.total / self.count if self.count else float("nan")


class ExponentialAverage:
    """A mean that forgets: each new value weighs 1 - decay, all older ones together decay.

        m ← decay · m + (1 - decay) · value,     m / (1 - decayᵗ) after t values

    The division makes up for the beginning at 0, as in Adam (Kingma & Ba, 2015): the first result is
    the first value.  It follows a noisy loss while a training runs.

    Args:
        decay: in [0, 1); the mean is roughly over the last 1 / (1 - decay) values.

    Raises:
        ValueError: another ``decay``.

    Example:
        >>> from tt_optim import ExponentialAverage
        >>> mean = ExponentialAverage(decay=0.5)
        >>> mean.add(3.0)
        >>> mean.value
        3.0
        >>> mean.add(6.0)
        >>> mean.value
        5.0
    """

    def __init__(self, decay: float = 0.98) -> None:
        if not 0 <= decay < 1:
            raise ValueError(f"decay must be at least 0 and below 1, it is {decay}")
        self.decay = decay
        self.total = 0.0
        self.weight = 0.0

    def add(self, value: float) -> None:
        """Add one value."""
        self.total = self.decay * self.total + (1 - self.decay) * value
        self.weight = self.decay * self.weight + (1 - self.decay)

    @property
    def value(self) -> float:
        """The mean so far; NaN of nothing."""
        return self.total / self.weight if self.weight else float("nan")


class Mean(Metric):
    """The mean of a function's values, each batch counting as many as it has samples.

    It is right for whatever is itself a mean over samples, such as a loss; a plain function among
    the Trainer's metrics is counted in this way.

    Args:
        function: from a batch's output and target, a number.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import Mean
        >>> largest = Mean(lambda output, target: output.max().item())
        >>> largest.update(tt.tensor([1.0]), tt.tensor([0]))
        >>> largest.update(tt.tensor([2.0, 4.0]), tt.tensor([0, 0]))
        >>> largest.compute()
        3.0
    """

    state = ("total", "count")

    def __init__(self, function: Callable[[Any, Any], Any]) -> None:
        self.function = function
        super().__init__()

    def reset(self) -> None:
        """Forget all samples."""
        self.total, self.count = 0.0, 0

    def update(self, output: Any, target: Any) -> None:
        """Add the function's value, times the number of samples."""
        value, count = float(self.function(output, target)), count_samples(target)
        if count:
            self.total += value * count
            self.count += count

    def compute(self) -> float:
        """The mean; NaN of nothing."""
        return self.total / self.count if self.count else float("nan")

    def __deepcopy__(self, memo: dict[int, Any]) -> Mean:
        """Another mean of the same function, which may be a method of something large."""
        other = type(self)(self.function)
        other.load_state_dict(self.state_dict())
        return other
