"""What a network consists of: layers, shapes, parameters and memory, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tt_autograd import no_grad
from tt_tensor import Tensor, zeros

from .module import Module

__all__ = ["LayerRow", "Summary", "summary"]


@dataclass(frozen=True)
class LayerRow:
    """One line of the table.

    Attributes:
        name: the module's dotted name; the class for the whole network.
        kind: its class.
        depth: how deep it lies in the tree.
        output_shape: the shape of what it gave, None if that is not a tensor.
        parameters: how many numbers it owns itself, without its parts.
        output_bytes: the size of what it gave, for modules without parts.
    """

    name: str
    kind: str
    depth: int
    output_shape: tuple[int, ...] | None
    parameters: int
    output_bytes: int


@dataclass(frozen=True)
class Summary:
    """The table and its sums; ``print`` it.

    Attributes:
        rows: the modules in the order in which they ran.
        parameters: how many numbers the network has, shared ones counted once.
        trainable: how many of them are learned.
        parameter_bytes: their memory.
        activation_bytes: the memory of all outputs of modules without parts.
    """

    rows: tuple[LayerRow, ...]
    parameters: int
    trainable: int
    parameter_bytes: int
    activation_bytes: int

    @property
    def training_bytes(self) -> int:
        """Parameters, gradients and Adam's two moments, and the activations."""
        return 4 * self.parameter_bytes + self.activation_bytes

    def __str__(self) -> str:
        table = [("layer", "output shape", "parameters")]
        for row in self.rows:
            label = "  " * row.depth + (f"{row.name}: {row.kind}" if row.depth else row.kind)
            shape = "-" if row.output_shape is None else str(row.output_shape)
            table.append((label, shape, f"{row.parameters:,}" if row.parameters else "-"))
        widths = [max(len(line[i]) for line in table) for i in range(3)]
        lines = [
            f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}".rstrip() for a, b, c in table
        ]
        rule = "-" * max(len(line) for line in lines)
        total = [
            f"parameters: {self.parameters:,} ({self.trainable:,} trainable)",
            f"memory: {_size(self.parameter_bytes)} parameters, "
            f"{_size(self.activation_bytes)} activations, "
            f"{_size(self.training_bytes)} to train with Adam",
        ]
        return "\n".join([lines[0], rule, *lines[1:], rule, *total])


def summary(model: Module, input_size: Sequence[int] | Tensor) -> Summary:
    """Run a network once and tell what its modules gave.

    Args:
        model: the network; it runs in evaluation mode and is left as it was.
        input_size: the input's shape, with the batch; or an input.

    Raises:
        ShapeError: the input does not fit the network.

    Example:
        >>> from tt_nn import Linear, ReLU, Sequential, summary
        >>> print(summary(Sequential(Linear(4, 8), ReLU(), Linear(8, 2)), (1, 4)))
        layer        output shape  parameters
        -------------------------------------
        Sequential   (1, 2)                 -
          0: Linear  (1, 8)                40
          1: ReLU    (1, 8)                 -
          2: Linear  (1, 2)                18
        -------------------------------------
        parameters: 58 (58 trainable)
        memory: 232 B parameters, 72 B activations, 1000 B to train with Adam
    """
    example = input_size if isinstance(input_size, Tensor) else zeros(tuple(input_size))
    outputs = _outputs(model, example)
    rows = []
    for name, module in model.named_modules():
        out = outputs.get(id(module))
        leaf = not module._modules
        rows.append(
            LayerRow(
                name=name.rpartition(".")[2] or type(module).__name__,
                kind=type(module).__name__,
                depth=name.count(".") + 1 if name else 0,
                output_shape=out.shape if isinstance(out, Tensor) else None,
                parameters=sum(p.numel() for p in module.parameters(recurse=False)),
                output_bytes=out.nbytes if leaf and isinstance(out, Tensor) else 0,
            )
        )
    parameters = list(model.parameters())
    return Summary(
        rows=tuple(rows),
        parameters=sum(p.numel() for p in parameters),
        trainable=sum(p.numel() for p in parameters if p.requires_grad),
        parameter_bytes=sum(p.nbytes for p in parameters),
        activation_bytes=sum(row.output_bytes for row in rows),
    )


def _outputs(model: Module, example: Tensor) -> dict[int, Any]:
    """What each module gave for the example."""
    seen: dict[int, Any] = {}
    modes = [(module, module.training) for module in model.modules()]
    handles = [
        module.register_forward_hook(lambda m, args, out: seen.update({id(m): out}))
        for module in model.modules()
    ]
    try:
        with no_grad():
            model.eval()(example)
    finally:
        for handle in handles:
            handle.remove()
        for module, mode in modes:
            module.training = mode
    return seen


def _size(count: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e4)):
        if count >= size:
            return f"{count / (1e3 if unit == 'kB' else size):.1f} {unit}"
    return f"{count} B"
