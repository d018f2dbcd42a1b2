"""What all loggers have in common: events of a training become rows of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..callback import Callback, StepRecord

if TYPE_CHECKING:
    from ..history import EpochRecord
    from ..loop import Trainer

__all__ = ["Logger", "Row"]

Row = dict[str, Any]


class Logger(Callback):
    """Gathers rows; a logger of your own says in ``write`` what becomes of them.

    There are three kinds of rows, each with "epoch" and "step" (of the optimizer, both from 1):

    * "step": "loss", "lr", "batch_size", and "grad_norm" if gradients are clipped by their norm;
    * "evaluation": what was measured within an epoch, such as "validation/loss";
    * "epoch": "lr", "seconds", "train/loss", "validation/loss" and so on.

    Args:
        every: write every so-manieth step; None: no steps.

    Raises:
        ValueError: ``every`` is below 1.

    Example:
        >>> from tt_optim import Logger
        >>> class Printer(Logger):
        ...     def write(self, trainer, kind, row):
        ...         print(kind, row)
    """

    def __init__(self, every: int | None = None) -> None:
        if every is not None and every < 1:
            raise ValueError(f"every must be at least 1 step, it is {every}")
        self.every = every
        self._evaluated: Row = {}  # the newest evaluation of this epoch
        self._waiting: Row | None = None  # an evaluation that may prove to be the epoch's last

    def write(self, trainer: Trainer, kind: str, row: Row) -> None:
        """Do something with a row.

        Args:
            trainer: where it comes from.
            kind: "step", "evaluation" or "epoch".
            row: numbers by name.
        """
        raise NotImplementedError

    def is_done(self, trainer: Trainer, kind: str, row: Row) -> bool:
        """Whether a row of an older log belongs to what the trainer has behind it.

        After a crash a log may know more than the checkpoint that the training resumes from; those
        rows will be written again.
        """
        step = int(row["step"])
        if kind == "epoch":
            return step <= trainer.step and int(row["epoch"]) <= len(trainer.history.epochs)
        # an evaluation after the very last step is waiting, or will be made again
        return step < trainer.step if kind == "evaluation" else step <= trainer.step

    def on_epoch_start(self, trainer: Trainer) -> None:
        """Nothing is evaluated yet, if the epoch is new."""
        if trainer.batch == 0:
            self._evaluated, self._waiting = {}, None

    def on_step_start(self, trainer: Trainer) -> None:
        """The epoch goes on, so an evaluation before this step was one within it."""
        self._write_waiting(trainer)

    def on_step_end(self, trainer: Trainer, step: StepRecord) -> None:
        """Write the step, if it is its turn."""
        if self.every is not None and trainer.step % self.every == 0:
            row = {"loss": step.loss, "lr": step.lr, "batch_size": step.batch_size}
            row |= {} if step.grad_norm is None else {"grad_norm": step.grad_norm}
            self.write(trainer, "step", _where(trainer) | row)

    def on_evaluation_end(self, trainer: Trainer, name: str, numbers: dict[str, float]) -> None:
        """Keep the numbers, under the name of the validation set."""
        self._evaluated |= {f"{name}/{key}": value for key, value in numbers.items()}
        self._waiting = _where(trainer) | self._evaluated

    def on_epoch_end(self, trainer: Trainer, record: EpochRecord) -> None:
        """Write the epoch, with its last evaluation."""
        row = _where(trainer) | {"lr": record.lr, "seconds": record.seconds}
        row |= {f"train/{name}": value for name, value in record.train.items()}
        self._waiting = None
        self.write(trainer, "epoch", row | self._evaluated)

    def on_fit_end(self, trainer: Trainer) -> None:
        """If the epoch did not come to its end, its last evaluation is one within it, too."""
        self._write_waiting(trainer)

    def _write_waiting(self, trainer: Trainer) -> None:
        if self._waiting is not None:
            row, self._waiting = self._waiting, None
            self.write(trainer, "evaluation", row)

    def state_dict(self) -> dict[str, Any]:
        """What was evaluated in the epoch that is under way."""
        return {"evaluated": self._evaluated, "waiting": self._waiting}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on with the epoch."""
        self._evaluated, self._waiting = state["evaluated"], state["waiting"]


def _where(trainer: Trainer) -> Row:
    return {"epoch": trainer.epoch, "step": trainer.step}
