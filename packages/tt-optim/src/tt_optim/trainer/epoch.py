"""One epoch: its batches in steps, evaluations, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from time import perf_counter
from typing import Any

from tt_tensor import get_rng_state, set_rng_state

from ..lr_scheduler import ReduceLROnPlateau
from .batches import Batches, Closable, Pair, grouped, length_of, pairs
from .callback import StepRecord
from .checkpoint import Resumable, ResumePart
from .evaluation import EvaluationPart
from .history import EpochRecord
from .metrics import Scores
from .metrics.classes import count_samples

__all__ = ["EpochPart"]


class EpochPart(EvaluationPart, ResumePart):
    """The part of :class:`Trainer` that goes through an epoch, or the rest of one."""

    def _epoch(self) -> None:
        self._began = perf_counter() - self._seconds
        self.batches = length_of(self._train)
        if not self._under_way:
            self._begin_epoch()
        self.tell("on_epoch_start")
        if not self._drained:
            self._train_epoch()
        if not self.scores.loss.count:
            raise ValueError("train: it gave no batch (an iterator that is used up?)")
        self.scores.give_back(self.metrics)
        trained, lr = self.scores.compute(), self._lr()
        self.latest.update({f"train/{name}": value for name, value in trained.items()})
        checked = self._evaluate_sets()
        record = EpochRecord(self.epoch, trained, checked, lr, self._elapsed())
        self.history.epochs.append(record)
        if self.step_scheduler == "epoch":
            self._step_scheduler(self._monitored_value())
        self._under_way = False
        self.tell("on_epoch_end", record)
        if self.checkpoints is not None:
            self.checkpoints.save(self, whole_epoch=True)

    def _begin_epoch(self) -> None:
        self.epoch, self.batch = self.epoch + 1, 0
        self.scores = Scores(self.metrics)
        self._under_way, self._drained, self._seconds = True, False, 0.0
        self._began = perf_counter()

    def _train_epoch(self) -> None:
        """Make steps until the batches are used up or someone says stop."""
        self.model.train()
        batches = self._remaining_batches()
        if self.batch:  # what was due when the training was interrupted
            self._evaluate_if_due()
        try:
            for group in grouped(pairs(batches, "train", after=self.batch), self.accumulate):
                self._step(group)
                self._evaluate_if_due()
                if self.checkpoints is not None:
                    self.checkpoints.after_step(self)
                if self.stop_reason:
                    break
                self._interrupt.check()
        finally:  # now, not when the error is forgotten: worker processes may wait
            if isinstance(batches, Closable):
                batches.close()
        self._drained = True

    def _remaining_batches(self) -> Iterator[Any]:
        """The epoch's batches, from the place on where it was left."""
        now = get_rng_state()
        if not self.batch:
            self._random_at_start = now
            return iter(self._train)
        if isinstance(self._train, Resumable):  # it knows its place
            batches = iter(self._train)
        else:  # begin as then, and pass over what was done
            set_rng_state(self._random_at_start)
            batches = iter(self._train)
            passed = sum(1 for _ in islice(batches, self.batch))
            if passed < self.batch:
                raise ValueError(
                    f"train: {self.batch} batches of this epoch were done before, but now it gives "
                    f"only {passed}; resume with the same batches"
                )
        set_rng_state(now)
        return batches

    def _step(self, group: list[Pair]) -> None:
        """One step of the optimizer, with all that belongs to it."""
        self.tell("on_step_start")
        lr = self._lr()
        try:
            results = [self.train_step(*group[0])] if len(group) == 1 else self.train_group(group)
        except FloatingPointError as error:
            raise FloatingPointError(f"{self._where(group)}: {error}") from error
        self.step, self.batch = self.step + 1, self.batch + len(group)
        losses = [loss.item() for loss, _ in results]
        for loss, (_, output), (_, target) in zip(losses, results, group, strict=True):
            self.scores.update(loss, output, target)
        whole = sum(s * loss for s, loss in zip(self.shares(group), losses, strict=True))
        self.latest.update({"train/loss": self.scores.loss.value, "lr": lr})
        if self.ema is not None:
            self.ema.update()
        if self.step_scheduler == "batch":
            self._step_scheduler(whole)
        size = sum(count_samples(target) for _, target in group)
        self._seconds = self._elapsed()
        self.tell("on_step_end", StepRecord(whole, lr, size, self.grad_norm))

    def _where(self, group: list[Pair]) -> str:
        last = f" to {self.batch + len(group)}" if len(group) > 1 else ""
        return f"epoch {self.epoch}, batch {self.batch + 1}{last}"

    def _evaluate_if_due(self) -> None:
        every = self._evaluate_every
        if every is not None and self.step % every == 0 and not self.evaluated_now():
            self._evaluate_sets()

    def _evaluate_sets(self) -> dict[str, float]:
        """Evaluate on every set, unless that was done at this very step; what a record keeps."""
        if self.evaluated_now():
            return self._evaluated[1]
        results = {
            name: self.evaluate(self._interruptible(batches))
            for name, batches in self._sets.items()
        }
        numbers: dict[str, float] = {}
        for name, values in results.items():
            self.latest.update({f"{name}/{key}": value for key, value in values.items()})
            prefix = "" if name == "validation" else f"{name}/"
            numbers.update({prefix + key: value for key, value in values.items()})
        self._evaluated = (self.step, numbers)
        for name, values in results.items():  # only now, so that Ctrl-C cannot come in between
            self.tell("on_evaluation_end", name, values)
        return numbers

    def _interruptible(self, batches: Batches) -> Iterator[Any]:
        """The same batches, as long as nobody presses Ctrl-C."""
        for batch in batches:
            self._interrupt.check()
            yield batch

    def _monitored_value(self) -> float:
        name = self.monitored
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

    def _elapsed(self) -> float:
        return perf_counter() - self._began

    def _after_backward(self) -> None:
        self.tell("on_backward_end")
        super()._after_backward()
