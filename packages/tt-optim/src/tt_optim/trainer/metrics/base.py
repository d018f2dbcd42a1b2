"""What all metrics have in common: they count batch by batch and can be stored."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from tt_tensor.typing import Array

__all__ = ["Metric"]


class Metric(ABC):
    """A number, or an array of numbers, about all samples of a pass through the data.

    Counts are added up over the batches and only at the end made into the result, so that it is the
    one of all samples together, however they were divided into batches.  (The mean of F1 scores of
    batches, say, is not the F1 score.)

    A metric of your own has ``reset``, ``update`` and ``compute``, and names in ``state`` the
    attributes that it counts in.

    Example:
        >>> from tt_optim import Metric
        >>> class Samples(Metric):
        ...     state = ("count",)
        ...     def reset(self):
        ...         self.count = 0
        ...     def update(self, output, target):
        ...         self.count += len(target)
        ...     def compute(self):
        ...         return float(self.count)
        >>> samples = Samples()
        >>> samples.update([0.5, 0.25], [1, 0])
        >>> samples.compute()
        2.0
    """

    state: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self.reset()

    @abstractmethod
    def reset(self) -> None:
        """Forget all samples."""

    @abstractmethod
    def update(self, output: Any, target: Any) -> None:
        """Count the samples of one batch.

        Args:
            output: what the model gave.
            target: what would be right.
        """

    @abstractmethod
    def compute(self) -> float | Array:
        """The result over all samples since the last reset."""

    def state_dict(self) -> dict[str, Any]:
        """The counts so far, as numbers and arrays of their own."""
        return {name: np.copy(getattr(self, name)) for name in self.state}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over the counts of another metric of the same kind.

        Args:
            state_dict: what :meth:`state_dict` gave.

        Raises:
            ValueError: the state is of another metric; nothing has been changed.
        """
        kind = type(self).__name__
        if set(state_dict) != set(self.state):
            raise ValueError(
                f"state_dict: expected {sorted(self.state)} of a {kind}, not {sorted(state_dict)}"
            )
        for name in self.state:
            mine, other = np.shape(getattr(self, name)), np.shape(state_dict[name])
            if mine != other:
                raise ValueError(
                    f"state_dict: {name!r} of this {kind} has shape {mine}, the given one {other}"
                )
        for name in self.state:
            value = np.copy(state_dict[name])
            is_array = isinstance(getattr(self, name), np.ndarray)
            setattr(self, name, value if is_array else value.item())
