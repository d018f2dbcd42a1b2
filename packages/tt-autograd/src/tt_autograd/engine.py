"""The backward pass: from the newest node to the oldest.

One loop does it all.  ``waiting`` holds the gradients that have arrived at nodes not yet visited,
and a heap gives the newest of them; since creation numbers grow along every path, all of a node's
gradient has arrived when it is visited.  There is no recursion, so depth is no limit.

In an ordinary pass the gradients are bare ndarrays and the rules run on arrays.  With
``create_graph`` they are tensors, and what the rules do is recorded like any other computation.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy import add, ndarray

import tt_tensor as tt
from tt_tensor import GradientError, ShapeError, Storage, Tensor
from tt_tensor.typing import Array

from . import anomaly
from .grad_mode import set_grad_enabled
from .node import AnyNode, Leaf, Node, Output, overwritten, wrap
from .plan import INPUT, INPUTS, PLAIN, RESULTS
from .rule import RuleFunction

__all__ = ["backward", "root_gradient", "run"]

_ONE = {np.dtype(name): np.ones((), name) for name in ("float16", "float32", "float64")}


def backward(
    tensor: Tensor,
    gradient: Tensor | None,
    retain_graph: bool,
    create_graph: bool,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Add d(tensor)/d(leaf) to the ``grad`` of every leaf, or only of ``inputs``."""
    if inputs is not None:
        from .grad import backward as backward_to  # which is built on this file

        backward_to(tensor, gradient, retain_graph, create_graph, inputs)
        return
    root = (node_of(tensor), root_gradient(tensor, gradient, create_graph))
    run([root], retain_graph, create_graph)


def run(
    roots: Sequence[tuple[AnyNode, Any]],
    keep: bool,
    create: bool,
    wanted: dict[int, Any] | None = None,
    through: set[int] | None = None,
) -> None:
    """Go backwards from ``roots``.

    Args:
        roots: nodes, each with the gradient that starts there.
        keep: leave the kept values in place, for another pass.
        create: gradients are tensors and the pass is recorded.
        wanted: numbers of nodes whose gradient is to be put here instead of into leaves.
        through: with ``wanted``, the numbers of the nodes worth visiting.
    """
    waiting: dict[int, list[Any]] = {}  # number -> [node, gradient, whether we may add into it]
    heap: list[int] = []
    for node, grad in roots:
        deliver(waiting, heap, node, grad, False, create)
    if create:
        with set_grad_enabled(True):
            _go_back(waiting, heap, keep, create, wanted, through)
    else:
        _go_back(waiting, heap, keep, create, wanted, through)


