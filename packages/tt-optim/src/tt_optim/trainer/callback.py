"""Callbacks: code of one's own that is called while a training runs.

The order of events::

    fit_start
        epoch_start
            step_start  backward_end  step_end         once per step of the optimizer
            evaluation_end                             if fit evaluates every so many steps
        evaluation_end                                 once per validation set
        epoch_end
    interrupted or exception                           if the training did not come to its end
    fit_end                                            always, and last

``checkpoint_saved`` follows ``step_end``, ``epoch_end`` or ``interrupted``, whenever one is saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .history import EpochRecord
    from .loop import Trainer

__all__ = ["Callback", "StepRecord"]


@dataclass(frozen=True)
class StepRecord:
    """One step of the optimizer.

    Attributes:
        loss: of the step's batch (with accumulation: of all its batches together).
        lr: the learning rate that the step was made with, of the first group.
        batch_size: how many samples it saw.
        grad_norm: the gradients' norm before clipping; None if they are not clipped by their norm.
    """

    loss: float
    lr: float
    batch_size: int
    grad_norm: float | None = None


class Callback:
    """Subclass it, write the methods whose events you care about, give it to the Trainer.

    Every method gets the trainer, whose attributes tell where the training is: ``model``,
    ``optimizer``, ``scheduler``, ``history``, ``epoch``, ``epochs``, ``batch``, ``batches``,
    ``step``, ``latest`` (the newest numbers by name, such as "train/loss", "validation/accuracy"
    and "lr") and ``status``.  ``trainer.stop(reason)`` ends the training after this step.

    A callback that remembers something across epochs should have a :meth:`state_dict`, so that a
    training that is resumed goes on as if it had never stopped.

    Example:
        >>> from tt_optim import Callback
        >>> class StopWhenGood(Callback):
        ...     def on_epoch_end(self, trainer, record):
        ...         if record.validation["accuracy"] > 0.99:
        ...             trainer.stop("good enough")
    """

    def on_fit_start(self, trainer: Trainer) -> None:
        """``fit`` begins (what it resumes is loaded already)."""

    def on_epoch_start(self, trainer: Trainer) -> None:
        """An epoch begins, or, after resuming, goes on: ``trainer.batch`` batches are done."""

    def on_step_start(self, trainer: Trainer) -> None:
        """The batch is there; the gradients are about to be computed."""

    def on_backward_end(self, trainer: Trainer) -> None:
        """The gradients are complete, not clipped yet; the optimizer is about to step."""

    def on_step_end(self, trainer: Trainer, step: StepRecord) -> None:
        """The optimizer and a scheduler that steps per batch have made their step."""

    def on_evaluation_end(self, trainer: Trainer, name: str, numbers: dict[str, float]) -> None:
        """The model was evaluated on a validation set: "validation", or the name that it has."""

    def on_epoch_end(self, trainer: Trainer, record: EpochRecord) -> None:
        """The epoch is over, evaluated, and in the history."""

    def on_checkpoint_saved(self, trainer: Trainer, path: Path) -> None:
        """Everything that is needed to resume from here is on the disk."""

    def on_interrupted(self, trainer: Trainer) -> None:
        """Ctrl-C: the step is finished, and saved if there are checkpoints."""

    def on_exception(self, trainer: Trainer, error: BaseException) -> None:
        """An error ends the training and will be raised."""

    def on_fit_end(self, trainer: Trainer) -> None:
        """The training is over, whatever the reason: ``trainer.status`` tells it."""

    def state_dict(self) -> dict[str, Any]:
        """What is to be saved in checkpoints: numbers, strings, tensors, lists and dictionaries."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue where :meth:`state_dict` was called."""
