"""Evaluation mode for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tt_nn import Module

__all__ = ["evaluation"]


@contextmanager
def evaluation(model: Module) -> Iterator[None]:
    """Inside, the model is in evaluation mode; afterwards each part is in the mode it was in before.

    A part that is frozen in evaluation mode during training stays so.
    """
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for part, training in modes:
            part.training = training
