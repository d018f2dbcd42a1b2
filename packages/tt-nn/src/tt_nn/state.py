"""The state of a module: reading it out, and putting it back only if all of it fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tt_autograd import no_grad
from tt_tensor import Tensor

if TYPE_CHECKING:
    from .module import Module

__all__ = ["LoadResult", "load_state", "state_of"]


class LoadResult(NamedTuple):
    """What :meth:`Module.load_state_dict` found.

    Attributes:
        missing_keys: names of the module that the state did not have.
        unexpected_keys: names of the state that the module does not have.
    """

    missing_keys: list[str]
    unexpected_keys: list[str]


def state_of(module: Module, prefix: str) -> dict[str, Tensor]:
    """All parameters and persistent buffers by name, also those that share a tensor."""
    return {name: tensor.detach() for name, tensor in _tensors(module, prefix).items()}


def load_state(module: Module, state: dict[str, Any], strict: bool, assign: bool) -> LoadResult:
    """Check everything, then copy everything.

    Raises:
        RuntimeError: something does not fit.
    """
    own = _tensors(module, "")
    missing = [name for name in own if name not in state]
    unexpected = [name for name in state if name not in own]
    problems = []
    for name, tensor in own.items():
        value = state.get(name)
        if name in state and not isinstance(value, Tensor):
            problems.append(f"{name}: expected a Tensor, not {type(value).__name__}")
        elif value is not None and value.shape != tensor.shape:
            problems.append(
                f"{name}: shape {value.shape} in the state, {tensor.shape} in the module"
            )
    if strict and missing:
        problems.append("missing: " + ", ".join(missing))
    if strict and unexpected:
        problems.append("unexpected: " + ", ".join(unexpected))
    if problems:
        listed = "\n  ".join(problems)
        raise RuntimeError(
            f"the state does not fit {type(module).__name__}; nothing was loaded:\n  {listed}"
        )
    with no_grad():
        for name, tensor in own.items():
            if name in state:
                if assign:
                    tensor.array = state[name].array
                else:
                    tensor.copy_(state[name].detach().to(tensor.dtype))
    return LoadResult(missing, unexpected)


def _tensors(module: Module, prefix: str) -> dict[str, Tensor]:
    """The parameters and persistent buffers themselves, under every name that they have."""
    out: dict[str, Tensor] = {}
    for register in (module._parameters, module._buffers):
        for name, value in register.items():
            if value is not None and name not in module._transient:
                out[prefix + name] = value
    for name, child in module._modules.items():
        if child is not None:
            out.update(_tensors(child, f"{prefix}{name}."))
    return out
