"""The slot for gradients: all that tensors know about automatic differentiation.

tt-tensor computes; it does not differentiate.  But every tensor has room for a ``node``, and the
dispatcher asks the *tape* to record an operation whenever one of its inputs has one.  The tape
comes from whichever installed distribution offers the entry point ``tape`` in the group
``tt.autograd``: normally tt-autograd.  It is looked up when a tensor first asks for gradients, so
programs that never do pay nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from .errors import GradientError

if TYPE_CHECKING:
    from .primitive import Primitive
    from .tensor import Tensor

__all__ = ["Node", "Tape", "load_tape"]


class Node(Protocol):
    """What made a tensor: a recorded operation, or the mark of a leaf that wants a gradient."""

    @property
    def name(self) -> str: ...

    @property
    def is_leaf(self) -> bool: ...


class Tape(Protocol):
    """What tt-tensor asks of automatic differentiation."""

    def leaf(self, tensor: Tensor) -> Node:
        """The node of a leaf: gradients that reach it are added to ``tensor.grad``."""

    def record_unary(self, primitive: Primitive, a: Tensor, out: Tensor) -> Node | None:
        """The node for ``out = primitive(a)``, or None while recording is off."""

    def record_binary(self, primitive: Primitive, a: Tensor, b: Tensor, out: Tensor) -> Node | None:
        """The node for ``out = primitive(a, b)``, or None while recording is off."""

    def record(
        self,
        primitive: Primitive,
        inputs: tuple[Tensor | None, ...],
        params: tuple[Any, ...],
        outs: tuple[Tensor, ...],
    ) -> None:
        """Give each of ``outs`` its node, for the general ``primitive(inputs, params)``."""

    def recording(self) -> bool:
        """Whether operations are being recorded in this thread."""

    def before_write(self, tensor: Tensor) -> None:
        """Raise GradientError if ``tensor`` must not be changed in place now."""

    def after_write(self, tensor: Tensor, value: Tensor) -> None:
        """``tensor`` now holds what ``value`` (recorded out of place) holds: move the history."""

    def backward(
        self,
        tensor: Tensor,
        gradient: Tensor | None,
        retain_graph: bool,
        create_graph: bool,
        inputs: Any,
    ) -> None:
        """Add d(tensor)/d(leaf) to ``grad`` of every leaf that ``tensor`` depends on.

        If ``inputs`` is not None, it is a tensor or several, and only they get a gradient.
        """

    def register_hook(self, tensor: Tensor, hook: Any) -> Any:
        """Call ``hook(grad)`` whenever the gradient of ``tensor`` is known; returns a handle."""

    def retain_grad(self, tensor: Tensor) -> None:
        """Keep the gradient of a tensor that is not a leaf in its ``grad``."""


class _NoTape:
    """Stands in the slot until a tape is loaded: any use of it loads one."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # somebody looks at the object, nobody wants gradients
            raise AttributeError(name)
        return getattr(load_tape(), name)


tape: Tape = _NoTape()  # every attribute comes from the loaded tape


def load_tape() -> Tape:
    """Find the tape among the installed distributions and put it in the slot.

    Raises:
        GradientError: none is installed, or the one that is cannot be imported.
    """
    global tape
    if not isinstance(tape, _NoTape):
        return tape
    from importlib.metadata import entry_points

    found = list(entry_points(group="tt.autograd", name="tape"))
    if not found:
        raise GradientError(
            "gradients need automatic differentiation, which is not installed: "
            "pip install tt-autograd"
        )
    try:
        tape = found[0].load()
    except ImportError as error:
        raise GradientError(
            f"the installed tape {found[0].value!r} cannot be imported: {error}"
        ) from error
    return tape
