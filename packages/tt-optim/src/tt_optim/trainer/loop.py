"""The training loop: batches, losses, gradients, steps, and what to remember of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sized
from time import perf_counter
from typing import Any

from tt_autograd import no_grad
from tt_nn import Module
from tt_tensor import Tensor, cat

from ..lr_scheduler import LRScheduler, ReduceLROnPlateau
from ..optimizer import Optimizer
from .history import EpochRecord, History
from .metrics import Average
from .progress import Progress, choose_progress

__all__ = ["Batches", "Metric", "Trainer"]

Batches = Iterable[Any]
Metric = Callable[[Tensor, Tensor], float]


class Trainer:
    """Trains a model on batches of (input, target) and keeps the score.

    Args:
        model: what is trained.
        loss: from the model's output and the target, one number.
        optimizer: of the model's parameters.
        metrics: further numbers by name, such as ``{"accuracy": accuracy}``.
        scheduler: of the learning rate.
        step_scheduler: "epoch" or "batch": when the scheduler makes its step.

    Raises:
        ValueError: another ``step_scheduler``.

    Example:
        >>> import tt_tensor as tt, tt_nn as nn
        >>> from tt_optim import SGD, Trainer
        >>> _ = tt.manual_seed(0)
        >>> x = tt.randn(64, 3)
        >>> batches = [(x, x @ tt.tensor([[1.0], [2.0], [3.0]]))]
        >>> model = nn.Linear(3, 1)
        >>> trainer = Trainer(model, nn.MSELoss(), SGD(model.parameters(), lr=0.1))
        >>> history = trainer.fit(batches, epochs=50, progress=False)
        >>> history.column("loss")[-1] < 0.01
        True
    """

    def __init__(
        self,
        model: Module,
        loss: Callable[[Any, Any], Tensor],
        optimizer: Optimizer,
        *,
        metrics: Mapping[str, Metric] | None = None,
        scheduler: LRScheduler | ReduceLROnPlateau | None = None,
        step_scheduler: str = "epoch",
    ) -> None:
        if step_scheduler not in ("epoch", "batch"):
            raise ValueError(f"step_scheduler must be 'epoch' or 'batch', not {step_scheduler!r}")
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.metrics = dict(metrics or {})
        self.scheduler, self.step_scheduler = scheduler, step_scheduler
        self.history = History()

    def fit(
        self,
        train: Batches,
        epochs: int,
        validation: Batches | None = None,
        progress: bool | Progress = True,
    ) -> History:
        """Go through ``train`` so many times.

        Args:
            train: anything that gives batches (input, target) each time it is iterated over.
            epochs: how many times.
            validation: batches to evaluate on after each epoch.
            progress: show how far it is; or a display of your own.

        Returns:
            the history, which a further call continues.

        Raises:
            FloatingPointError: the loss became infinite or NaN.
            ValueError: ``train`` gave no batch.
        """
        display = choose_progress(progress)
        first = len(self.history.epochs)
        display.start(first + epochs)
        try:
            for number in range(first + 1, first + epochs + 1):
                began = perf_counter()
                numbers = self._train_epoch(number, train, display)
                checked = self.evaluate(validation) if validation is not None else {}
                if self.step_scheduler == "epoch":
                    self._step_scheduler(checked.get("loss", numbers["loss"]))
                lr = self.optimizer.param_groups[0]["lr"]
                record = EpochRecord(number, numbers, checked, lr, perf_counter() - began)
                self.history.epochs.append(record)
                display.done(record)
        finally:
            display.stop()
        return self.history

    def train_step(self, input: Any, target: Any) -> tuple[Tensor, Tensor]:
        """One batch: forward, backward, step.

        Returns:
            the loss and the model's output, detached.
        """
        self.optimizer.zero_grad()
        output = self.model(input)
        loss = self.loss(output, target)
        loss.backward()
        self.optimizer.step()
        return loss.detach(), output.detach()

    @no_grad()
    def evaluate(self, batches: Batches) -> dict[str, float]:
        """Loss and metrics over all batches, in evaluation mode and unrecorded.

        Raises:
            ValueError: there is no batch.
        """
        was_training = self.model.training
        self.model.eval()
        averages = self._averages()
        try:
            for input, target in batches:
                output = self.model(input)
                self._count(averages, self.loss(output, target).item(), output, target)
        finally:
            self.model.train(was_training)
        return _values(averages, "there is nothing to evaluate on")

    @no_grad()
    def predict(self, inputs: Iterable[Tensor]) -> Tensor:
        """The model's outputs for batches of inputs, joined, in evaluation mode and unrecorded."""
        was_training = self.model.training
        self.model.eval()
        try:
            return cat([self.model(input) for input in inputs])
        finally:
            self.model.train(was_training)

    def _train_epoch(self, number: int, train: Batches, display: Progress) -> dict[str, float]:
        self.model.train()
        averages = self._averages()
        display.epoch(number, len(train) if isinstance(train, Sized) else None)
        for i, (input, target) in enumerate(train):
            loss, output = self.train_step(input, target)
            value = loss.item()
            if not math.isfinite(value):
                raise FloatingPointError(
                    f"the loss became {value} in epoch {number}, batch {i + 1}; try a smaller learning "
                    "rate, clip_grad_norm_, or tt_autograd.detect_anomaly() to find the operation"
                )
            self._count(averages, value, output, target)
            if self.step_scheduler == "batch":
                self._step_scheduler(value)
            display.batch(averages["loss"].value)
        return _values(averages, "train: it gave no batch (an exhausted iterator?)")

    def _step_scheduler(self, value: float) -> None:
        if isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step(value)
        elif self.scheduler is not None:
            self.scheduler.step()

    def _averages(self) -> dict[str, Average]:
        return {name: Average() for name in ("loss", *self.metrics)}

    def _count(
        self, averages: dict[str, Average], loss: float, output: Tensor, target: Tensor
    ) -> None:
        count = target.shape[0] if target.ndim else 1
        averages["loss"].add(loss, count)
        for name, metric in self.metrics.items():
            averages[name].add(metric(output, target), count)


def _values(averages: dict[str, Average], complaint: str) -> dict[str, float]:
    if not averages["loss"].count:
        raise ValueError(complaint)
    return {name: average.value for name, average in averages.items()}
