"""Beginning a training, going on with one, and leaving it so that it can be gone on with."""

from __future__ import annotations

import os
from typing import Any

from ..interrupt import InterruptSwitch
from .file import CheckpointError, read_checkpoint
from .folder import Checkpoints
from .state import Resumable, StatePart

__all__ = ["ResumePart"]


class ResumePart(StatePart):
    """The part of :class:`Trainer` that begins, resumes and interrupts a training."""

    _last_words = ""  # what is shown when the training was interrupted

    def _begin(self, epochs: int, resume: str | os.PathLike[str] | None) -> None:
        """Go to the place where ``fit`` begins: the one that is resumed, or a new epoch.

        Raises:
            CheckpointError: what is to be resumed cannot be.
            FileExistsError: the checkpoints would mix with those of another training.
        """
        self.stop_reason, self._under_way, self._seconds = "", False, 0.0
        self._first = self.epoch = len(self.history.epochs)
        self.resumed_from = None
        if resume is not None:
            self._resume(resume)
        if self.checkpoints is not None:
            self.checkpoints.begin(self.run)
        self.epochs, self.status = self._first + epochs, "running"
        self._interrupt = InterruptSwitch(self._first_words())

    def _resume(self, source: str | os.PathLike[str]) -> None:
        automatic = os.fspath(source) == "auto"
        if automatic and self.checkpoints is None:
            raise ValueError(
                'resume="auto" looks into the folder of the checkpoints, but there are none; '
                "give the Trainer checkpoints=Checkpoints(folder), or resume from a path"
            )
        folder = self.checkpoints if automatic and self.checkpoints else Checkpoints(source)
        a_folder = automatic or folder.folder.is_dir()
        state = folder.newest() if a_folder else read_checkpoint(source)
        if state is None and not automatic:
            raise FileNotFoundError(f"resume: there is no checkpoint in {str(folder.folder)!r}")
        if state is not None:
            self._take_over(state, str(folder.folder))

    def _take_over(self, state: dict[str, Any], name: str) -> None:
        under_way = state.get("place", {}).get("_under_way", False)
        if under_way and (state["batches"] is not None) != isinstance(self._train, Resumable):
            raise CheckpointError(
                f"{name}: it was saved in the middle of an epoch with batches of another kind than "
                f"this {type(self._train).__name__}; resume with the same; nothing was loaded"
            )
        try:
            self.load_state_dict(state)
        except CheckpointError as error:
            raise CheckpointError(f"{name}: {error}; nothing was loaded") from error
        self.resumed_from = name

    def _leave(self) -> None:
        """Ctrl-C was pressed, and the step is finished: save, and say how to go on."""
        self.status = "interrupted"
        saved = None if self.checkpoints is None else self.checkpoints.save(self)
        self.tell("on_interrupted")
        of = f" of {self.batches}" if self.batches else ""
        place = f"epoch {self.epoch} of {self.epochs}, after batch {self.batch}{of}"
        if saved is None:
            self._last_words = (
                f"Stopped in {place}. Nothing is saved: the Trainer has no checkpoints."
            )
        else:
            self._last_words = (
                f"Stopped in {place}; all is saved in {saved}.\n"
                "To go on as if nothing had happened, run the same program with\n"
                '    trainer.fit(..., resume="auto")'
            )

    def _first_words(self) -> str:
        """What is shown at the first Ctrl-C."""
        then = "stopping" if self.checkpoints is None else "saving"
        return f"Ctrl-C: finishing this step, then {then}. Press Ctrl-C again to stop at once."
