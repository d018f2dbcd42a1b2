"""The training loop: batches, losses, gradients, steps, and what to remember of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from time import perf_counter
from typing import Any

from tt_autograd import no_grad
from tt_nn import Module
from tt_tensor import Tensor, cat

from ..checks import short
from ..lr_scheduler import LRScheduler, ReduceLROnPlateau
from ..optimizer import Optimizer
from .evaluation import evaluation
from .history import EpochRecord, History
from .metrics import MetricLike, Scores
from .metrics.scores import checked_metrics
from .progress import Progress, choose_progress

__all__ = ["Batches", "Trainer"]

Batches = Iterable[Any]


class Trainer:
    """Trains a model on batches of (input, target) and keeps the score.

    Args:
        model: what is trained.
        loss: from the model's output and the target, one number.
        optimizer: of the model's parameters.
        metrics: further numbers by name, such as ``{"accuracy": Accuracy()}``: each a Metric, or a
            function of a batch's output and target, whose results are averaged over the samples.
            After a pass through the data, a Metric has the counts of that pass.
        scheduler: of the learning rate.
        step_scheduler: "epoch" or "batch": when the scheduler makes its step.

    Attributes:
        history: one record per epoch so far.

    Raises:
        ValueError: another ``step_scheduler``, or a metric called "loss".
        TypeError: a metric that is none.

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
        metrics: Mapping[str, MetricLike] | None = None,
        scheduler: LRScheduler | ReduceLROnPlateau | None = None,
        step_scheduler: str = "epoch",
    ) -> None:
        if step_scheduler not in ("epoch", "batch"):
            raise ValueError(f"step_scheduler must be 'epoch' or 'batch', not {step_scheduler!r}")
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.metrics = checked_metrics(metrics)
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
            FloatingPointError: the loss became infinite or NaN; the weights are those before that
                batch.
            ValueError: ``train`` gave no batch, or ``epochs`` is negative.
            TypeError: a batch is not a pair.
        """
        if epochs < 0:
            raise ValueError(f"epochs must not be negative, it is {epochs}")
        display = choose_progress(progress)
        first = len(self.history.epochs)
        display.start(first + epochs)
        try:
            for number in range(first + 1, first + epochs + 1):
                record = self._epoch(number, train, validation, display)
                self.history.epochs.append(record)
                display.done(record)
        finally:
            display.stop()
        return self.history

    def train_step(self, input: Any, target: Any) -> tuple[Tensor, Tensor]:
        """One batch: forward, backward, step.

        Returns:
            the loss and the model's output, detached.

        Raises:
            FloatingPointError: the loss is infinite or NaN; nothing has been changed.
        """
        self.optimizer.zero_grad()
        output = self.model(input)
        loss = self._loss_of(output, target)
        loss.backward()
        self.optimizer.step()
        return loss.detach(), output.detach()

    @no_grad()
    def evaluate(self, batches: Batches) -> dict[str, float]:
        """Loss and metrics over all batches, in evaluation mode and unrecorded.

        Args:
            batches: pairs (input, target).

        Returns:
            "loss" and every metric, averaged over the samples.

        Raises:
            ValueError: there is no batch.
            TypeError: a batch is not a pair.
            FloatingPointError: the loss is infinite or NaN.
        """
        scores = Scores(self.metrics)
        with evaluation(self.model):
            for input, target in _pairs(batches, "batches"):
                output = self.model(input)
                scores.update(self._loss_of(output, target).item(), output, target)
        return self._results(scores, "batches: there are none to evaluate on")

    @no_grad()
    def predict(self, inputs: Tensor | Batches) -> Tensor:
        """The model's outputs, joined along the first dimension, in evaluation mode and unrecorded.

        Args:
            inputs: one batch as a tensor; or several, as tensors or as pairs (input, target), of
                which the targets are left aside.

        Raises:
            ValueError: there is no batch.
        """
        batches = [inputs] if isinstance(inputs, Tensor) else inputs
        with evaluation(self.model):
            outputs = [self.model(b[0] if isinstance(b, (tuple, list)) else b) for b in batches]
        if not outputs:
            raise ValueError("inputs: there are none to predict from")
        return cat(outputs)

    def _epoch(
        self, number: int, train: Batches, validation: Batches | None, display: Progress
    ) -> EpochRecord:
        began = perf_counter()
        trained = self._train_epoch(number, train, display)
        lr = float(self.optimizer.param_groups[0]["lr"])
        checked = {} if validation is None else self.evaluate(validation)
        if self.step_scheduler == "epoch":
            self._step_scheduler(checked.get("loss", trained["loss"]))
        return EpochRecord(number, trained, checked, lr, perf_counter() - began)

    def _train_epoch(self, number: int, train: Batches, display: Progress) -> dict[str, float]:
        self.model.train()
        scores = Scores(self.metrics)
        display.epoch(number, _length(train))
        for i, (input, target) in enumerate(_pairs(train, "train"), start=1):
            try:
                loss, output = self.train_step(input, target)
            except FloatingPointError as error:
                raise FloatingPointError(f"epoch {number}, batch {i}: {error}") from error
            value = loss.item()
            scores.update(value, output, target)
            if self.step_scheduler == "batch":
                self._step_scheduler(value)
            display.batch(scores.loss.value)
        return self._results(scores, "train: it gave no batch (an iterator that is used up?)")

    def _loss_of(self, output: Tensor, target: Any) -> Tensor:
        loss = self.loss(output, target)
        value = loss.item()
        if not math.isfinite(value):
            raise FloatingPointError(
                f"the loss is {value}; try a smaller learning rate, clip_grad_norm_, or "
                "tt_autograd.detect_anomaly() to find the operation that it comes from"
            )
        return loss

    def _step_scheduler(self, value: float) -> None:
        if isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step(value)
        elif self.scheduler is not None:
            self.scheduler.step()

    def _results(self, scores: Scores, complaint: str) -> dict[str, float]:
        if not scores.loss.count:
            raise ValueError(complaint)
        scores.give_back(self.metrics)
        return scores.compute()


def _pairs(batches: Batches, name: str) -> Iterator[tuple[Any, Any]]:
    for i, batch in enumerate(batches, start=1):
        if not (isinstance(batch, (tuple, list)) and len(batch) == 2):
            raise TypeError(f"{name}: expected pairs (input, target), batch {i} is {short(batch)}")
        yield batch[0], batch[1]


def _length(batches: Batches) -> int | None:
    """How many batches there are; None if nobody knows before the end."""
    try:
        return len(batches)  # type: ignore[arg-type] # not all iterables have a length
    except TypeError:
        return None
