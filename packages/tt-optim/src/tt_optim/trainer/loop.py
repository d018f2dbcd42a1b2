"""The training loop: epochs of steps, evaluations between them, and events for who wants to know.

What a step is stands in :mod:`step`, what an evaluation is in :mod:`evaluation`; the events are
those of :mod:`callback`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any

from tt_nn import Module
from tt_tensor import Tensor

from ..lr_scheduler import LRScheduler, ReduceLROnPlateau
from ..optimizer import Optimizer
from .batches import Batches, Pair, grouped, length_of, named_sets, pairs
from .callback import Callback, StepRecord
from .evaluation import EvaluationPart
from .history import EpochRecord, History
from .metrics import MetricLike, Scores
from .metrics.classes import count_samples
from .metrics.scores import checked_metrics
from .progress import Display, Progress, choose_progress
from .step import StepPart

__all__ = ["Trainer"]


class Trainer(StepPart, EvaluationPart):
    """Trains a model on batches of (input, target) and keeps the score.

    Args:
        model: what is trained.
        loss: from the model's output and the target, one number.
        optimizer: of the model's parameters.
        metrics: further numbers by name, such as ``{"accuracy": Accuracy()}``: each a Metric, or a
            function of a batch's output and target, whose results are averaged over the samples.
            After a pass through the data, a Metric has the counts of that pass.
        scheduler: of the learning rate.
        step_scheduler: "epoch" or "batch": when the scheduler makes its step; a one-cycle schedule
            wants "batch".
        monitor: the number that a :class:`ReduceLROnPlateau` gets after each epoch, such as
            "validation/accuracy"; by default the loss of the (first) validation set, or else
            "train/loss".
        accumulate: so many batches make one step, as one large batch would.
        clip_norm: clip the gradients' norm before each step, see :func:`clip_grad_norm_`.
        clip_value: clip each gradient's values before each step, see :func:`clip_grad_value_`.
        callbacks: are told what happens, in this order, see :class:`Callback`.

    Attributes:
        history: one record per epoch so far.
        epoch: the number of the epoch that is under way or was the last, from 1.
        epochs: the number of the epoch after which the training ends.
        batch: how many batches of the epoch are done.
        batches: how many it has; None if nobody knows.
        step: how many steps the optimizer has made in this trainer's life.
        scores: loss and metrics of the epoch so far.
        latest: the newest numbers by name: "train/loss", "validation/accuracy", "lr" ...
        status: "new", "running", "finished", "stopped" (by :meth:`stop`) or "failed".

    Raises:
        ValueError: another ``step_scheduler``, a metric called "loss", or a number below 1 of
            batches to accumulate.
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
        monitor: str | None = None,
        accumulate: int = 1,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        callbacks: Sequence[Callback] = (),
    ) -> None:
        if step_scheduler not in ("epoch", "batch"):
            raise ValueError(f"step_scheduler must be 'epoch' or 'batch', not {step_scheduler!r}")
        if accumulate < 1:
            raise ValueError(f"accumulate must be at least 1 batch per step, it is {accumulate}")
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.metrics = checked_metrics(metrics)
        self.scheduler, self.step_scheduler, self.monitor = scheduler, step_scheduler, monitor
        self.accumulate, self.clip_norm, self.clip_value = accumulate, clip_norm, clip_value
        self.callbacks = list(callbacks)
        self.history = History()
        self.epoch = self.epochs = self.batch = self.step = 0
        self.batches: int | None = None
        self.scores = Scores(self.metrics)
        self.latest: dict[str, float] = {}
        self.status, self.stop_reason = "new", ""
        self._listeners: list[Callback] = []
        self._evaluated: tuple[int, dict[str, float]] = (-1, {})  # at which step, and what

    def fit(
        self,
        train: Batches,
        epochs: int,
        validation: Batches | Mapping[str, Batches] | None = None,
        progress: bool | Progress = True,
        *,
        evaluate_every: int | None = None,
    ) -> History:
        """Go through ``train`` so many times.

        Args:
            train: anything that gives batches (input, target) each time it is iterated over.
            epochs: how many times.
            validation: batches to evaluate on after each epoch; or several such sets by name.
            progress: show how far it is; or a display of your own.
            evaluate_every: evaluate also during an epoch, after every so many steps.

        Returns:
            the history, which a further call continues.

        Raises:
            FloatingPointError: the loss became infinite or NaN; the weights are those before that
                batch.
            ValueError: ``train`` gave no batch, or a number is out of range.
            TypeError: a batch is not a pair.
        """
        if epochs < 0:
            raise ValueError(f"epochs must not be negative, it is {epochs}")
        if evaluate_every is not None and evaluate_every < 1:
            raise ValueError(f"evaluate_every must be at least 1 step, it is {evaluate_every}")
        sets = named_sets(validation)
        self.epoch = len(self.history.epochs)
        self.epochs = self.epoch + epochs
        self.status, self.stop_reason = "running", ""
        self._listeners = [*self.callbacks, Display(choose_progress(progress))]
        try:
            self._tell("on_fit_start")
            while self.epoch < self.epochs and not self.stop_reason:
                self._epoch(train, sets, evaluate_every)
            self.status = "stopped" if self.stop_reason else "finished"
        except BaseException as error:
            self.status = "failed"
            self._tell("on_exception", error)
            raise
        finally:
            self._tell("on_fit_end")
            self._listeners = []
        return self.history

    def stop(self, reason: str) -> None:
        """End the training after this step; an epoch that is under way ends early and counts."""
        self.stop_reason = reason

    def _epoch(self, train: Batches, sets: dict[str, Batches], every: int | None) -> None:
        began = perf_counter()
        self.epoch, self.batch, self.batches = self.epoch + 1, 0, length_of(train)
        self.scores = Scores(self.metrics)
        self._tell("on_epoch_start")
        self.model.train()
        for group in grouped(pairs(train, "train"), self.accumulate):
            self._step(group)
            if every is not None and self.step % every == 0:
                self._evaluate_sets(sets)
            if self.stop_reason:
                break
        if not self.scores.loss.count:
            raise ValueError("train: it gave no batch (an iterator that is used up?)")
        self.scores.give_back(self.metrics)
        trained, lr = self.scores.compute(), self._lr()
        self.latest.update({f"train/{name}": value for name, value in trained.items()})
        checked = self._evaluate_sets(sets)
        record = EpochRecord(self.epoch, trained, checked, lr, perf_counter() - began)
        self.history.epochs.append(record)
        if self.step_scheduler == "epoch":
            self._step_scheduler(self._monitored(sets))
        self._tell("on_epoch_end", record)

    def _step(self, group: list[Pair]) -> None:
        """One step of the optimizer, with all that belongs to it."""
        self._tell("on_step_start")
        lr = self._lr()
        try:
            results = [self.train_step(*group[0])] if len(group) == 1 else self.train_group(group)
        except FloatingPointError as error:
            place = f"epoch {self.epoch}, batch {self.batch + 1}"
            place += f" to {self.batch + len(group)}" if len(group) > 1 else ""
            raise FloatingPointError(f"{place}: {error}") from error
        self.step, self.batch = self.step + 1, self.batch + len(group)
        losses = [loss.item() for loss, _ in results]
        for loss, (_, output), (_, target) in zip(losses, results, group, strict=True):
            self.scores.update(loss, output, target)
        whole = sum(s * loss for s, loss in zip(self._shares(group), losses, strict=True))
        self.latest.update({"train/loss": self.scores.loss.value, "lr": lr})
        if self.step_scheduler == "batch":
            self._step_scheduler(whole)
        size = sum(count_samples(target) for _, target in group)
        self._tell("on_step_end", StepRecord(whole, lr, size, self.grad_norm))

    def _evaluate_sets(self, sets: dict[str, Batches]) -> dict[str, float]:
        """Evaluate on every set, unless that was done at this very step; what a record keeps."""
        step, numbers = self._evaluated
        if step == self.step:
            return numbers
        numbers = {}
        for name, batches in sets.items():
            values = self.evaluate(batches)
            self.latest.update({f"{name}/{key}": value for key, value in values.items()})
            prefix = "" if name == "validation" else f"{name}/"
            numbers.update({prefix + key: value for key, value in values.items()})
            self._tell("on_evaluation_end", name, values)
        self._evaluated = (self.step, numbers)
        return numbers

    def _monitored(self, sets: dict[str, Batches]) -> float:
        name = self.monitor or f"{next(iter(sets), 'train')}/loss"
        if name not in self.latest:
            raise KeyError(f"monitor: there is no {name!r}; there are {', '.join(self.latest)}")
        return self.latest[name]

    def _step_scheduler(self, value: float) -> None:
        if isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step(value)
        elif self.scheduler is not None:
            self.scheduler.step()

    def _lr(self) -> float:
        return float(self.optimizer.param_groups[0]["lr"])

    def _after_backward(self) -> None:
        self._tell("on_backward_end")
        super()._after_backward()

    def _tell(self, event: str, *news: Any) -> None:
        """Call this event's method of everyone who listens."""
        for listener in self._listeners:
            getattr(listener, event)(self, *news)
