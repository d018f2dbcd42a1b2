"""Nodes: what the tape remembers of one tensor.

A tensor's ``node`` says where its gradient goes.  There are three kinds:

:class:`Node`
    an operation: its plan, the values that its rules need, and the nodes of its inputs;
:class:`Output`
    one of several results of an operation: it hands its gradient up to the operation's node;
:class:`Leaf`
    a tensor of the user's: the gradient ends here, in ``tensor.grad``.

A node never refers to the tensor that it made, only to arrays, so a graph is free of cycles and
its memory goes when the last tensor that needs it goes, not when a collector comes by.  The
creation numbers grow along every path: going through nodes from the newest to the oldest is a
topological order.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from tt_tensor import GradientError, Tensor
from tt_tensor.typing import Array

from .plan import Guards, Plan

__all__ = [
    "AnyNode",
    "Hook",
    "Leaf",
    "Node",
    "Output",
    "Several",
    "next_number",
    "overwritten",
    "wrap",
]

Hook = Callable[[Tensor], Tensor | None]

new = object.__new__
next_number = itertools.count(1).__next__


class Node:
    """A recorded operation.

    Attributes:
        number: when it was recorded.
        plan: its rules, and what the kept values are.
        edges: the inputs' nodes, None for inputs that do not require grad.
        saved: the values that the rules need; None after a backward pass has used them up.
        guards: the version counters of the kept arrays.
        version: the sum of their counts when the operation was recorded.
        shape: the shape of the result, to which arriving gradients are summed.
        hooks: functions to call with the gradient, or None.
    """

    __slots__ = (
        "__weakref__",
        "edges",
        "guards",
        "hooks",
        "number",
        "plan",
        "saved",
        "shape",
        "version",
    )

    number: int
    plan: Plan
    edges: tuple[AnyNode | None, ...]
    saved: tuple[Any, ...] | None
    guards: Guards | None
    version: int
    shape: tuple[int, ...]
    hooks: list[Hook] | None

    is_leaf = False
    outputs = 0  # one result; see the class Several

    @property
    def name(self) -> str:
        """The operation's name as PyTorch writes it: "MulBackward"."""
        return "".join(part.capitalize() for part in self.plan.name.split("_")) + "Backward"

    @property
    def next_functions(self) -> tuple[tuple[AnyNode | None, int], ...]:
        """The inputs' nodes, each with the number of the result it stands for."""
        return tuple((e, e.index if isinstance(e, Output) else 0) for e in self.edges)

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Several(Node):
    """An operation with several results, each of which has an :class:`Output` that points here.

    Attributes:
        outputs: how many.
    """

    __slots__ = ("outputs",)


class Output:
    """One of several results of an operation."""

    __slots__ = ("__weakref__", "hooks", "index", "number", "parent", "shape")

    is_leaf = False
    plan = None

    def __init__(self, parent: Node, index: int, shape: tuple[int, ...]) -> None:
        self.number = next_number()
        self.parent = parent
        self.index = index
        self.shape = shape
        self.hooks: list[Hook] | None = None

    @property
    def name(self) -> str:
        """The name of the operation."""
        return self.parent.name

    @property
    def next_functions(self) -> tuple[tuple[AnyNode | None, int], ...]:
        """The inputs of the operation."""
        return self.parent.next_functions

    @property
    def edges(self) -> tuple[AnyNode | None, ...]:
        """The operation's node, the only way on from here."""
        return (self.parent,)

    def __repr__(self) -> str:
        return f"<{self.name} result {self.index}>"


class Leaf:
    """The end of the way: a tensor that requires grad and was not computed."""

    __slots__ = ("__weakref__", "hooks", "number", "shape", "tensor")

    is_leaf = True
    plan = None
    name = "AccumulateGrad"
    edges: tuple[AnyNode | None, ...] = ()
    next_functions: tuple[tuple[AnyNode | None, int], ...] = ()

    def __init__(self, tensor: Tensor) -> None:
        self.number = next_number()
        self.tensor = weakref.ref(tensor)  # the tensor owns its node, not the other way round
        self.shape = tensor.array.shape
        self.hooks: list[Hook] | None = None

    def __repr__(self) -> str:
        return "<AccumulateGrad>"


AnyNode = Node | Output | Leaf


def wrap(array: Array, node: AnyNode | None = None) -> Tensor:
    """A tensor that holds ``array`` and came from ``node``."""
    out = new(Tensor)
    out.array = array
    out.node = node
    out.grad = out.storage = out.view_of = None
    return out


def overwritten(node: Node) -> GradientError:
    """The error for kept values that were changed in place afterwards."""
    shapes = [value.shape for value in node.saved or () if isinstance(value, np.ndarray)]
    return GradientError(
        f"{node.name} needs a value that was changed in place after it was kept for the backward "
        f"pass; it is one of those with the shapes {shapes}; use the out-of-place operation, or "
        "clone() first"
    )
