"""What the Trainer accepts as data: anything that gives pairs (input, target), again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, runtime_checkable

from ..checks import short

__all__ = ["Batches", "Closable", "Pair", "grouped", "length_of", "named_sets", "pairs"]

Batches = Iterable[Any]
Pair = tuple[Any, Any]


@runtime_checkable
class Closable(Protocol):
    """An iterator that can be told that nobody will ask for more, as a generator can."""

    def close(self) -> None:
        """Let go of files and processes."""


def pairs(batches: Batches, name: str, after: int = 0) -> Iterator[Pair]:
    """The batches, each checked to be a pair; they are counted from ``after`` on.

    Raises:
        TypeError: a batch is not a pair.
    """
    for i, batch in enumerate(batches, start=after + 1):
        if not (isinstance(batch, (tuple, list)) and len(batch) == 2):
            raise TypeError(f"{name}: expected pairs (input, target), batch {i} is {short(batch)}")
        yield batch[0], batch[1]


def grouped(batches: Iterator[Pair], size: int) -> Iterator[list[Pair]]:
    """So many batches at a time; the last group may have fewer."""
    group: list[Pair] = []
    for pair in batches:
        group.append(pair)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def length_of(batches: Batches) -> int | None:
    """How many batches there are; None if nobody knows before the end."""
    try:
        return len(batches)  # type: ignore[arg-type] # not all iterables have a length
    except TypeError:
        return None


def named_sets(validation: Batches | Mapping[str, Batches] | None) -> dict[str, Batches]:
    """The validation sets by name; a single one is called "validation".

    Raises:
        ValueError: a set is called "train", which is what the training batches are called.
    """
    if validation is None:
        return {}
    if not isinstance(validation, Mapping):
        return {"validation": validation}
    if "train" in validation:
        raise ValueError("validation: 'train' is the training's own name; use another")
    return dict(validation)
