"""What happened in a training: one record per epoch."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

__all__ = ["EpochRecord", "History"]


@dataclass(frozen=True)
class EpochRecord:
    """One epoch.

    Attributes:
        epoch: its number, from 1.
        train: loss and metrics over the training batches, averaged while the weights changed.
        validation: loss and metrics over the validation batches after the epoch; empty without.
        lr: the learning rate of the first group at the epoch's end.
        seconds: how long it took, validation included.
    """

    epoch: int
    train: dict[str, float]
    validation: dict[str, float]
    lr: float
    seconds: float


@dataclass
class History:
    """All epochs of a training, in order."""

    epochs: list[EpochRecord] = field(default_factory=list)

    def column(self, name: str, part: str = "train") -> list[float]:
        """One number over all epochs.

        Args:
            name: "loss" or a metric's name.
            part: "train" or "validation".

        Raises:
            KeyError: there is no such number.
        """
        return [getattr(record, part)[name] for record in self.epochs]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the history as JSON, in one atomic step."""
        target = Path(path)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump([asdict(record) for record in self.epochs], file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> History:
        """Read what :meth:`save` wrote.

        Raises:
            ValueError: the file is not a history.
        """
        try:
            records = json.loads(Path(path).read_text(encoding="utf-8"))
            return cls([EpochRecord(**record) for record in records])
        except (json.JSONDecodeError, TypeError) as error:
            raise ValueError(f"path: {os.fspath(path)!r} is not a history ({error})") from error
