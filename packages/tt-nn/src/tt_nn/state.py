"""The state of a module: reading it out, and putting it back only if all of it fits."""

from __future__ import annotations

from collections.abc import Mapping
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


def state_of(module: Module, prefix: str, keep_vars: bool) -> dict[str, Tensor]:
    """All parameters and persistent buffers by name, also those that share a tensor."""
    own = _tensors(module, prefix)
    return own if keep_vars else {name: tensor.detach() for name, tensor in own.items()}


def load_state(module: Module, state: Mapping[str, Any], strict: bool, assign: bool) -> LoadResult:
    """Check everything, then copy everything.

    Raises:
        TypeError: the state is not a mapping.
        RuntimeError: something does not fit.
    """
    if not isinstance(state, Mapping):
        raise TypeError(f"state_dict must be a dictionary of tensors, not {type(state).__name__}")
    own = _tensors(module, "")
    found = LoadResult(
        missing_keys=[name for name in own if name not in state],
        unexpected_keys=[name for name in state if name not in own],
    )
    problems = _misfits(own, state, assign)
    if strict and found.missing_keys:
        problems.append("missing: " + ", ".join(found.missing_keys))
    if strict and found.unexpected_keys:
        problems.append("unexpected: " + ", ".join(found.unexpected_keys))
    if problems:
        listed = "\n  ".join(problems)
        raise RuntimeError(
            f"the state does not fit {type(module).__name__}; nothing was loaded:\n  {listed}"
        )
    with no_grad():
        for name in (name for name in own if name in state):
            if assign:
                own[name].array = state[name].array
            else:
                own[name].copy_(state[name].detach().to(own[name].dtype))
    return found


def _misfits(own: dict[str, Tensor], state: Mapping[str, Any], assign: bool) -> list[str]:
    """What the state has under the right name but in the wrong form."""
    problems = []
    for name in (name for name in own if name in state):
        value, tensor = state[name], own[name]
        if not isinstance(value, Tensor):
            problems.append(f"{name}: expected a Tensor, not {type(value).__name__}")
        elif value.shape != tensor.shape:
            problems.append(
                f"{name}: shape {value.shape} in the state, {tensor.shape} in the module"
            )
        elif tensor.is_floating_point() != value.is_floating_point() and (
            assign or not tensor.is_floating_point()
        ):
            problems.append(f"{name}: {value.dtype} in the state, {tensor.dtype} in the module")
    return problems


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
