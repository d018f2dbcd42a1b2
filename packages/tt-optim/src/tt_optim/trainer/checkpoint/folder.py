"""A folder of checkpoints: when one is written, and which are kept."""

from __future__ import annotations

import math
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tt_nn import Module

from .file import CheckpointError, DamagedCheckpoint, read_checkpoint, read_labels, write_checkpoint

if TYPE_CHECKING:
    from .state import StatePart

__all__ = ["Checkpoints"]


class Checkpoints:
    """Saves a training after every epoch, and within epochs if wanted.

    The last few and the best few are kept.  Each file is whole or not there: a program that is
    killed at any moment leaves the last one behind, and ``trainer.fit(..., resume="auto")`` goes on
    from there to the same numbers, bit for bit.

    Args:
        folder: where to, one folder per training.
        every: save also after every so many steps of the optimizer.
        keep_last: how many of the newest are kept.
        keep_best: how many of the best are kept besides.
        monitor: the number that says which is best, such as "validation/accuracy"; by default the
            Trainer's ``monitor``.
        mode: "min" or "max": whether the number is to be small or large.

    Raises:
        ValueError: a number below 1 (for ``keep_best`` below 0), or another ``mode``.

    Example:
        >>> import tempfile, tt_nn as nn, tt_tensor as tt
        >>> from tt_optim import SGD, Checkpoints, Trainer
        >>> folder = tempfile.mkdtemp()
        >>> def training():
        ...     model = nn.Linear(1, 1)
        ...     optimizer = SGD(model.parameters(), lr=0.1)
        ...     checkpoints = Checkpoints(folder, every=1)
        ...     return Trainer(model, nn.MSELoss(), optimizer, checkpoints=checkpoints)
        >>> batches = [(tt.ones(2, 1), tt.zeros(2, 1))] * 3
        >>> _ = training().fit(batches, epochs=1, progress=False)
        >>> again = training()
        >>> history = again.fit(batches, epochs=2, progress=False, resume="auto")
        >>> len(history.epochs), again.step
        (2, 6)
        >>> [path.name for path in again.checkpoints.paths()][-1]
        'step-00000006.safetensors'
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        every: int | None = None,
        keep_last: int = 2,
        keep_best: int = 1,
        monitor: str | None = None,
        mode: str = "min",
    ) -> None:
        if every is not None and every < 1:
            raise ValueError(f"every must be at least 1 step, it is {every}")
        if keep_last < 1 or keep_best < 0:
            raise ValueError(
                f"keep_last must be at least 1 and keep_best at least 0, they are {keep_last} and "
                f"{keep_best}"
            )
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', not {mode!r}")
        self.folder, self.every = Path(folder), every
        self.keep_last, self.keep_best, self.monitor, self.mode = (
            keep_last,
            keep_best,
            monitor,
            mode,
        )

    def paths(self) -> list[Path]:
        """All checkpoints in the folder, oldest first."""
        return sorted(self.folder.glob("step-*.safetensors"))

    def best(self) -> Path | None:
        """The best checkpoint in the folder; None if none has a score."""
        return next(iter(self._by_score()), None)

    def begin(self, run: str) -> None:
        """Get the folder ready for a training.

        Raises:
            FileExistsError: it has checkpoints of another training.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for leftover in self.folder.glob(".step-*.part"):  # of a program that was killed
            leftover.unlink(missing_ok=True)
        for path in self.paths():
            if self._label(path, "run") not in (run, None):
                raise FileExistsError(
                    f"{self.folder} has checkpoints of another training ({path.name}); continue it "
                    'with fit(..., resume="auto"), use another folder, or delete them'
                )

    def after_step(self, trainer: StatePart) -> None:
        """Save if it is time to, or if an evaluation was the best so far."""
        due = self.every is not None and trainer.step % self.every == 0
        if due or self._is_best(self.score(trainer)):
            self.save(trainer)

    def save(self, trainer: StatePart, whole_epoch: bool = False) -> Path:
        """Save the training, then delete what need not be kept; returns where it was saved.

        Raises:
            FloatingPointError: a parameter is not finite; the checkpoints before are kept.
            OSError: the file cannot be written; the checkpoints before are kept.
        """
        _check_finite(trainer.model)
        path = self.folder / f"step-{trainer.step:08d}.safetensors"
        score = self.score(trainer, whole_epoch)
        labels = {"run": trainer.run, "epoch": trainer.epoch, "step": trainer.step, "score": score}
        write_checkpoint(path, trainer.state_dict(), labels)
        self._tidy()
        trainer.tell("on_checkpoint_saved", path)
        return path

    def score(self, trainer: StatePart, whole_epoch: bool = False) -> float | None:
        """The monitored number, if it belongs to the weights as they are now."""
        name = self.monitor or trainer.monitored
        fresh = whole_epoch if name.startswith("train/") else trainer.evaluated_now()
        if not fresh:
            return None
        if name not in trainer.latest:
            raise KeyError(f"monitor: there is no {name!r}; there are {', '.join(trainer.latest)}")
        value = trainer.latest[name]
        return value if math.isfinite(value) else None

    def newest(self) -> dict[str, Any] | None:
        """The state in the newest checkpoint that is whole; None if there is none at all.

        Raises:
            DamagedCheckpoint: there are some, but all are damaged.
        """
        problem = None
        for path in reversed(self.paths()):
            try:
                return read_checkpoint(path)
            except DamagedCheckpoint as error:
                problem = error
                warnings.warn(f"{error}; going back to the one before", stacklevel=2)
        if problem is not None:
            raise problem
        return None

    def _is_best(self, score: float | None) -> bool:
        if score is None or not self.keep_best:
            return False
        best = self.best()
        return best is None or self._rank(score) < self._rank(self._label(best, "score"))

    def _tidy(self) -> None:
        """Delete what is neither among the last nor among the best."""
        paths = self.paths()
        keep = {*paths[-self.keep_last :], *self._by_score()[: self.keep_best]}
        for path in paths:
            if path not in keep:
                path.unlink(missing_ok=True)

    def _by_score(self) -> list[Path]:
        """The checkpoints that have a score, best first; of equal ones the older first."""
        scores = {path: self._label(path, "score") for path in self.paths()}
        scored = [path for path, score in scores.items() if score is not None]
        return sorted(scored, key=lambda path: self._rank(scores[path]))

    def _rank(self, score: float) -> float:
        return score if self.mode == "min" else -score

    def _label(self, path: Path, name: str) -> Any:
        """A label of a file; None if it cannot be read, which is not the moment to complain of."""
        try:
            return read_labels(path).get(name)
        except CheckpointError:
            return None


def _check_finite(model: Module) -> None:
    """Spoiled weights must not take the place of good ones."""
    for name, parameter in model.named_parameters():
        if not np.isfinite(parameter.array).all():
            raise FloatingPointError(
                f"the parameter {name!r} is not finite since the last step, so nothing was saved; "
                "go back to the checkpoint before, and try clip_norm, which stops before such a "
                "step, or a smaller learning rate"
            )
