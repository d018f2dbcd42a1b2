"""What a network consists of: layers, shapes, parameters and memory, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from tt_autograd import no_grad
from tt_tensor import Tensor, zeros

from .module import Module

__all__ = ["LayerRow", "Summary", "summary"]


class LayerRow(NamedTuple):
    """One line of the table.

    Attributes:
        name: the last part of the module's name; the class for the whole network.
        kind: its class.
        depth: how deep it lies in the tree.
        output_shape: the shape of what it gave; None if that is not a tensor, or it did not run.
        parameters: how many numbers it owns itself, without its parts.
        output_bytes: the size of all that it gave, for modules without parts.
    """

    name: str
    kind: str
    depth: int
    output_shape: tuple[int, ...] | None
    parameters: int
    output_bytes: int

    def cells(self) -> tuple[str, str, str]:
        """The line's three columns as text."""
        label = f"{'  ' * self.depth}{self.name}: {self.kind}" if self.depth else self.kind
        shape = "-" if self.output_shape is None else str(self.output_shape)
        return label, shape, f"{self.parameters:,}" if self.parameters else "-"


class Summary(NamedTuple):
    """The table and its sums; ``print`` it.

    The memory for training is an estimate: what single functions between the modules keep is not
    seen, nor is what a layer needs while it computes.

    Attributes:
        rows: the modules, each before its parts.
        parameters: how many numbers the network learns or has learned, shared ones counted once.
        trainable: how many of them are learned.
        parameter_bytes: the memory of parameters and buffers.
        activation_bytes: the memory of all outputs of modules without parts.
        gradient_bytes: the memory of the gradients, one per parameter that is learned.
    """

    rows: tuple[LayerRow, ...]
    parameters: int
    trainable: int
    parameter_bytes: int
    activation_bytes: int
    gradient_bytes: int

    @property
    def optimizer_bytes(self) -> int:
        """The memory of Adam's two moments, each as large as the gradients."""
        return 2 * self.gradient_bytes

    @property
    def training_bytes(self) -> int:
        """Parameters, activations, gradients and Adam's moments together."""
        forward = self.parameter_bytes + self.activation_bytes
        return forward + self.gradient_bytes + self.optimizer_bytes

    def __str__(self) -> str:
        table = [("layer", "output shape", "parameters"), *(row.cells() for row in self.rows)]
        widths = [max(len(cells[i]) for cells in table) for i in range(3)]
        lines = [
            f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}".rstrip() for a, b, c in table
        ]
        rule = "-" * max(len(line) for line in lines)
        parts = {
            "parameters": self.parameter_bytes,
            "activations": self.activation_bytes,
            "gradients": self.gradient_bytes,
            "Adam's moments": self.optimizer_bytes,
            "training, together": self.training_bytes,
        }
        memory = [f"  {name:<18}  {_size(count):>9}" for name, count in parts.items()]
        total = f"parameters: {self.parameters:,}, of which {self.trainable:,} are trained"
        return "\n".join([lines[0], rule, *lines[1:], rule, total, "memory:", *memory])


def summary(model: Module, input_size: Sequence[int] | Tensor | tuple[Tensor, ...]) -> Summary:
    """Run a network once and tell what its modules gave.

    Args:
        model: the network; it runs in evaluation mode without recording, and is left as it was.
        input_size: the input's shape, with the batch; or an input; or a tuple of inputs, for
            networks that take several.

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
        parameters: 58, of which 58 are trained
        memory:
          parameters              232 B
          activations              72 B
          gradients               232 B
          Adam's moments          464 B
          training, together     1000 B
    """
    outputs = _run(model, _example(model, input_size))
    rows = tuple(_row(name, module, outputs) for name, module in model.named_modules())
    parameters = list(model.parameters())
    learned = [p for p in parameters if p.requires_grad]
    return Summary(
        rows=rows,
        parameters=sum(p.numel() for p in parameters),
        trainable=sum(p.numel() for p in learned),
        parameter_bytes=sum(t.nbytes for t in (*parameters, *model.buffers())),
        activation_bytes=sum(row.output_bytes for row in rows),
        gradient_bytes=sum(p.nbytes for p in learned),
    )


def _example(
    model: Module, input_size: Sequence[int] | Tensor | tuple[Tensor, ...]
) -> tuple[Tensor, ...]:
    """The inputs to run: those given, or zeros of the model's type."""
    if isinstance(input_size, Tensor):
        return (input_size,)
    tensors = tuple(x for x in input_size if isinstance(x, Tensor))
    if tensors and len(tensors) == len(input_size):
        return tensors
    sizes = [size for size in input_size if isinstance(size, int)]
    if len(sizes) < len(input_size):
        raise TypeError(
            f"input_size must be a shape, a Tensor or a tuple of Tensors, not {input_size!r}"
        )
    own = next((p.dtype for p in model.parameters() if p.is_floating_point()), None)
    return (zeros(tuple(sizes), dtype=own),)


def _run(model: Module, inputs: tuple[Tensor, ...]) -> dict[int, list[Any]]:
    """What each module gave for the inputs, call by call."""
    seen: dict[int, list[Any]] = {}

    def note(module: Module, args: Any, output: Any) -> None:
        seen.setdefault(id(module), []).append(output)

    modes = [(module, module.training) for module in model.modules()]
    handles = [module.register_forward_hook(note) for module in model.modules()]
    try:
        with no_grad():
            model.eval()(*inputs)
    finally:
        for handle in handles:
            handle.remove()
        for module, mode in modes:
            module.training = mode
    return seen


def _row(name: str, module: Module, outputs: dict[int, list[Any]]) -> LayerRow:
    tensors = [out for out in outputs.get(id(module), []) if isinstance(out, Tensor)]
    is_leaf = next(module.children(), None) is None
    return LayerRow(
        name=name.rpartition(".")[2] or type(module).__name__,
        kind=type(module).__name__,
        depth=name.count(".") + 1 if name else 0,
        output_shape=tensors[-1].shape if tensors else None,
        parameters=sum(p.numel() for p in module.parameters(recurse=False)),
        output_bytes=sum(out.nbytes for out in tensors) if is_leaf else 0,
    )


def _size(count: int) -> str:
    for unit, size, from_here in (("GB", 1e9, 1e9), ("MB", 1e6, 1e6), ("kB", 1e3, 1e4)):
        if count >= from_here:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"
