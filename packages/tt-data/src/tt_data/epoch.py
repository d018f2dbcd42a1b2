"""Where a loader is in its epoch, and how another program comes to the same place.

An epoch is determined by the states of a few random generators at its begin: the default one, and those
that the loader and its samplers have of their own.  So its position is these states and the number of
batches that were given.  To go on there, order and seeds are drawn once more from these states, and so
many batches are left out, without being made; then the generators go on as if nothing had been drawn.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tt_tensor import Generator, default_generator

if TYPE_CHECKING:
    from .dataloader import DataLoader

__all__ = ["Epoch", "own_generators", "read_state", "write_state"]


class Epoch:
    """One time through a loader.

    Attributes:
        begin: the states of all generators when it began.
        given: how many batches have been given.
        resumed: whether it began in another program, or at least in another loader.
        finished: whether the last one has been given, and then asked for another.
    """

    def __init__(
        self, begin: Sequence[dict[str, Any]], given: int = 0, resumed: bool = False
    ) -> None:
        self.begin, self.given, self.resumed = begin, given, resumed
        self.finished = False

    @classmethod
    def now(cls, loader: DataLoader) -> Epoch:
        """One that begins now."""
        return cls([generator.get_state() for generator in _generators(loader)])

    @contextlib.contextmanager
    def begun_again(self, loader: DataLoader) -> Iterator[None]:
        """Within, all generators are where they were when the epoch began."""
        if not self.resumed:
            yield
            return
        generators = _generators(loader)
        now = [generator.get_state() for generator in generators]
        try:
            _set(generators, self.begin)
            yield
        finally:
            _set(generators, now)


def own_generators(loader: DataLoader) -> list[Generator]:
    """The generators that belong to a loader and its samplers, each once, without the default one."""
    inner = getattr(loader.batch_sampler, "sampler", None)
    found: list[Generator] = []
    for owner in (loader, loader.sampler, loader.batch_sampler, inner):
        generator = getattr(owner, "generator", None)
        known = (default_generator(), *found)
        if isinstance(generator, Generator) and all(generator is not other for other in known):
            found.append(generator)
    return found


def write_state(loader: DataLoader, epoch: Epoch | None) -> dict[str, Any]:
    """The position as plain numbers, texts, lists and dictionaries."""
    under_way = epoch is not None and not epoch.finished
    return {
        **_sizes(loader),
        "generators": [generator.get_state() for generator in own_generators(loader)],
        "epoch": {"begin": [*epoch.begin], "given": epoch.given} if epoch and under_way else None,
    }


def read_state(loader: DataLoader, state: dict[str, Any]) -> Epoch | None:
    """The epoch to go on with, after the loader's own generators were put where they were.

    Raises:
        ValueError: no such state, or that of another loader; then nothing is changed.
    """
    wanted = {*_sizes(loader), "generators", "epoch"}
    if not isinstance(state, dict) or not wanted <= state.keys():
        raise ValueError("state: this is not what DataLoader.state_dict() gave")
    for name, size in _sizes(loader).items():
        if state[name] != size:
            raise ValueError(
                f"state: it is of a loader with {name.replace('_', ' ')} {state[name]}, this one "
                f"has {size}; load it into a loader made in the same way"
            )
    generators = own_generators(loader)
    epoch = _read_epoch(state["epoch"], len(generators) + 1, _length(loader))
    states = _read_generators(state["generators"], len(generators))
    _set(generators, states)
    return epoch


def _read_epoch(epoch: Any, generators: int, batches: int | None) -> Epoch | None:
    if epoch is None:
        return None
    if not isinstance(epoch, dict) or not {"begin", "given"} <= epoch.keys():
        raise ValueError(f"state: 'epoch' must have 'begin' and 'given', it is {epoch!r}")
    given = epoch["given"]
    if type(given) is not int or not 0 <= given <= (given if batches is None else batches):
        raise ValueError(f"state: {given!r} batches cannot have been given of {batches}")
    return Epoch(_read_generators(epoch["begin"], generators), given, resumed=True)


def _read_generators(states: Any, count: int) -> list[dict[str, Any]]:
    if not isinstance(states, list) or len(states) != count:
        raise ValueError(
            f"state: states of {count} generators are needed; load it into a loader whose sampler "
            "has its generator from the same place"
        )
    for state in states:
        Generator(0).set_state(state)  # raises ValueError if it is none
    return states


def _sizes(loader: DataLoader) -> dict[str, int | None]:
    """What another loader must have in common to have the same batches."""
    return {
        "samples": _length(loader.dataset),
        "batches": _length(loader),
        "batch_size": loader.batch_size,
    }


def _length(value: Any) -> int | None:
    try:
        return len(value)
    except (TypeError, NotImplementedError):
        return None


def _generators(loader: DataLoader) -> list[Generator]:
    return [default_generator(), *own_generators(loader)]


def _set(generators: Sequence[Generator], states: Sequence[dict[str, Any]]) -> None:
    for generator, state in zip(generators, states, strict=True):
        generator.set_state(state)