def _go_back(
    waiting: dict[int, list[Any]],
    heap: list[int],
    keep: bool,
    create: bool,
    wanted: dict[int, Any] | None,
    through: set[int] | None,
) -> None:
    push, pop = heapq.heappush, heapq.heappop  # as local names: this loop is the hot path
    watch = anomaly.state.enabled
    while heap:
        node, grad, owned = waiting.pop(-pop(heap))
        if node.hooks is not None:
            grad, owned = call_hooks(node, grad, owned, create)
        if wanted is not None and node.number in wanted:
            wanted[node.number] = grad
        plan = node.plan
        if plan is None:
            hand_up(waiting, heap, node, grad)
            continue
        saved = node.saved
        guards = node.guards
        if guards is None:
            raise used_up(node)
        if guards:
            change = -node.version
            for counter in guards:
                change += counter.version
            if change:
                raise overwritten(node)
        if create:
            saved = with_history(node)
        edges = node.edges
        for i, function, positions in plan.single:
            edge = edges[i]
            number = edge.number
            if through is not None and number not in through:
                continue
            try:
                if not positions:
                    part = function(grad)
                elif len(positions) == 1:
                    part = function(grad, saved[positions[0]])
                else:
                    part = function(grad, *[saved[k] for k in positions])
            except RuntimeWarning:  # an infinity, where warnings are errors (tt_tensor/quiet.py)
                part = _quietly(function, grad, *[saved[k] for k in positions])
            if watch:
                anomaly.check(node, i, part)
            # what follows is `deliver`, written out: it runs once for every arrow of the graph
            if not create and type(part) is not ndarray:
                part = np.asarray(part)  # NumPy's reductions give scalars
            if part.shape != edge.shape:
                part = unbroadcast(part, edge)
            entry = waiting.get(number)
            if entry is None:
                fresh = not create and part is not grad and part.base is None
                waiting[number] = [edge, part, fresh]
                if type(edge) is not Leaf:
                    push(heap, -number)
            elif entry[2]:
                add(entry[1], part, entry[1])
            else:
                entry[1] = entry[1] + part if create else np.asarray(entry[1] + part)
                entry[2] = not create
        for targets, function, positions in plan.joint:
            try:
                parts = function(grad, *[saved[k] for k in positions])
            except RuntimeWarning:
                parts = _quietly(function, grad, *[saved[k] for k in positions])
            for i, part in zip(targets, parts, strict=True):
                edge = edges[i]
                if (
                    part is None
                    or edge is None
                    or (through is not None and edge.number not in through)
                ):
                    continue
                if watch:
                    anomaly.check(node, i, part)
                deliver(waiting, heap, edge, part, part is not grad, create)
        if guards and not keep:
            node.saved = node.guards = None
    for leaf, grad, owned in list(waiting.values()):  # only leaves are left
        if leaf.hooks is not None:
            grad, owned = call_hooks(leaf, grad, owned, create)
        if wanted is None:
            accumulate(leaf, grad, owned, create)
        elif leaf.number in wanted:
            wanted[leaf.number] = grad


def _quietly(rule: RuleFunction, *arguments: Any) -> Any:
    """A rule's answer, with NumPy's warnings about infinities off."""
    with np.errstate(all="ignore"):
        return rule(*arguments)


def deliver(
    waiting: dict[int, list[Any]],
    heap: list[int],
    node: AnyNode,
    part: Any,
    fresh: bool,
    create: bool,
) -> None:
    """Add ``part`` to the gradient that waits at ``node``; undo broadcasting first.

    Args:
        fresh: nobody else holds ``part``, unless it is a view.
    """
    if not create and type(part) is not np.ndarray:
        part = np.asarray(part)  # NumPy's reductions give scalars
    if part.shape != node.shape:
        part = unbroadcast(part, node)
    number = node.number
    entry = waiting.get(number)
    if entry is None:
        waiting[number] = [node, part, not create and fresh and part.base is None]
        if type(node) is not Leaf:  # leaves lead nowhere: they wait for the end
            heapq.heappush(heap, -number)
    elif entry[2]:
        np.add(entry[1], part, out=entry[1])  # the sum is ours: no new memory
    else:
        total = entry[1] + part
        entry[1] = total if create else np.asarray(total)
        entry[2] = not create


def hand_up(waiting: dict[int, list[Any]], heap: list[int], output: Output, grad: Any) -> None:
    """One of several results: put its gradient in its place in the operation's tuple."""
    parent = output.parent
    entry = waiting.get(parent.number)
    if entry is None:
        entry = waiting[parent.number] = [parent, (None,) * parent.outputs, False]
        heapq.heappush(heap, -parent.number)
    entry[1] = (*entry[1][: output.index], grad, *entry[1][output.index + 1 :])


def unbroadcast(part: Any, node: AnyNode) -> Any:
    """Sum a gradient over the dimensions in which the forward pass repeated its input.

    Raises:
        ShapeError: the gradient's shape is not one that the input broadcasts to.
    """
    shape = node.shape
    extra = part.ndim - len(shape)
    stretched = [
        extra + i
        for i, n in enumerate(shape)
        if n == 1 and extra + i >= 0 and part.shape[extra + i] != 1
    ]
    dims = (*range(extra), *stretched)
    out = tt.sum(part, dims, keepdim=True) if dims else part
    if extra > 0:
        out = tt.reshape(out, out.shape[extra:])
    if out.shape != shape:
        raise ShapeError(
            f"a gradient of shape {part.shape} arrived for {node.name}, whose result has shape {shape}"
        )
    return out


