"""Evaluating a model: in evaluation mode, unrecorded, and without a trace in the training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from tt_autograd import no_grad
from tt_nn import Module
from tt_tensor import Tensor, cat, get_rng_state, set_rng_state

from .batches import Batches, pairs
from .metrics import Scores
from .step import StepPart

__all__ = ["EvaluationPart", "evaluation"]


@contextmanager
def evaluation(model: Module) -> Iterator[None]:
    """Inside, the model is in evaluation mode; afterwards each part is in the mode it was in before.

    A part that is frozen in evaluation mode during training stays so.  The default generator, too,
    is as before: whether and how often one evaluates does not change what a training draws.
    """
    modes = [(part, part.training) for part in model.modules()]
    random = get_rng_state()
    model.eval()
    try:
        yield
    finally:
        set_rng_state(random)
        for part, training in modes:
            part.training = training


class EvaluationPart(StepPart):
    """The part of :class:`Trainer` that evaluates and predicts."""

    @no_grad()
    def evaluate(self, batches: Batches) -> dict[str, float]:
        """Loss and metrics over all batches, in evaluation mode and unrecorded.

        Args:
            batches: pairs (input, target).

        Returns:
            "loss" and every metric, averaged over the samples.

        Raises:
            ValueError: there is no batch.
            TypeError: a batch is not a pair.
            FloatingPointError: the loss is infinite or NaN.
        """
        scores = Scores(self.metrics)
        with self._evaluating():
            for input, target in pairs(batches, "batches"):
                loss, output = self.compute_loss(input, target)
                scores.update(loss.item(), output, target)
        if not scores.loss.count:
            raise ValueError("batches: there are none to evaluate on")
        scores.give_back(self.metrics)
        return scores.compute()

    @no_grad()
    def predict(self, inputs: Tensor | Batches) -> Tensor:
        """The model's outputs, joined along the first dimension, in evaluation mode and unrecorded.

        Args:
            inputs: one batch as a tensor; or several, as tensors or as pairs (input, target), of
                which the targets are left aside.

        Raises:
            ValueError: there is no batch.
        """
        batches = [inputs] if isinstance(inputs, Tensor) else inputs
        with self._evaluating():
            outputs = [self.model(b[0] if isinstance(b, (tuple, list)) else b) for b in batches]
        if not outputs:
            raise ValueError("inputs: there are none to predict from")
        return cat(outputs)

    @contextmanager
    def _evaluating(self) -> Iterator[None]:
        """In evaluation mode, with the averaged weights if there are some."""
        averages = nullcontext() if self.ema is None else self.ema.applied()
        with evaluation(self.model), averages:
            yield
