"""What happened in a training: one record per epoch."""

from __future__ import annotations

import math
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tt_tensor.files import write_atomically

__all__ = ["EpochRecord", "History"]


@dataclass(frozen=True)
class EpochRecord:
    """One epoch.

    Attributes:
        epoch: its number, from 1.
        train: loss and metrics over the training batches, averaged while the weights changed.
        validation: loss and metrics over the validation batches after the epoch; empty without.
        lr: the learning rate of the first group after the epoch's last batch.
        seconds: how long it took, validation included.
    """

    epoch: int
    train: dict[str, float]
    validation: dict[str, float]
    lr: float
    seconds: float


@dataclass
class History:
    """All epochs of a training, in order.

    Example:
        >>> from tt_optim import EpochRecord, History
        >>> history = History([EpochRecord(1, {"loss": 0.5}, {}, lr=0.1, seconds=2.0)])
        >>> history.column("loss")
        [0.5]
    """

    epochs: list[EpochRecord] = field(default_factory=list)

    def column(self, name: str, part: str = "train") -> list[float]:
        """One number over all epochs.

        Args:
            name: "loss" or a metric's name.
            part: "train" or "validation".

        Raises:
            KeyError: there is no such number.
            ValueError: another part.
        """
        if part not in ("train", "validation"):
            raise ValueError(f"part must be 'train' or 'validation', not {part!r}")
        values = []
        for record in self.epochs:
            numbers: dict[str, float] = getattr(record, part)
            if name not in numbers:
                known = ", ".join(map(repr, numbers)) or "nothing"
                raise KeyError(f"{name!r}: epoch {record.epoch} has {known} in its {part} part")
            values.append(numbers[name])
        return values

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the history as JSON, in one atomic step.

        Args:
            path: where to; until the new history is on the disk as a whole, the old one stays.

        Raises:
            OSError: the file cannot be written; what was there before is intact.
        """
        import json

        records = [_plain(asdict(record)) for record in self.epochs]
        text = json.dumps(records, indent=1, allow_nan=False)
        write_atomically(Path(path), text.encode("utf-8"))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> History:
        """Read what :meth:`save` wrote.

        Args:
            path: the file.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: the file is not a history, or not a whole one.
        """
        import json

        try:
            records = json.loads(Path(path).read_text(encoding="utf-8"))
            return cls([_record(**entry) for entry in records])
        except (ValueError, TypeError, AttributeError) as error:
            raise ValueError(
                f"path: {os.fspath(path)!r} is not a history, or not a whole one ({error})"
            ) from error


def _plain(value: Any) -> Any:
    """The same for JSON, which has no numbers that are infinite or NaN: they become strings."""
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _record(
    epoch: Any, train: dict[str, Any], validation: dict[str, Any], lr: Any, seconds: Any
) -> EpochRecord:
    """A record from what JSON gave; raises an error if the types are wrong."""
    return EpochRecord(int(epoch), _numbers(train), _numbers(validation), float(lr), float(seconds))


def _numbers(part: dict[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in part.items()}
