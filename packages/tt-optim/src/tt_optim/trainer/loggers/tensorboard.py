"""Rows as event files for TensorBoard.

An event file is a sequence of records, each a protocol buffer with its length and check sums; the
library ``tensorboard`` has both the buffers and the record writer.  (Its ``EventFileWriter`` would
start a thread, which does not go well with worker processes.)
"""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .base import Logger, Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..loop import Trainer

__all__ = ["TensorBoardLogger"]


class TensorBoardLogger(Logger):
    """Writes all numbers for TensorBoard: ``tensorboard --logdir FOLDER`` shows them.

    The numbers of epochs and evaluations are called as in the log files ("train/loss",
    "validation/accuracy", "lr"), those of steps "step/loss", "step/lr" and so on.  A training that is
    resumed adds a file to the folder and tells TensorBoard to forget what lies after the step that it
    resumes from.

    Args:
        folder: where the event files go; one folder per run.
        every: write also the numbers of every so-manieth step.

    Raises:
        ImportError: the library tensorboard is not installed.
        ValueError: ``every`` is below 1.

    Example:
        >>> from tt_optim import TensorBoardLogger
        >>> logger = TensorBoardLogger("runs/lenet", every=50)
    """

    def __init__(self, folder: str | os.PathLike[str], every: int | None = 50) -> None:
        super().__init__(every)
        self.folder = Path(folder)
        self._protos = _load()
        self._writer: Any = None

    def on_fit_start(self, trainer: Trainer) -> None:
        """Begin an event file."""
        self._open(trainer.step)

    def on_fit_end(self, trainer: Trainer) -> None:
        """Close it."""
        super().on_fit_end(trainer)
        self.close()

    def write(self, trainer: Trainer, kind: str, row: Row) -> None:
        """Write the numbers of a row; those of an epoch go to the disk at once."""
        numbers = {name: value for name, value in row.items() if name not in ("epoch", "step")}
        prefix = "step/" if kind == "step" else ""
        summary = self._protos.Summary(
            value=[
                self._protos.Summary.Value(tag=prefix + name, simple_value=value)
                for name, value in numbers.items()
            ]
        )
        self._add(row["step"], summary=summary)

    def add_figure(self, name: str, figure: Figure, step: int) -> None:
        """Write a picture, such as what the ``plot_`` functions give.

        Args:
            name: what it is called in TensorBoard.
            figure: the picture.
            step: the training's step that it belongs to.
        """
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
        width, height = (round(figure.dpi * inches) for inches in figure.get_size_inches())
        image = self._protos.Summary.Image(
            width=width, height=height, colorspace=4, encoded_image_string=picture.getvalue()
        )
        opened_here = self._writer is None
        if opened_here:
            self._open(step)
        value = self._protos.Summary.Value(tag=name, image=image)
        self._add(step, summary=self._protos.Summary(value=[value]))
        if opened_here:
            self.close()

    def close(self) -> None:
        """Close the event file; ``fit`` does it at its end."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _open(self, step: int) -> None:
        """Begin a file in which everything after ``step`` will come (again)."""
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        # files are read in the order of their names, so they begin with the time
        seconds, rest = divmod(time.time_ns(), 10**9)
        path = self.folder / f"events.out.tfevents.{seconds:010d}.{rest:09d}"
        self._writer = self._protos.RecordWriter(path.open("xb"))
        self._add(0, file_version="brain.Event:2")
        start = self._protos.SessionLog(status=self._protos.SessionLog.START)
        self._add(step + 1, session_log=start)

    def _add(self, step: int, **content: Any) -> None:
        event = self._protos.Event(wall_time=time.time(), step=step, **content)
        self._writer.write(event.SerializeToString())
        self._writer.flush()


class _Protos:
    """What is used of the library."""

    def __init__(self) -> None:
        from tensorboard.compat.proto.event_pb2 import Event, SessionLog
        from tensorboard.compat.proto.summary_pb2 import Summary
        from tensorboard.summary.writer.record_writer import RecordWriter

        self.Event, self.SessionLog, self.Summary = Event, SessionLog, Summary
        self.RecordWriter = RecordWriter


def _load() -> _Protos:
    try:
        return _Protos()
    except ImportError as error:
        raise ImportError(
            "TensorBoardLogger needs the library tensorboard: pip install 'tt-optim[tensorboard]'"
        ) from error
