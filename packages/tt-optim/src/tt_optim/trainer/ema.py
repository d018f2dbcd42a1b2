"""Averaged weights: a slow copy of the model that forgets, step by step, what the weights were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tt_nn import Module
from tt_tensor import Tensor

from ..updates import average_p

__all__ = ["EMA"]


class EMA:
    """An exponential moving average of a model's weights.

    After every step of the optimizer, for every parameter and every floating-point buffer:

        average ← d · average + (1 - d) · weight,     d = min(decay, (1 + t) / (10 + t))

    where t counts the steps: at the beginning, when the weights still change much, the average
    follows quickly.  Buffers of other types are copied.  The average smooths the zigzag of the last
    steps and usually evaluates better than the weights.  A Trainer that has an EMA evaluates and
    predicts with the averages; it trains the weights as ever.

    Args:
        model: whose weights are averaged, from now on.
        decay: how much of the average stays in each step; 0.999 averages over about 1000 steps.
        warmup: begin with a smaller decay, as above.

    Raises:
        ValueError: ``decay`` is not between 0 and 1.

    Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992; the
    warm-up is that of TensorFlow's ExponentialMovingAverage.

    Example:
        >>> import tt_nn as nn, tt_tensor as tt
        >>> from tt_optim import EMA
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.ones_(model.weight)
        >>> ema = EMA(model, decay=0.9, warmup=False)
        >>> _ = nn.init.zeros_(model.weight)
        >>> ema.update()
        >>> with ema.applied():
        ...     print(model.weight.tolist())
        [[0.8999999761581421]]
        >>> model.weight.tolist()
        [[0.0]]
    """

    def __init__(self, model: Module, decay: float = 0.999, warmup: bool = True) -> None:
        if not 0 <= decay < 1:
            raise ValueError(f"decay must be at least 0 and below 1, it is {decay}")
        self.model, self.decay, self.warmup = model, decay, warmup
        self.steps = 0
        self.averages = {name: t.clone() for name, t in model.state_dict().items()}

    def update(self) -> None:
        """Take the weights as they are now into the average."""
        decay = self.decay
        if self.warmup:
            decay = min(decay, (1 + self.steps) / (10 + self.steps))
        self.steps += 1
        for name, weight in self.model.state_dict().items():
            average = self.averages[name]
            if average.is_floating_point():
                average_p((average, weight), (decay,))
            else:
                average.copy_(weight)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Inside, the model has the averages as its weights; afterwards its own, bit by bit."""
        self._exchange()
        try:
            yield
        finally:
            self._exchange()

    def _exchange(self) -> None:
        """Averages and weights change places in memory; nothing is copied."""
        seen: set[int] = set()
        for name, weight in self.model.state_dict(keep_vars=True).items():
            if id(weight) not in seen:  # tied weights have several names
                seen.add(id(weight))
                average = self.averages[name]
                weight.array, average.array = average.array, weight.array

    def copy_to_model(self) -> None:
        """Make the averages the model's weights, for use after the training."""
        self.model.load_state_dict(self.averages)

    def state_dict(self) -> dict[str, Any]:
        """The averages and how many steps are in them."""
        return {"steps": self.steps, "averages": dict(self.averages)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue where :meth:`state_dict` was called.

        Raises:
            ValueError: the averages are those of another model; nothing has been changed.
        """
        theirs: Mapping[str, Tensor] = state["averages"]
        shapes = {name: tensor.shape for name, tensor in theirs.items()}
        own = {name: tensor.shape for name, tensor in self.averages.items()}
        if shapes != own:
            names = sorted(n for n in shapes.keys() | own.keys() if shapes.get(n) != own.get(n))
            raise ValueError(f"state: averages of another model; {', '.join(names)} do not fit")
        self.steps = int(state["steps"])
        for name, average in self.averages.items():
            average.copy_(theirs[name])
