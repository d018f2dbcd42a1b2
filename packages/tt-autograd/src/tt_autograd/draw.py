"""Drawing the recorded graph: who computed what from what.

The text is Graphviz's DOT language and needs nothing installed.  The picture is made by the
library ``graphviz`` (``pip install 'tt-autograd[draw]'``) and the program ``dot`` that it calls.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tt_tensor import Tensor
from tt_tensor.files import write_atomically

from .engine import node_of
from .node import AnyNode, Leaf, Output

__all__ = ["Drawing", "draw_graph"]


class Drawing:
    """A drawn graph: its text as a string, its picture as SVG.

    Attributes:
        dot: the graph in the DOT language.
    """

    def __init__(self, dot: str) -> None:
        self.dot = dot

    def __str__(self) -> str:
        return self.dot

    def svg(self) -> str:
        """The picture as SVG.

        Raises:
            ImportError: the library ``graphviz`` is missing.
            RuntimeError: the program ``dot`` is missing.
        """
        try:
            import graphviz
        except ImportError:
            raise ImportError(
                "drawing needs the library graphviz: pip install 'tt-autograd[draw]'"
            ) from None
        try:
            return str(graphviz.Source(self.dot).pipe(format="svg", encoding="utf-8"))
        except graphviz.ExecutableNotFound:
            raise RuntimeError(
                "drawing needs Graphviz's program dot: install it with the system's package manager "
                "(apt install graphviz, brew install graphviz, winget install graphviz)"
            ) from None

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture (``*.svg``) or the text (``*.dot``, ``*.gv``) in one atomic step.

        Raises:
            ValueError: another ending.
        """
        target = Path(path)
        if target.suffix not in (".svg", ".dot", ".gv"):
            raise ValueError(f"path: {target.name!r} must end in .svg, .dot or .gv")
        content = self.svg() if target.suffix == ".svg" else self.dot
        write_atomically(target, content.encode("utf-8"))
        return target


def draw_graph(tensor: Tensor, params: Mapping[str, Tensor] | None = None) -> Drawing:
    """The graph of recorded operations behind ``tensor``.

    Boxes are operations with the shape of their result; ellipses are leaves.  Arrows run the way
    in which the program computed; gradients go against them.

    Args:
        tensor: one that was computed from tensors that require grad.
        params: names for leaves, as from ``dict(module.named_parameters())``.

    Raises:
        GradientError: the tensor has no history.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_autograd import draw_graph
        >>> w = tt.ones(3, requires_grad=True)
        >>> print(draw_graph((w * 2).sum(), {"w": w}))
        digraph {
          rankdir=LR; node [fontname="sans-serif", fontsize=11];
          n0 [label="Sum\\n()", shape=box, style=filled, fillcolor="#dbe9f6"];
          n1 [label="Mul\\n(3,)", shape=box];
          n2 [label="w\\n(3,)", shape=ellipse, style=filled, fillcolor="#e6f2dd"];
          n1 -> n0;
          n2 -> n1;
        }
    """
    names = {id(t.node): name for name, t in (params or {}).items() if t.node is not None}
    root = _operation(node_of(tensor))
    order: dict[AnyNode, int] = {root: 0}
    arrows, queue = [], [root]
    for node in queue:  # the list grows while it is read: breadth first
        for edge in node.edges:
            if edge is None:
                continue
            source = _operation(edge)
            if source not in order:
                order[source] = len(order)
                queue.append(source)
            arrows.append(f"  n{order[source]} -> n{order[node]};")
    boxes = [_box(node, i, names) for node, i in order.items()]
    head = '  rankdir=LR; node [fontname="sans-serif", fontsize=11];'
    return Drawing("\n".join(["digraph {", head, *boxes, *dict.fromkeys(arrows), "}"]))


def _operation(node: AnyNode) -> AnyNode:
    return node.parent if isinstance(node, Output) else node


def _box(node: AnyNode, i: int, names: dict[int, str]) -> str:
    if isinstance(node, Leaf):
        name, look = names.get(id(node), "leaf"), 'shape=ellipse, style=filled, fillcolor="#e6f2dd"'
    else:
        name = node.name.removesuffix("Backward")
        look = 'shape=box, style=filled, fillcolor="#dbe9f6"' if i == 0 else "shape=box"
    label = f"{name}\\n{node.shape}".replace('"', "'")
    return f'  n{i} [label="{label}", {look}];'
