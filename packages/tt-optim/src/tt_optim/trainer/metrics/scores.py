"""The loss and all metrics of one pass through the data."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...checks import short
from .average import Average, Mean
from .base import Metric
from .classes import count_samples

__all__ = ["MetricLike", "Scores", "checked_metrics"]

MetricLike = Metric | Callable[[Any, Any], Any]


class Scores:
    """Counts the loss and the metrics of one pass, each in a copy of its own.

    So the metrics that were given can be used for training and validation alike, and an evaluation in
    the midst of an epoch does not disturb what the epoch has counted.

    Args:
        metrics: metrics by name; a plain function of output and target is averaged over the samples.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import Accuracy
        >>> from tt_optim.trainer.metrics import Scores
        >>> scores = Scores({"accuracy": Accuracy()})
        >>> scores.update(0.5, tt.tensor([[1.0, 2.0]]), tt.tensor([1]))
        >>> scores.compute()
        {'loss': 0.5, 'accuracy': 1.0}
    """

    def __init__(self, metrics: Mapping[str, MetricLike]) -> None:
        self.loss = Average()
        self.metrics: dict[str, Metric] = {}
        for name, metric in metrics.items():
            self.metrics[name] = (
                copy.deepcopy(metric) if isinstance(metric, Metric) else Mean(metric)
            )
            self.metrics[name].reset()

    def update(self, loss: float, output: Any, target: Any) -> None:
        """Count one batch.

        Args:
            loss: the mean over the batch.
            output: what the model gave.
            target: what would be right.
        """
        self.loss.add(loss, count_samples(target))
        for metric in self.metrics.values():
            metric.update(output, target)

    def compute(self) -> dict[str, float]:
        """The loss and all results that are numbers.

        A result per class appears as "name/0", "name/1" and so on; matrices are left out, see
        :meth:`give_back`.
        """
        numbers = {"loss": self.loss.value}
        for name, metric in self.metrics.items():
            result = np.asarray(metric.compute())
            if result.ndim == 0:
                numbers[name] = float(result)
            elif result.ndim == 1:
                numbers |= {f"{name}/{i}": float(value) for i, value in enumerate(result)}
        return numbers

    def give_back(self, metrics: Mapping[str, MetricLike]) -> None:
        """Put the counts into the metrics that were given, so that one can ask them afterwards."""
        for name, metric in metrics.items():
            if isinstance(metric, Metric):
                metric.load_state_dict(self.metrics[name].state_dict())

    def state_dict(self) -> dict[str, dict[str, Any]]:
        """All counts so far."""
        loss = {"total": np.asarray(self.loss.total), "count": np.asarray(self.loss.count)}
        return {"loss": loss} | {n: metric.state_dict() for n, metric in self.metrics.items()}

    def load_state_dict(self, state_dict: Mapping[str, Mapping[str, Any]]) -> None:
        """Go on from counts of a pass with the same metrics.

        Raises:
            ValueError: they are of other metrics.
        """
        if set(state_dict) != {"loss", *self.metrics}:
            raise ValueError(
                f"state_dict: expected the counts of {sorted({'loss', *self.metrics})}, not of "
                f"{sorted(state_dict)}"
            )
        for name, metric in self.metrics.items():
            metric.load_state_dict(dict(state_dict[name]))
        self.loss.total = float(state_dict["loss"]["total"])
        self.loss.count = int(state_dict["loss"]["count"])


def checked_metrics(metrics: Mapping[str, MetricLike] | None) -> dict[str, MetricLike]:
    """The metrics that a Trainer was given, as a dictionary of its own.

    Raises:
        ValueError: one is called "loss".
        TypeError: one is neither a metric nor a function; a class was given in place of an object.
    """
    if metrics is not None and not isinstance(metrics, Mapping):
        raise TypeError(f"metrics: expected a dictionary of metrics by name, not {short(metrics)}")
    given = dict(metrics or {})
    if "loss" in given:
        raise ValueError("metrics: 'loss' is taken, the loss is always counted; use another name")
    for name, metric in given.items():
        if isinstance(metric, type) and issubclass(metric, Metric):
            raise TypeError(
                f"metrics[{name!r}] is the class {metric.__name__}; give an object of it"
            )
        if not isinstance(metric, Metric) and not callable(metric):
            raise TypeError(
                f"metrics[{name!r}]: expected a Metric or a function of output and target, not "
                f"{short(metric)}"
            )
    return given
