"""Lines to read while a training runs."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING, TextIO

from ..callback import StepRecord
from .base import Logger, Row

if TYPE_CHECKING:
    from ..loop import Trainer

__all__ = ["ConsoleLogger"]


class ConsoleLogger(Logger):
    """Prints a line per epoch, and if wanted one per so many steps, with samples per second.

    In a terminal the steps' lines overwrite one another, so that only the epochs' stay; elsewhere
    every line is plain text of its own, as logs should be.  It takes the place of the progress
    display: call ``fit(..., progress=False)``.

    Args:
        every: print the numbers of every so-manieth step; None: only the epochs.
        stream: where to; by default the standard output.

    Raises:
        ValueError: ``every`` is below 1.

    Example:
        >>> import tt_nn as nn, tt_tensor as tt
        >>> from tt_optim import SGD, ConsoleLogger, Trainer
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = model.load_state_dict({"weight": tt.ones(1, 1)})
        >>> optimizer = SGD(model.parameters(), lr=0.25)
        >>> trainer = Trainer(model, nn.MSELoss(), optimizer, callbacks=[ConsoleLogger()])
        >>> history = trainer.fit([(tt.ones(1, 1), tt.zeros(1, 1))], 2, progress=False)
        epoch 1/2 | train: loss 1.0000 | lr 0.25 | 0.0 s
        epoch 2/2 | train: loss 0.2500 | lr 0.25 | 0.0 s
    """

    def __init__(self, every: int | None = None, stream: TextIO | None = None) -> None:
        super().__init__(every)
        self.stream = stream
        self._since, self._samples, self._shown = perf_counter(), 0, 0

    def on_epoch_start(self, trainer: Trainer) -> None:
        """Start counting samples."""
        super().on_epoch_start(trainer)
        self._since, self._samples = perf_counter(), 0

    def on_step_end(self, trainer: Trainer, step: StepRecord) -> None:
        """Count samples; print the step, if it is its turn."""
        self._samples += step.batch_size
        super().on_step_end(trainer, step)

    def on_fit_end(self, trainer: Trainer) -> None:
        """Say why, if the training ended early."""
        super().on_fit_end(trainer)
        if trainer.status == "stopped":
            self._print(f"stopped in epoch {trainer.epoch}: {trainer.stop_reason}")
        elif self._shown:
            self._print("")

    def write(self, trainer: Trainer, kind: str, row: Row) -> None:
        """Print a row."""
        width = len(str(trainer.epochs))
        parts = [f"epoch {trainer.epoch:>{width}}/{trainer.epochs}"]
        if kind == "step":
            of = "" if trainer.batches is None else f"/{trainer.batches}"
            parts += [
                f"batch {trainer.batch}{of}",
                f"loss {row['loss']:.4f}",
                f"lr {row['lr']:.3g}",
            ]
            parts.append(self._speed())
        elif kind == "evaluation":
            parts += [f"step {row['step']}", *_groups(row)]
        else:
            parts += [*_groups(row), f"lr {row['lr']:.3g}", f"{row['seconds']:.1f} s"]
        self._print(" | ".join(parts), stays=kind != "step")

    def _speed(self) -> str:
        now = perf_counter()
        speed = self._samples / max(now - self._since, 1e-9)
        self._since, self._samples = now, 0
        return f"{speed:,.0f} samples/s"

    def _print(self, line: str, stays: bool = True) -> None:
        """Write a line; in a terminal over a step's line, if there is one."""
        stream = self.stream or sys.stdout
        if stream.isatty():
            before = "\r" if self._shown else ""
            after = "\n" if stays else ""
            stream.write(f"{before}{line:<{self._shown}}{after}")  # spaces wipe out what is longer
            self._shown = 0 if stays else len(line)
        else:
            stream.write(f"{line}\n")
        stream.flush()


def _groups(row: Row) -> list[str]:
    """The numbers by set: "train: loss 0.5000  accuracy 0.8000"."""
    sets: dict[str, list[str]] = {}
    for name, value in row.items():
        if "/" in name:
            part, _, key = name.partition("/")
            sets.setdefault(part, []).append(f"{key} {value:.4f}")
    return [f"{part}: {'  '.join(numbers)}" for part, numbers in sets.items()]
