"""One step of a training: forward, backward, clipping, and the optimizer's step.

With several batches per step (gradient accumulation) the gradients are those of the one large batch
that they would be together: a mean over the large batch is the mean of the small batches' means,
each weighted by what it is a mean over.  So uneven batches, classes that are ignored and weights of
classes come out right.  What a layer computes over its batch, as batch normalisation does, it
still computes over each small batch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tt_nn import CrossEntropyLoss, NLLLoss
from tt_tensor import Tensor, get_rng_state

from ..checks import short
from ..clip import clip_grad_norm_, clip_grad_value_
from .batches import Pair
from .metrics.classes import count_samples
from .nonfinite import origin_of_nonfinite
from .shared import Shared

__all__ = ["StepPart", "mean_weight"]


class StepPart(Shared):
    """The part of :class:`Trainer` that turns batches into a step of the optimizer."""

    def train_step(self, input: Any, target: Any) -> tuple[Tensor, Tensor]:
        """One batch: forward, backward, step.

        Returns:
            the loss and the model's output, detached.

        Raises:
            FloatingPointError: the loss is infinite or NaN; the weights have not been changed.
        """
        return self.train_group([(input, target)])[0]

    def train_group(self, batches: Sequence[Pair]) -> list[tuple[Tensor, Tensor]]:
        """Several batches, one step: the gradients are those of all of them as one large batch.

        Args:
            batches: pairs (input, target).

        Returns:
            the loss and the model's output for each, detached.

        Raises:
            FloatingPointError: a loss or a gradient is infinite or NaN; the weights have not been
                changed.
        """
        self.optimizer.zero_grad()
        results = []
        for (input, target), share in zip(batches, self.shares(batches), strict=True):
            loss, output = self.compute_loss(input, target)
            (loss if share == 1.0 else loss * share).backward()
            results.append((loss.detach(), output.detach()))
        self._after_backward()
        self.optimizer.step()
        return results

    def compute_loss(self, input: Any, target: Any) -> tuple[Tensor, Tensor]:
        """The loss of a batch, and the model's output.

        Raises:
            TypeError: the loss is not one number.
            FloatingPointError: the loss is infinite or NaN; the message tells where that began.
        """
        random = get_rng_state()  # so that a bad batch can be computed once more
        output = self.model(input)
        loss = self.loss(output, target)
        if not isinstance(loss, Tensor) or loss.numel() != 1:
            what = f"shape {loss.shape}" if isinstance(loss, Tensor) else short(loss)
            raise TypeError(
                f"loss: it must give a tensor of one number, but it gave {what}; has it "
                "reduction='none', or no return?"
            )
        value = loss.item()
        if not math.isfinite(value):
            origin = origin_of_nonfinite(self.model, self.loss, input, target, random)
            raise FloatingPointError(f"the loss is {value}: {origin}")
        return loss, output

    def shares(self, batches: Sequence[Pair]) -> list[float]:
        """How much of the large batch's loss each batch's loss is."""
        if len(batches) == 1 or getattr(self.loss, "reduction", "mean") == "sum":
            return [1.0] * len(batches)
        weights = [mean_weight(self.loss, target) for _, target in batches]
        total = sum(weights)
        return [weight / total if total else 0.0 for weight in weights]

    def _after_backward(self) -> None:
        """What happens between the backward pass and the optimizer's step."""
        self.grad_norm = self._clip()

    def _clip(self) -> float | None:
        """Clip as the Trainer was told to; returns the norm before, if it was computed.

        Raises:
            FloatingPointError: the norm is infinite or NaN.
        """
        if self.clip_norm is None and self.clip_value is None:
            return None
        params = [p for group in self.optimizer.param_groups for p in group["params"]]
        norm = None
        if self.clip_norm is not None:
            try:
                norm = clip_grad_norm_(params, self.clip_norm, error_if_nonfinite=True).item()
            except RuntimeError as error:
                raise FloatingPointError(self._bad_gradients()) from error
        if self.clip_value is not None:
            clip_grad_value_(params, self.clip_value)
        return norm

    def _bad_gradients(self) -> str:
        """Which gradients are not finite; the backward pass came to the last of them first."""
        names = [
            name
            for name, parameter in self.model.named_parameters()
            if parameter.grad is not None and not np.isfinite(parameter.grad.array).all()
        ]
        first = f", first that of {names[-1]!r}" if names else ""
        return (
            f"the loss is finite, but {len(names)} gradients are not{first}; a root or a norm of 0 "
            "has no slope: tt_autograd.detect_anomaly() shows the operation"
        )


def mean_weight(loss: Callable[[Any, Any], Tensor], target: Any) -> float:
    """What the mean in ``loss`` is a mean over: the divisor of its sum, up to a common factor.

    That is the number of target values; for losses of classes without those that are ignored, and
    each counted with its class's weight; for "batchmean" the number of samples.
    """
    if not isinstance(target, Tensor) or getattr(loss, "reduction", "mean") == "batchmean":
        return float(count_samples(target))
    if not isinstance(loss, (CrossEntropyLoss, NLLLoss)) or target.is_floating_point():
        return float(target.numel())
    classes = target.detach().reshape(-1)
    classes = classes[classes != loss.ignore_index]
    if loss.weight is None:
        return float(classes.numel())
    return float(loss.weight.detach()[classes].sum().item())