def used_up(node: Node) -> GradientError:
    """The error for a second pass through values that the first has dropped."""
    return GradientError(
        f"{node.name}: the values kept for the backward pass are gone, since an earlier pass used "
        "them up; give that one retain_graph=True to go through the graph again"
    )


def with_history(node: Node) -> tuple[Any, ...]:
    """The kept values as tensors that carry their history, so that the rules are recorded."""
    counters = iter(node.guards or ())
    return tuple(
        _with_history(node, kind, which, value, counters)
        for (kind, which), value in zip(node.plan.sources, node.saved or (), strict=True)
    )


def _with_history(
    node: Node, kind: int, which: int, value: Any, counters: Iterator[Storage]
) -> Any:
    """A kept array as a tensor with its node and its version counter; anything else as it is."""
    if value is None or kind == PLAIN:
        return value
    arrays = value if kind in (INPUTS, RESULTS) else (value,)
    tensors = []
    for i, array in enumerate(arrays):
        k = i if kind in (INPUTS, RESULTS) else which
        from_input = kind in (INPUT, INPUTS)
        tensor = wrap(array, node.edges[k] if from_input else _output(node, k, array))
        tensor.storage = next(counters)
        tensors.append(tensor)
    return tuple(tensors) if kind in (INPUTS, RESULTS) else tensors[0]


def _output(node: Node, index: int, array: Array) -> AnyNode | None:
    if array.dtype.kind != "f":
        return None
    return Output(node, index, array.shape) if node.outputs else node


def call_hooks(node: AnyNode, grad: Any, owned: bool, create: bool) -> tuple[Any, bool]:
    """Let each hook see the gradient and, if it returns one, replace it."""
    for hook in list(node.hooks or ()):
        answer = hook(grad if create else wrap(grad))
        if answer is not None:
            grad = answer if create else answer.array
        owned = False  # the hook may have kept it
    return grad, owned


def accumulate(leaf: Leaf, grad: Any, owned: bool, create: bool) -> None:
    """Add a gradient to ``tensor.grad`` of the leaf's tensor, if that still exists."""
    tensor = leaf.tensor()
    if tensor is None:
        return
    if create:
        grad = grad.to(tensor.dtype)
        tensor.grad = grad if tensor.grad is None else tensor.grad + grad
        return
    if grad.dtype is not tensor.array.dtype:
        grad, owned = grad.astype(tensor.array.dtype), True
    if tensor.grad is None:
        tensor.grad = wrap(grad if owned else grad.copy())
    elif tensor.grad.node is None:
        tensor.grad.add_(wrap(grad))
    else:
        tensor.grad = tensor.grad.detach() + wrap(grad)


def node_of(tensor: Tensor) -> AnyNode:
    """The node to start from.

    Raises:
        GradientError: the tensor was not computed from anything that requires grad.
    """
    if tensor.node is None:
        raise GradientError(
            "this tensor does not require grad and was not computed from one that does; set "
            "requires_grad=True on an input, and compute outside no_grad()"
        )
    return tensor.node  # type: ignore[return-value] # this tape made every node there is


def root_gradient(tensor: Tensor, gradient: Tensor | None, create: bool) -> Any:
    """The gradient that a backward pass starts with: 1 for a tensor of one element.

    Raises:
        GradientError: more elements, and no gradient.
        ShapeError: the gradient's shape is not the tensor's.
    """
    if gradient is None:
        array = tensor.array
        if array.shape == () and not create:
            return _ONE[array.dtype]  # rules never write into the gradient that they are given
        if array.size != 1:
            raise GradientError(
                f"backward() needs a gradient for a tensor of shape {tensor.shape}: only a single "
                "number has an obvious one; reduce it (loss.sum()) or pass gradient="
            )
        ones = np.ones(array.shape, array.dtype)
        return wrap(ones) if create else ones
    if gradient.shape != tensor.shape:
        raise ShapeError(
            f"gradient: shape {gradient.shape} differs from the tensor's shape {tensor.shape}"
        )
    gradient = gradient.to(tensor.dtype)
    return gradient if create else gradient.array
