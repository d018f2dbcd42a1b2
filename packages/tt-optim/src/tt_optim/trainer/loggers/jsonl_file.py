"""Rows as JSON Lines: one object per line."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .base import Logger, Row
from .lines import append_line, read_lines, write_lines

if TYPE_CHECKING:
    from ..loop import Trainer

__all__ = ["JSONLinesLogger"]


class JSONLinesLogger(Logger):
    """Writes epochs, evaluations within epochs, and if wanted steps, one JSON object per line.

        {"kind": "epoch", "epoch": 1, "step": 391, "lr": 0.1, "seconds": 9.5, "train/loss": 1.2, ...}

    Each line is in the system's hands as soon as it is written.  A training that is resumed continues
    its file: lines after the step that it resumes from are dropped, as they will come again.  A new
    training begins the file anew.  Numbers that JSON does not have become strings: "nan", "inf".

    Args:
        path: the file; its folder is made if there is none.
        every: write also the numbers of every so-manieth step.

    Raises:
        ValueError: ``every`` is below 1; or, when a training begins, the file is no such log.
        OSError: when a line is written, and it cannot be.

    Example:
        >>> from tt_optim import JSONLinesLogger
        >>> logger = JSONLinesLogger("run/log.jsonl", every=50)
    """

    def __init__(self, path: str | os.PathLike[str], every: int | None = None) -> None:
        super().__init__(every)
        self.path = Path(path)

    def on_fit_start(self, trainer: Trainer) -> None:
        """Keep the lines up to the step that the training is at."""
        lines = read_lines(self.path)
        try:
            rows = [json.loads(line) for line in lines]
            kept = [
                line
                for line, row in zip(lines, rows, strict=True)
                if self.is_done(trainer, row["kind"], row)
            ]
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(
                f"path: {self.path} is not a log of a training ({error}); it is intact"
            ) from error
        write_lines(self.path, kept)

    def write(self, trainer: Trainer, kind: str, row: Row) -> None:
        """Append a line."""
        plain = {name: _plain(value) for name, value in row.items()}
        append_line(self.path, json.dumps({"kind": kind} | plain, allow_nan=False))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
