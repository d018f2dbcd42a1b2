"""The Trainer: what it is given, and the frame of a training.

What happens inside the frame stands in the files that :mod:`shared` lists.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tt_nn import Module
from tt_tensor import Tensor

from ..checks import short
from ..lr_scheduler import LRScheduler, ReduceLROnPlateau
from ..optimizer import Optimizer
from .batches import Batches, named_sets
from .callback import Callback
from .checkpoint import Checkpoints
from .ema import EMA
from .epoch import EpochPart
from .history import History
from .interrupt import Interrupted, InterruptSwitch
from .metrics import MetricLike, Scores
from .metrics.scores import checked_metrics
from .progress import Display, Progress, choose_progress

__all__ = ["Trainer"]


class Trainer(EpochPart):
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
        accumulate: so many batches make one step, as one large batch would.  A loss says by its
            ``reduction`` what it does; one that does not, a function say, is taken for a mean.
        clip_norm: clip the gradients' norm before each step, see :func:`clip_grad_norm_`.
        clip_value: clip each gradient's values before each step, see :func:`clip_grad_value_`.
        ema: averages of the weights, which evaluations then use.
        callbacks: are told what happens, in this order, see :class:`Callback`.
        checkpoints: where the training is saved, so that it can be resumed.

    Attributes:
        history: one record per epoch so far.
        epoch: the number of the epoch that is under way or was the last, from 1.
        epochs: the number of the epoch after which the training ends.
        batch: how many batches of the epoch are done.
        batches: how many it has; None if nobody knows.
        step: how many steps the optimizer has made in this trainer's life.
        scores: loss and metrics of the epoch so far.
        latest: the newest numbers by name: "train/loss", "validation/accuracy", "lr" ...
        status: "new", "running", "finished", "stopped" (by :meth:`stop`), "interrupted" (by
            Ctrl-C) or "failed".
        monitored: the name of the number that tells better from worse.
        stop_reason: what :meth:`stop` was told.
        resumed_from: the checkpoint or folder that ``fit`` went on from; None if it began.
        run: a name for this training, which also its resumed parts have.

    Raises:
        ValueError: another ``step_scheduler``, a metric called "loss", a number below 1 of batches
            to accumulate; an optimizer or averages of another model, a scheduler of another
            optimizer.
        TypeError: a model, a loss, an optimizer or a metric that is none.

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
        ema: EMA | None = None,
        callbacks: Sequence[Callback] = (),
        checkpoints: Checkpoints | None = None,
    ) -> None:
        if step_scheduler not in ("epoch", "batch"):
            raise ValueError(f"step_scheduler must be 'epoch' or 'batch', not {step_scheduler!r}")
        if accumulate < 1:
            raise ValueError(f"accumulate must be at least 1 batch per step, it is {accumulate}")
        _check_parts(model, loss, optimizer)
        _check_bonds(model, optimizer, scheduler, ema)
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.metrics = checked_metrics(metrics)
        self.scheduler, self.step_scheduler, self.monitor = scheduler, step_scheduler, monitor
        self.accumulate, self.clip_norm, self.clip_value = accumulate, clip_norm, clip_value
        self.ema, self.callbacks, self.checkpoints = ema, list(callbacks), checkpoints
        self.history = History()
        self.epoch = self.epochs = self.batch = self.step = 0
        self.batches, self.grad_norm = None, None
        self.scores = Scores(self.metrics)
        self.latest = {}
        self.status, self.stop_reason, self.run = "new", "", os.urandom(6).hex()
        self.resumed_from = None
        self._sets, self._train, self._listeners, self._evaluate_every = {}, (), [], None
        self._interrupt = InterruptSwitch("")
        self._first, self._under_way, self._drained, self._seconds = 0, False, False, 0.0
        self._random_at_start, self._evaluated = {}, (-1, {})

    def fit(
        self,
        train: Batches,
        epochs: int,
        validation: Batches | Mapping[str, Batches] | None = None,
        progress: bool | Progress = True,
        *,
        evaluate_every: int | None = None,
        resume: str | os.PathLike[str] | None = None,
    ) -> History:
        """Go through ``train`` so many times.

        Args:
            train: anything that gives batches (input, target) each time it is iterated over.
            epochs: how many times; when resuming, how many in all since the ``fit`` that is
                resumed began.
            validation: batches to evaluate on after each epoch; or several such sets by name.
            progress: show how far it is; or a display of your own.
            evaluate_every: evaluate also during an epoch, after every so many steps.
            resume: go on from a checkpoint: its path; or a folder's, or "auto" for that of
                ``checkpoints``, for the newest in it.  With "auto" and no checkpoint yet the
                training begins, so the same program can be started again and again.

        Returns:
            the history, which a further call continues.

        Raises:
            FloatingPointError: the loss became infinite or NaN; the weights are those before that
                batch.
            KeyboardInterrupt: Ctrl-C was pressed; the step was finished and saved.
            ValueError: ``train`` gave no batch, or a number is out of range.
            TypeError: a batch is not a pair, or the loss not one number.
            CheckpointError: the checkpoint is damaged or of another training; nothing was loaded.
            FileExistsError: the folder of ``checkpoints`` has those of another training.
        """
        if not isinstance(epochs, int):
            raise TypeError(f"epochs: expected a whole number, not {short(epochs)}")
        if epochs < 0:
            raise ValueError(f"epochs must not be negative, it is {epochs}")
        if evaluate_every is not None and evaluate_every < 1:
            raise ValueError(f"evaluate_every must be at least 1 step, it is {evaluate_every}")
        self._sets, self._train = named_sets(validation), train
        self._evaluate_every = evaluate_every
        self._begin(epochs, resume)
        self._listeners = [*self.callbacks, Display(choose_progress(progress))]
        try:
            with self._interrupt.listening():
                self.tell("on_fit_start")
                while not self.stop_reason and (self._under_way or self.epoch < self.epochs):
                    self._epoch()
                self._interrupt.check()
            self.status = "stopped" if self.stop_reason else "finished"
        except Interrupted:
            self._leave()
        except BaseException as error:
            self.status = "failed"
            self.tell("on_exception", error)
            raise
        finally:
            self.tell("on_fit_end")
            self._listeners, self._train = [], ()
            self._interrupt = InterruptSwitch("")
        if self.status == "interrupted":
            print(self._last_words, file=sys.stderr, flush=True)
            raise KeyboardInterrupt
        return self.history

    def stop(self, reason: str) -> None:
        """End the training after this step; an epoch that is under way ends early and counts."""
        self.stop_reason = reason


def _check_parts(model: Any, loss: Any, optimizer: Any) -> None:
    """Refuse what would only fail in the middle of a training, far from its cause."""
    if not isinstance(model, Module):
        raise TypeError(f"model: expected a Module, not {short(model)}")
    if isinstance(loss, type) or not callable(loss):
        hint = f"; use {loss.__name__}()" if isinstance(loss, type) else ""
        raise TypeError(f"loss: expected a function of output and target, not {short(loss)}{hint}")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer: expected an Optimizer, not {short(optimizer)}")


def _check_bonds(model: Module, optimizer: Optimizer, scheduler: Any, ema: EMA | None) -> None:
    """Refuse parts that belong to others, with which a training would run and change nothing."""
    own = {id(parameter) for parameter in model.parameters()}
    if own and not any(id(p) in own for group in optimizer.param_groups for p in group["params"]):
        raise ValueError(
            "optimizer: it has none of this model's parameters; make it from model.parameters(), "
            "after the model"
        )
    if getattr(scheduler, "optimizer", optimizer) is not optimizer:
        raise ValueError("scheduler: it is that of another optimizer; make it from this one")
    if ema is not None and ema.model is not model:
        raise ValueError("ema: it averages another model; make it from this one")
