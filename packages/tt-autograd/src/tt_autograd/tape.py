"""The tape: recording operations as they happen.

:data:`tape` is what tt-tensor finds through the entry point ``tt.autograd``; its methods are the
protocol :class:`tt_tensor.Tape`.  Recording an operation makes one small node: the primitive's plan
for the inputs that want gradients, the values that its rules need, and the inputs' nodes.
"""

from __future__ import annotations

from typing import Any

from tt_tensor import Primitive, Tensor

from . import anomaly
from .engine import backward
from .grad_mode import is_grad_enabled, mode
from .hooks import register_hook, retain_grad
from .node import Leaf, Node, Output, Several, new, next_number
from .plan import Kept, Plan, plan_for
from .views import after_write, before_write

__all__ = ["Tape", "tape"]

# plans of unary and binary primitives, found by one look-up each; filled on first use
_unary: dict[Primitive, Plan | None] = {}
_binary: dict[Primitive, list[Any]] = {}
_UNKNOWN: Any = object()


class Tape:
    """Records operations and runs them backwards."""

    def leaf(self, tensor: Tensor) -> Leaf:
        """The node of a tensor that requires grad and was not computed."""
        return Leaf(tensor)

    def record_unary(self, primitive: Primitive, a: Tensor, out: Tensor) -> Node | None:
        """The node for ``out = primitive(a)``."""
        if not mode.enabled:
            return None
        plan = _unary.get(primitive, _UNKNOWN)
        if plan is _UNKNOWN:
            plan = _unary[primitive] = plan_for(primitive, (True,))
        if plan is None:
            return None
        node = new(Node)
        node.number = next_number()
        node.plan = plan
        node.edges = (a.node,)  # type: ignore[assignment] # this tape made every node there is
        node.saved, node.guards, node.version = plan.save(a, out)
        node.shape = out.array.shape
        node.hooks = None
        if anomaly.state.enabled:
            anomaly.remember(node)
        return node

    def record_binary(self, primitive: Primitive, a: Tensor, b: Tensor, out: Tensor) -> Node | None:
        """The node for ``out = primitive(a, b)``."""
        if not mode.enabled:
            return None
        a_node, b_node = a.node, b.node
        which = (a_node is not None) + 2 * (b_node is not None)
        try:
            plan = _binary[primitive][which]
        except KeyError:
            plan = _fill_binary(primitive)[which]
        if plan is None:
            return None
        node = new(Node)
        node.number = next_number()
        node.plan = plan
        node.edges = (a_node, b_node)  # type: ignore[assignment]
        node.saved, node.guards, node.version = plan.save(a, b, out)
        node.shape = out.array.shape
        node.hooks = None
        if anomaly.state.enabled:
            anomaly.remember(node)
        return node

    def record(
        self,
        primitive: Primitive,
        inputs: tuple[Tensor | None, ...],
        params: tuple[Any, ...],
        outs: tuple[Tensor, ...],
    ) -> None:
        """Give each of ``outs`` its node, for the general ``primitive(inputs, params)``."""
        if not mode.enabled:
            return
        edges = tuple([None if x is None else x.node for x in inputs])
        plan = plan_for(primitive, tuple([edge is not None for edge in edges]))
        if plan is not None:
            attach(plan, edges, plan.save(inputs, params, outs), outs)

    recording = staticmethod(is_grad_enabled)
    before_write = staticmethod(before_write)
    after_write = staticmethod(after_write)
    backward = staticmethod(backward)
    register_hook = staticmethod(register_hook)
    retain_grad = staticmethod(retain_grad)


def attach(plan: Plan, edges: tuple[Any, ...], kept: Kept, outs: tuple[Tensor, ...]) -> None:
    """Make one node for an operation and let each of its floating-point results point to it."""
    several = len(outs) > 1 or plan.wants_grads
    node: Any = new(Several if several else Node)
    node.number = next_number()
    node.plan = plan
    node.edges = edges
    node.saved, node.guards, node.version = kept
    node.shape = outs[0].array.shape
    node.hooks = None
    if anomaly.state.enabled:
        anomaly.remember(node)
    if not several:
        if outs[0].array.dtype.kind == "f":  # what was converted to integers has no gradient
            outs[0].node = node
        return
    node.outputs = len(outs)
    for i, out in enumerate(outs):
        if out.array.dtype.kind == "f":  # indices and masks have no gradient
            out.node = Output(node, i, out.array.shape)


def _fill_binary(primitive: Primitive) -> list[Any]:
    """The plans for: neither, the first, the second, both inputs having a node."""
    cases = ((True, False), (False, True), (True, True))
    _binary[primitive] = [None, *(plan_for(primitive, case) for case in cases)]
    return _binary[primitive]


tape = Tape()
