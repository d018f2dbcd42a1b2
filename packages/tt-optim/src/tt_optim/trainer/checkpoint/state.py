"""Everything that a training is made of at one moment, as one state; and back, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, ClassVar, Protocol, runtime_checkable

from tt_nn import Module
from tt_tensor import get_rng_state, set_rng_state

from ..callback import Callback
from ..history import EpochRecord
from ..shared import Shared
from .encoding import copied
from .file import CheckpointError

__all__ = ["Resumable", "StatePart"]


@runtime_checkable
class Resumable(Protocol):
    """Batches that know where they are, such as tt-data's ``DataLoader``.

    Batches that are not are resumed too: what gives the same batches again from the same state of
    the default generator, a list for example, is gone through again up to the place.
    """

    def state_dict(self) -> dict[str, Any]:
        """Which batches the loop that is under way has been given."""

    def load_state_dict(self, state: dict[str, Any], /) -> None:
        """Let the next loop give the batches that were left."""


class StatePart(Shared):
    """The part of :class:`Trainer` that tells and takes over the state of a training."""

    _place: ClassVar[tuple[str, ...]] = (
        "run",
        "epoch",
        "batch",
        "step",
        "latest",
        "stop_reason",
        "_first",
        "_under_way",
        "_drained",
        "_seconds",
        "_evaluated",
        "_random_at_start",
    )
    """The attributes that say where the training is."""

    def state_dict(self) -> dict[str, Any]:
        """All that is needed to go on as if the training had never stopped.

        Returns:
            the states of the model, the optimizer, the scheduler, the averaged weights and the
            callbacks; the history, the counts of the epoch that is under way and its place; the
            state of the default generator and of the batches.  Tensors are not copied.
        """
        parts = {name: part.state_dict() for name, part in self._parts().items()}
        told = {name: callback.state_dict() for name, callback in _named(self.callbacks).items()}
        return {
            "classes": {name: type(part).__name__ for name, part in self._parts().items()},
            **parts,
            "callbacks": {name: state for name, state in told.items() if state},
            "history": [asdict(record) for record in self.history.epochs],
            "scores": self.scores.state_dict(),
            "place": {name: getattr(self, name) for name in self._place},
            "random": get_rng_state(),
            "batches": self._train.state_dict() if isinstance(self._train, Resumable) else None,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what :meth:`state_dict` told.

        Raises:
            CheckpointError: it is the state of another model, optimizer, scheduler or data; nothing
                has been changed.
        """
        before = copied(self.state_dict())
        try:
            self._load(state)
        except BaseException:
            self._load(before)
            raise

    def _load(self, state: dict[str, Any]) -> None:
        saved = state.get("classes", {})
        parts = self._parts()
        for name in sorted(saved.keys() ^ parts.keys()):
            where = "the checkpoint has" if name in saved else "this Trainer has"
            raise CheckpointError(
                f"only {where} the part {name!r}; resume with the same parts as before"
            )
        for name, part in parts.items():
            own = type(part).__name__
            if name != "model" and saved[name] != own:
                raise CheckpointError(f"the {name} was a {saved[name]}, but here it is a {own}")
            with _refused(f"the {name}, a {own}"):
                part.load_state_dict(state[name])
                if name == "model":
                    _check_types(self.model, state[name])
        with _refused("the callbacks"):
            for name, callback in _named(self.callbacks).items():
                if name in state["callbacks"]:  # one that is new begins now
                    callback.load_state_dict(state["callbacks"][name])
        with _refused("the metrics"):
            self.scores.load_state_dict(state["scores"])
        with _refused("the batches"):
            if state["batches"] is not None and isinstance(self._train, Resumable):
                self._train.load_state_dict(state["batches"])
        with _refused("the place in the training"):
            self.history.epochs[:] = [EpochRecord(**record) for record in state["history"]]
            for name in self._place:
                setattr(self, name, state["place"][name])
            set_rng_state(state["random"])

    def _parts(self) -> dict[str, Any]:
        """The parts with a state of their own; the model first, as its message says most."""
        parts = {"model": self.model, "optimizer": self.optimizer}
        others = {"scheduler": self.scheduler, "ema": self.ema}
        return parts | {name: part for name, part in others.items() if part is not None}


@contextmanager
def _refused(what: str) -> Iterator[None]:
    """Say of an error which part the state does not fit."""
    try:
        yield
    except (ValueError, TypeError, KeyError, RuntimeError, AttributeError) as error:
        raise CheckpointError(f"the checkpoint does not fit {what}: {error}") from error


def _check_types(model: Module, state: dict[str, Any]) -> None:
    """A model takes other floating-point types too, but then the bits are not the same."""
    for name, own in model.state_dict().items():
        if state[name].dtype is not own.dtype:
            raise ValueError(f"{name} was saved as {state[name].dtype}, but here it is {own.dtype}")


def _named(callbacks: Sequence[Callback]) -> dict[str, Callback]:
    """Callbacks by class; several of one class are numbered."""
    named: dict[str, Callback] = {}
    for callback in callbacks:
        kind = type(callback).__name__
        count = sum(type(other) is type(callback) for other in named.values())
        named[f"{kind} {count + 1}" if count else kind] = callback
    return named
