"""Showing how far a training is.

In a terminal, with the library ``rich`` installed (``pip install 'tt-optim[progress]'``), a live bar
per epoch; elsewhere one plain line per epoch, so that logs stay readable.
"""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from .callback import Callback, StepRecord
from .history import EpochRecord

if TYPE_CHECKING:
    from .loop import Trainer

__all__ = [
    "Display",
    "PlainProgress",
    "Progress",
    "RichProgress",
    "SilentProgress",
    "choose_progress",
]


class Progress(Protocol):
    """What the loop tells whoever shows its progress; write your own and give it to ``fit``.

    Example:
        >>> from tt_optim import SilentProgress
        >>> class Dots(SilentProgress):
        ...     def batch(self, loss):
        ...         print(".", end="")
    """

    def start(self, epochs: int) -> None:
        """A training of so many epochs begins."""

    def epoch(self, number: int, batches: int | None) -> None:
        """An epoch of so many batches (None: not known) begins."""

    def batch(self, loss: float) -> None:
        """A batch is done; ``loss`` is the mean so far."""

    def done(self, record: EpochRecord) -> None:
        """An epoch is over."""

    def stop(self) -> None:
        """The training is over, whatever the reason."""


class SilentProgress:
    """Shows nothing."""

    def start(self, epochs: int) -> None:
        """Nothing."""

    def epoch(self, number: int, batches: int | None) -> None:
        """Nothing."""

    def batch(self, loss: float) -> None:
        """Nothing."""

    def done(self, record: EpochRecord) -> None:
        """Nothing."""

    def stop(self) -> None:
        """Nothing."""


class PlainProgress(SilentProgress):
    """One line per epoch.

    Example:
        >>> from tt_optim import EpochRecord, PlainProgress
        >>> display = PlainProgress()
        >>> display.start(epochs=10)
        >>> display.done(EpochRecord(1, {"loss": 0.5}, {"loss": 0.6}, lr=0.1, seconds=2.0))
        epoch  1/10  |  train: loss 0.5000  |  validation: loss 0.6000  |  2.0 s
    """

    def __init__(self) -> None:
        self._epochs = 0

    def start(self, epochs: int) -> None:
        """Remember how many there are."""
        self._epochs = epochs

    def done(self, record: EpochRecord) -> None:
        """Print the epoch's line."""
        print(describe(record, self._epochs), flush=True)

    def note(self, text: str) -> None:
        """Print it."""
        print(text, flush=True)


class RichProgress:
    """A live bar for the epoch, and a line for each that is over.

    Raises:
        ImportError: the library ``rich`` is not installed.
    """

    def __init__(self) -> None:
        try:
            from rich import progress
        except ImportError as error:
            raise ImportError(
                "a live bar needs the library rich: pip install 'tt-optim[progress]'"
            ) from error
        self._bars: Any = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TextColumn("loss {task.fields[loss]}"),
            progress.TimeRemainingColumn(),
            transient=True,
            auto_refresh=False,  # no thread of its own: it would take time from the training
        )
        self._task: Any = None
        self._epochs = self._batches = 0
        self._drawn = 0.0

    def start(self, epochs: int) -> None:
        """Show the bar."""
        self._epochs = epochs
        self._bars.start()

    def epoch(self, number: int, batches: int | None) -> None:
        """A new bar."""
        if self._task is not None:
            self._bars.remove_task(self._task)
        label = f"epoch {number}/{self._epochs}"
        self._task = self._bars.add_task(label, total=batches, loss="")
        self._batches = 0

    def batch(self, loss: float) -> None:
        """One step further; drawn ten times a second at most."""
        self._batches += 1
        now = monotonic()
        if now - self._drawn > 0.1:
            self._drawn = now
            self._bars.update(self._task, completed=self._batches, loss=f"{loss:.4f}", refresh=True)

    def done(self, record: EpochRecord) -> None:
        """Print the epoch's line above the bar."""
        self.note(describe(record, self._epochs))

    def note(self, text: str) -> None:
        """Print a line above the bar."""
        self._bars.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def stop(self) -> None:
        """Take the bar away."""
        self._bars.stop()


class Display(Callback):
    """Tells a progress display what happens in a training."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self._shown = 0

    def on_fit_start(self, trainer: Trainer) -> None:
        """So many epochs; and from where they are gone on with."""
        self.progress.start(trainer.epochs)
        if trainer.step and trainer.resumed_from:
            place = f"epoch {trainer.epoch}, after batch {trainer.batch}"
            self._note(f"going on from {trainer.resumed_from}: {place}")

    def on_epoch_start(self, trainer: Trainer) -> None:
        """So many batches."""
        self._shown = 0
        self.progress.epoch(trainer.epoch, trainer.batches)

    def on_step_end(self, trainer: Trainer, step: StepRecord) -> None:
        """Some batches further: several if they were accumulated, or done before resuming."""
        for _ in range(trainer.batch - self._shown):
            self.progress.batch(trainer.latest["train/loss"])
        self._shown = trainer.batch

    def on_epoch_end(self, trainer: Trainer, record: EpochRecord) -> None:
        """The epoch's numbers."""
        self.progress.done(record)

    def on_fit_end(self, trainer: Trainer) -> None:
        """Over, whatever the reason."""
        if trainer.status == "stopped":
            self._note(f"stopped: {trainer.stop_reason}")
        self.progress.stop()

    def _note(self, text: str) -> None:
        """Show a line, if the display can; those of one's own need not."""
        note = getattr(self.progress, "note", None)
        if note is not None:
            note(text)


def choose_progress(wanted: bool | Progress) -> Progress:
    """The display that fits: none, a given one, a live bar in a terminal, else plain lines."""
    if not isinstance(wanted, bool):
        return wanted
    if not wanted:
        return SilentProgress()
    if sys.stdout.isatty():
        try:
            return RichProgress()
        except ImportError:
            pass  # the extra is not installed: lines do as well
    return PlainProgress()


def describe(record: EpochRecord, epochs: int) -> str:
    """An epoch in one line."""
    parts = [f"epoch {record.epoch:>{len(str(epochs))}}/{epochs}"]
    for label, numbers in (("train", record.train), ("validation", record.validation)):
        if numbers:
            values = "  ".join(f"{name} {value:.4f}" for name, value in numbers.items())
            parts.append(f"{label}: {values}")
    parts.append(f"{record.seconds:.1f} s")
    return "  |  ".join(parts)
