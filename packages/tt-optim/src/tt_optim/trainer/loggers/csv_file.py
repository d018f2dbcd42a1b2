"""Rows as a table that any program can read: comma-separated values (RFC 4180)."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .base import Logger, Row
from .lines import append_line, read_lines, write_lines

if TYPE_CHECKING:
    from ..loop import Trainer

__all__ = ["CSVLogger"]


class CSVLogger(Logger):
    """Writes one row per epoch, or one per so many steps, into a CSV file.

    Each row is in the system's hands as soon as it is written.  A training that is resumed continues
    its file: rows after the step that it resumes from are dropped, as they will come again.  A new
    training begins the file anew.  New columns get room as they turn up; what a row does not have
    stays empty.

    Args:
        path: the file; its folder is made if there is none.
        every: write the numbers of every so-manieth step; None: those of each epoch.

    Raises:
        ValueError: ``every`` is below 1; or, when a training begins, the file is no such log.
        OSError: when a row is written, and it cannot be.

    Example:
        >>> from tt_optim import CSVLogger
        >>> loggers = [CSVLogger("run/epochs.csv"), CSVLogger("run/steps.csv", every=50)]
    """

    def __init__(self, path: str | os.PathLike[str], every: int | None = None) -> None:
        super().__init__(every)
        self.path = Path(path)
        self.kind = "epoch" if every is None else "step"
        self._columns: list[str] = []

    def on_fit_start(self, trainer: Trainer) -> None:
        """Keep the rows up to the step that the training is at."""
        columns, rows = self._read()
        try:
            kept = [row for row in rows if self.is_done(trainer, self.kind, row)]
        except ValueError as error:
            raise self._foreign(str(error)) from error
        self._columns = columns if kept else []
        self._write_all(kept)

    def write(self, trainer: Trainer, kind: str, row: Row) -> None:
        """Append a row if it is of the kind that the file is about."""
        if kind != self.kind:
            return
        new = [name for name in row if name not in self._columns]
        if new:
            rows = self._read()[1] if self._columns else []
            self._columns += new
            self._write_all(rows)
        append_line(self.path, _line(_text(row.get(name, "")) for name in self._columns))

    def _read(self) -> tuple[list[str], list[Row]]:
        """Columns and rows of the file."""
        lines = list(csv.reader(read_lines(self.path)))
        if not lines:
            return [], []
        columns, *rows = lines
        if columns[:2] != ["epoch", "step"]:
            raise self._foreign(f"its first columns are {columns[:2]}")
        if any(len(row) != len(columns) for row in rows):
            raise self._foreign("its rows differ in length")
        return columns, [dict(zip(columns, row, strict=True)) for row in rows]

    def _foreign(self, reason: str) -> ValueError:
        return ValueError(f"path: {self.path} is not a log of a training ({reason}); it is intact")

    def _write_all(self, rows: list[Row]) -> None:
        table = [[row.get(name, "") for name in self._columns] for row in rows]
        write_lines(self.path, map(_line, [self._columns, *table] if self._columns else []))


def _line(fields: Iterable[str]) -> str:
    """The fields with commas between them, in quotation marks where they need them."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(fields)
    return text.getvalue()


def _text(value: Any) -> str:
    """A number with all the digits that it takes to get the same number back."""
    return repr(float(value)) if isinstance(value, float) else str(value)
