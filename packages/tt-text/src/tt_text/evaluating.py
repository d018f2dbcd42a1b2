"""A model as it is used, not as it is trained: for the time of one computation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tt_nn import Module

__all__ = ["evaluating"]


@contextmanager
def evaluating(model: object) -> Iterator[None]:
    """The model in evaluation mode: nothing is dropped. Afterwards each part is as it was."""
    parts: list[Module] = []
    if isinstance(model, Module) and model.training:
        parts = [part for part in model.modules() if part.training]
    for part in parts:
        part.training = False
    try:
        yield
    finally:
        for part in parts:
            part.training = True
