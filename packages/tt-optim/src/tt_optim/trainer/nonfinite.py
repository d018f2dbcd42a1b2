"""Where a NaN or an infinity comes from: the batch is computed once more, and everything looked at.

The order of the questions is that of cause and effect: the data, the parameters, then layer by layer
the outputs, and last the loss.  The first that is not finite is the culprit; all after it are victims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from tt_autograd import no_grad
from tt_nn import Module
from tt_tensor import Tensor, get_rng_state, set_rng_state

__all__ = ["origin_of_nonfinite"]

HUGE = 1e15
"""Outputs from which on a loss overflows by itself: squared and added up they leave float32's range."""


def origin_of_nonfinite(
    model: Module,
    loss: Callable[[Any, Any], Any],
    input: Any,
    target: Any,
    random: dict[str, Any] | None = None,
) -> str:
    """The first thing that is NaN or infinite when a batch is computed, and what helps against it.

    Args:
        model: in the mode that it was in; buffers that the forward pass changes are put back.
        loss: from the model's output and the target, one number.
        input: of the batch.
        target: of the batch.
        random: the default generator's state before the forward pass; by default as it is now.

    Example:
        >>> import tt_nn as nn, tt_tensor as tt
        >>> from tt_optim import origin_of_nonfinite
        >>> class Root(nn.Module):
        ...     def forward(self, x):
        ...         return (x - 1).sqrt()
        >>> model = nn.Sequential(nn.Identity(), Root())
        >>> print(origin_of_nonfinite(model, nn.MSELoss(), tt.tensor([[0.0, 2.0]]), tt.ones(1, 2)))
        layer '1' (Root) gives the first: in its output 1 of 2 values is NaN, first at [0, 0],
        though its input is finite (largest 2); does it take a logarithm or a root, or divide?
    """
    for name, data in (("input", input), ("target", target)):
        if fault := _fault(data):
            return f"the {name} of this batch is at fault: {fault}; look at the data set"
    for name, parameter in model.named_parameters():
        if fault := _fault(parameter):
            return (
                f"the parameter {name!r} is at fault: {fault}; an earlier step spoiled it, so go "
                "back to a checkpoint, and try clip_norm or a smaller learning rate"
            )
    with _as_before(model, random), np.errstate(all="ignore"), no_grad():
        watch = _Watch(model)
        with watch.listening():
            output = model(input)
        if watch.finding:
            return watch.finding
        if fault := _fault(loss(output, target)):
            largest = _largest(output)
            advice = (
                "does it take the logarithm of 0, or the mean of nothing, as when all targets are "
                "ignored?"
                if largest < HUGE
                else "try a smaller learning rate or clip_norm, or normalise what goes in"
            )
            return (
                f"the loss itself is at fault, {_kind(loss)}: {fault}, though the model's output is "
                f"finite (largest {largest:.3g}); {advice}"
            )
    return "the same batch computed once more was finite; something in it is random"


class _Watch:
    """Listens to every module of a model until one gives something that is not finite."""

    def __init__(self, model: Module) -> None:
        self.model = model
        self.finding = ""
        self._running: list[str] = []  # the modules that are being computed, outermost first

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Inside, the modules report."""
        with ExitStack() as handles:
            for name, module in self.model.named_modules():
                before, after = self._reporters(name)
                handles.enter_context(module.register_forward_pre_hook(before))
                handles.enter_context(module.register_forward_hook(after))
            yield

    def _reporters(self, name: str) -> tuple[Callable[..., None], Callable[..., None]]:
        def before(module: Module, args: Any) -> None:
            fault = _fault(args)
            if fault and not self.finding:  # no module gave it: the one around computed it
                around = self._running[-1] if self._running else ""
                self.finding = (
                    f"{_named(self.model, around)} computes the first in its own forward: in what it "
                    f"hands to {_named(self.model, name)} {fault}"
                )
            self._running.append(name)

        def after(module: Module, args: Any, output: Any) -> None:
            self._running.pop()
            fault = _fault(output)
            if fault and not self.finding:
                self.finding = (
                    f"{_named(self.model, name)} gives the first: in its output {fault}, though its "
                    f"input is finite (largest {_largest(args):.3g}); {_advice(module, output)}"
                )

        return before, after


def _named(model: Module, name: str) -> str:
    kind = type(model.get_submodule(name)).__name__
    return f"layer {name!r} ({kind})" if name else f"the model ({kind})"


def _advice(module: Module, output: Any) -> str:
    for name, buffer in module.named_buffers(recurse=False):
        if not module.training and _fault(buffer):
            return f"its buffer {name!r} is not finite: a batch spoiled it during the training"
    if any(np.isnan(array).any() for array in _arrays(output)):
        return "does it take a logarithm or a root, or divide?"
    return (
        "it overflows: try a smaller learning rate, normalisation of what goes in, or a wider dtype"
    )


def _fault(value: Any) -> str:
    """What is not finite in a value, in a few words; empty if all is."""
    for array in _arrays(value):
        bad = ~np.isfinite(array)
        if bad.any():
            count, size = int(bad.sum()), array.size
            kind = "NaN" if np.isnan(array).any() else "infinite"
            place = ", ".join(str(int(i)) for i in np.argwhere(bad)[0])
            where = f", first at [{place}]" if array.ndim else ""
            return f"{count} of {size} values {'is' if count == 1 else 'are'} {kind}{where}"
    return ""


def _arrays(value: Any) -> Iterator[Any]:
    """All floating-point arrays in a tensor, or in tensors in lists, tuples and dictionaries."""
    if isinstance(value, Tensor):
        value = value.array
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f":
            yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _arrays(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _arrays(item)


def _largest(value: Any) -> float:
    return max((float(np.abs(a).max(initial=0)) for a in _arrays(value)), default=0.0)


def _kind(loss: Any) -> str:
    return type(loss).__name__ if isinstance(loss, Module) else getattr(loss, "__name__", "loss")


@contextmanager
def _as_before(model: Module, random: dict[str, Any] | None) -> Iterator[None]:
    """Inside, the generator is where the forward pass began; afterwards all is as it was."""
    buffers = [(buffer, buffer.array.copy()) for buffer in model.buffers()]
    now = get_rng_state()
    if random is not None:
        set_rng_state(random)
    try:
        yield
    finally:
        set_rng_state(now)
        for buffer, array in buffers:
            buffer.array[...] = array
