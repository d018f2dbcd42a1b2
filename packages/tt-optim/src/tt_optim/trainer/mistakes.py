"""The samples that a model gets most wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tt_autograd import no_grad
from tt_nn import Module
from tt_nn.functional import cross_entropy
from tt_tensor import softmax
from tt_tensor.typing import Array

from .evaluation import evaluation
from .metrics.classes import scores_and_classes

__all__ = ["Mistakes", "hardest_mistakes"]

FIELDS = ("inputs", "true", "predicted", "probability", "loss", "index")


@dataclass(frozen=True)
class Mistakes:
    """Samples that were classified wrongly, the one with the largest loss first.

    Attributes:
        inputs: what the model was given (n, ...).
        true: their classes (n,).
        predicted: the classes that the model chose (n,).
        probability: how sure it was of these, from 0 to 1 (n,).
        loss: their cross-entropy (n,).
        index: which samples of the data they are, counted from 0 (n,); if it is not shuffled, the
            original pictures of normalised ones are found by it.
    """

    inputs: Array
    true: Array
    predicted: Array
    probability: Array
    loss: Array
    index: Array

    def __len__(self) -> int:
        return len(self.true)


@no_grad()
def hardest_mistakes(model: Module, batches: Iterable[Any], count: int = 36) -> Mistakes:
    """The wrongly classified samples with the largest cross-entropy.

    Args:
        model: gives scores (N, C); it is put into evaluation mode for a while.
        batches: pairs (input, target) with classes (N,) as target.
        count: how many at most.

    Returns:
        the mistakes, the hardest first; of equal ones the first of the data.

    Raises:
        ValueError: ``count`` is negative, or there is no batch.
        ShapeError: scores and classes do not fit.

    Example:
        >>> import tt_nn as nn, tt_tensor as tt
        >>> from tt_optim import hardest_mistakes
        >>> scores = tt.tensor([[9.0, 0.0], [0.0, 2.0], [0.0, 1.0]])
        >>> mistakes = hardest_mistakes(nn.Identity(), [(scores, tt.tensor([0, 0, 0]))])
        >>> mistakes.index.tolist(), mistakes.predicted.tolist()
        ([1, 2], [1, 1])
    """
    if count < 0:
        raise ValueError(f"count must not be negative, it is {count}")
    hardest: Mistakes | None = None
    seen = 0
    with evaluation(model):
        for input, target in batches:
            found = _mistakes(input, model(input), target, seen)
            # only the hardest so far are kept, so that the data may be larger than the memory
            hardest = _hardest(found if hardest is None else _joined(hardest, found), count)
            seen += target.shape[0]
    if hardest is None:
        raise ValueError("batches: there are none to look for mistakes in")
    return hardest


def _mistakes(input: Any, output: Any, target: Any, start: int) -> Mistakes:
    """All mistakes of one batch, whose first sample has the number ``start``."""
    scores, true = scores_and_classes(output, target)
    losses = cross_entropy(output, target, reduction="none").numpy()
    predicted = scores.argmax(axis=1)
    wrong = np.flatnonzero(predicted != true)
    sure = softmax(output, 1).numpy()[wrong, predicted[wrong]]
    return Mistakes(
        input.numpy()[wrong], true[wrong], predicted[wrong], sure, losses[wrong], wrong + start
    )


def _joined(first: Mistakes, second: Mistakes) -> Mistakes:
    return Mistakes(
        *(np.concatenate([getattr(first, name), getattr(second, name)]) for name in FIELDS)
    )


def _hardest(mistakes: Mistakes, count: int) -> Mistakes:
    order = np.argsort(-mistakes.loss, kind="stable")[:count]
    return Mistakes(*(getattr(mistakes, name)[order] for name in FIELDS))
