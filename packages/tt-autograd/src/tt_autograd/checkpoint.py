"""Checkpointing: less memory for more time, by computing a part of the program twice.

The forward pass runs without recording and keeps only its inputs; the backward pass runs it again,
recorded this time, and goes back through that.  The random generator is put back to where it was,
so that dropout draws the same mask (Chen et al., "Training deep nets with sublinear memory cost",
2016).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tt_tensor as tt
from tt_tensor import GradientError, Tensor

from .engine import run
from .function import Function
from .grad_mode import enable_grad, is_grad_enabled
from .node import Leaf

__all__ = ["checkpoint"]


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool = True,
    preserve_rng_state: bool = True,
) -> Any:
    """``function(*args)`` without keeping what happens inside for the backward pass.

    Args:
        function: gives one tensor or a tuple of them; it must compute the same when called again.
        args: its arguments; gradients flow to the tensors among them, and to the parameters
            that ``function`` uses.
        use_reentrant: accepted for PyTorch's sake; there is one way to do it here.
        preserve_rng_state: put the random generator back before the second run.

    Returns:
        what ``function`` returns.

    Raises:
        GradientError: in the backward pass, if it runs with ``create_graph``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_autograd import checkpoint
        >>> x = tt.tensor([1.0, 2.0], requires_grad=True)
        >>> checkpoint(lambda t: (t * t).sum(), x).backward()
        >>> x.grad
        tensor([2., 4.])
    """
    state = tt.get_rng_state() if preserve_rng_state else None
    # the parameters inside are not arguments, so that something always asks for a gradient
    trigger = tt.zeros((), requires_grad=True)
    return _Checkpoint.apply(function, state, trigger, *args)


class _Checkpoint(Function):
    @staticmethod
    def forward(ctx: Any, function: Any, state: Any, trigger: Tensor, *args: Any) -> Any:
        ctx.function, ctx.state = function, state
        ctx.args = tuple(None if isinstance(a, Tensor) else a for a in args)
        ctx.save_for_backward(*[a if isinstance(a, Tensor) else None for a in args])
        return function(*args)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        if is_grad_enabled():
            raise GradientError(
                "checkpoint: what is computed twice cannot be differentiated twice; leave out "
                "checkpoint where create_graph=True is needed"
            )
        tensors = ctx.saved_tensors
        inputs = [a if t is None else _leaf_like(t) for t, a in zip(tensors, ctx.args, strict=True)]
        now = tt.get_rng_state()
        if ctx.state is not None:
            tt.set_rng_state(ctx.state)
        with enable_grad():
            results = ctx.function(*inputs)
        if ctx.state is not None:
            tt.set_rng_state(now)
        outs = results if isinstance(results, tuple) else (results,)
        starts: list[Any] = [
            (out.node, g.array) for out, g in zip(outs, grads, strict=True) if out.node is not None
        ]
        run(starts, keep=False, create=False)
        found = [x.grad if isinstance(x, Tensor) else None for x in inputs]
        return (None, None, None, *found)


def _leaf_like(tensor: Tensor) -> Tensor:
    """A leaf with the same values, so that the second run ends there."""
    out = tensor.detach()
    if tensor.node is not None:
        out.node = Leaf(out)
    return out
