"""``grad``: the gradients of some tensors with respect to others, returned instead of accumulated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tt_tensor import GradientError, Tensor

from .engine import node_of, root_gradient, run
from .node import AnyNode, wrap

__all__ = ["backward", "grad"]

Tensors = Tensor | Sequence[Tensor]


def grad(
    outputs: Tensors,
    inputs: Tensors,
    grad_outputs: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """The sum of the gradients of ``outputs`` with respect to each of ``inputs``.

    ``.grad`` of no tensor is touched, and only the operations between the inputs and the outputs
    are visited.

    Args:
        outputs: one tensor or several that were computed from ``inputs``.
        inputs: one tensor or several, leaves or not.
        grad_outputs: the gradients that the pass starts with, one per output, each of its
            output's shape; None for 1, which a single number has.
        retain_graph: keep the record for another pass (default: ``create_graph``).
        create_graph: record this pass too, so that the gradients can be differentiated: with it,
            derivatives of any order are calls of ``grad`` on its results.
        allow_unused: give None for an input that the outputs do not depend on (default:
            ``materialize_grads``).
        materialize_grads: give zeros instead of that None.

    Returns:
        a tuple with one tensor per input, of the input's shape.

    Raises:
        GradientError: an output or input has no history, an input is unused and that is not
            allowed, or the record was already used up.
        ShapeError: a gradient's shape is not its output's.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_autograd import grad
        >>> x = tt.tensor(2.0, requires_grad=True)
        >>> (first,) = grad(x**3, x, create_graph=True)
        >>> (second,) = grad(first, x)
        >>> first.item(), second.item()
        (12.0, 12.0)
    """
    outs, ins = _as_tuple(outputs), _as_tuple(inputs)
    starts = _starts(outs, grad_outputs, create_graph)
    for i, tensor in enumerate(ins):
        if tensor.node is None:
            raise GradientError(f"inputs[{i}] does not require grad; set requires_grad=True on it")
    targets = [node_of(tensor) for tensor in ins]
    wanted: dict[int, Any] = {node.number: None for node in targets}
    keep = create_graph if retain_graph is None else retain_graph
    through = _between([node for node, _ in starts], set(wanted))
    starts = [(node, g) for node, g in starts if node.number in through]
    run(starts, keep, create_graph, wanted, through)
    allowed = materialize_grads if allow_unused is None else allow_unused or materialize_grads
    return tuple(
        _result(wanted[node.number], tensor, i, allowed, materialize_grads, create_graph)
        for i, (node, tensor) in enumerate(zip(targets, ins, strict=True))
    )


def backward(
    tensors: Tensors,
    grad_tensors: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensors | None = None,
) -> None:
    """Add the gradients of ``tensors`` to the ``grad`` of every leaf: ``Tensor.backward`` of several.

    Args:
        tensors: one tensor or several.
        grad_tensors: the gradients to start with, None for 1.
        retain_graph: keep the record for another pass (default: ``create_graph``).
        create_graph: record this pass too.
        inputs: add to the ``grad`` of this tensor, or of these, only: leaves or not.

    Raises:
        GradientError: a tensor has no history, or more than one element and no gradient.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_autograd import backward
        >>> x = tt.tensor(3.0, requires_grad=True)
        >>> backward([x * 2, x * x])
        >>> x.grad
        tensor(8.)
    """
    if inputs is not None:
        ends = _as_tuple(inputs)
        found = grad(tensors, ends, grad_tensors, retain_graph, create_graph, allow_unused=True)
        for tensor, part in zip(ends, found, strict=True):
            if part is not None:
                tensor.grad = part if tensor.grad is None else tensor.grad + part
        return
    starts = _starts(_as_tuple(tensors), grad_tensors, create_graph)
    run(starts, create_graph if retain_graph is None else retain_graph, create_graph)


def _as_tuple(tensors: Tensors) -> tuple[Tensor, ...]:
    return (tensors,) if isinstance(tensors, Tensor) else tuple(tensors)


def _starts(
    outs: tuple[Tensor, ...], gradients: Tensor | Sequence[Tensor | None] | None, create: bool
) -> list[tuple[AnyNode, Any]]:
    """The nodes to start from, each with its gradient."""
    if gradients is None or isinstance(gradients, Tensor):
        gradients = [gradients] * (len(outs) if gradients is None else 1)
    if len(gradients) != len(outs):
        raise GradientError(f"{len(outs)} tensors were given with {len(gradients)} gradients")
    return [
        (node_of(out), root_gradient(out, g, create))
        for out, g in zip(outs, gradients, strict=True)
    ]


def _between(starts: list[AnyNode], targets: set[int]) -> set[int]:
    """The numbers of the nodes that lie on a path from a start to a target."""
    seen: dict[int, AnyNode] = {}
    stack = list(starts)
    while stack:
        node = stack.pop()
        if node.number not in seen:
            seen[node.number] = node
            stack.extend([edge for edge in node.edges if edge is not None])
    through = set(targets)
    for number in sorted(seen):  # inputs are older than what was computed from them
        if any(edge is not None and edge.number in through for edge in seen[number].edges):
            through.add(number)
    return through


def _result(
    found: Any, tensor: Tensor, i: int, allowed: bool, materialize: bool, create: bool
) -> Tensor | None:
    if found is None:
        if not allowed:
            raise GradientError(
                f"inputs[{i}] was not used to compute the outputs; allow_unused=True gives None "
                "for it, materialize_grads=True gives zeros"
            )
        return wrap(np.zeros_like(tensor.array)) if materialize else None
    if create:
        out: Tensor = found
        return out
    array = np.asarray(found)
    return wrap(array.astype(tensor.array.dtype))  # a copy: the pass may hold it elsewhere too
