"""The state of a module: reading it out, and putting it back only if all of it fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from tt_autograd import no_grad
from tt_tensor import Tensor

from .hooks import Hooks

if TYPE_CHECKING:
    from .module import Module

__all__ = ["LoadResult", "load_state", "state_of"]

EXTRA = "_extra_state"  # the name of what get_extra_state gives


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
    out: dict[str, Any] = {}
    _read_out(module, prefix, keep_vars, out)
    return out


def _read_out(module: Module, prefix: str, keep_vars: bool, out: dict[str, Any]) -> None:
    """The state of one module and, after it, of its parts; with its hooks around."""
    hooks = module._hooks or Hooks()
    for hook, _ in list(hooks.state_before.values()):
        hook(module, prefix, keep_vars)
    for name, tensor in _own_tensors(module).items():
        out[prefix + name] = tensor if keep_vars else tensor.detach()
    if _has_extra_state(module):
        out[prefix + EXTRA] = module.get_extra_state()
    for name, child in module._modules.items():
        if child is not None:
            _read_out(child, f"{prefix}{name}.", keep_vars, out)
    for hook, _ in list(hooks.state_after.values()):
        hook(module, out, prefix, {})


def load_state(module: Module, state: Mapping[str, Any], strict: bool, assign: bool) -> LoadResult:
    """Check everything, then copy everything.

    Raises:
        TypeError: the state is not a mapping.
        RuntimeError: something does not fit.
    """
    if not isinstance(state, Mapping):
        raise TypeError(f"state_dict must be a dictionary of tensors, not {type(state).__name__}")
    state = dict(state)  # the hooks may change it
    problems: list[str] = []
    found = LoadResult([], [])
    parts = list(module.named_modules(remove_duplicate=False))
    for path, part in parts:
        for hook, _ in list((part._hooks or Hooks()).load_before.values()):
            hook(part, state, path and path + ".", {}, strict, *found, problems)
    own = _tensors(parts)
    extra = {_join(path, EXTRA): part for path, part in parts if _has_extra_state(part)}
    names = {**own, **extra}
    found.missing_keys.extend(name for name in names if name not in state)
    found.unexpected_keys.extend(name for name in state if name not in names)
    problems += _misfits(own, state, assign)
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
    for name in (name for name in extra if name in state):
        extra[name].set_extra_state(state[name])
    for _, part in reversed(parts):
        for hook, _ in list((part._hooks or Hooks()).load_after.values()):
            hook(part, found)
    return found


def _misfits(own: dict[str, Tensor], state: Mapping[str, Any], assign: bool) -> list[str]:
    """What the state has under the right name but in the wrong form."""
    problems = []
    for name in (name for name in own if name in state):
        value, tensor = state[name], own[name]
        if not isinstance(value, Tensor):
            kind = type(value)
            other = kind.__name__ == "Tensor"  # PyTorch's, for instance
            hint = f" of {kind.__module__}; use tt_tensor.from_dlpack on it" if other else ""
            problems.append(f"{name}: expected a Tensor, not {kind.__name__}{hint}")
        elif value.shape != tensor.shape:
            problems.append(
                f"{name}: shape {value.shape} in the state, {tensor.shape} in the module"
            )
        elif tensor.is_floating_point() != value.is_floating_point() and (
            assign or not tensor.is_floating_point()
        ):
            problems.append(f"{name}: {value.dtype} in the state, {tensor.dtype} in the module")
    return problems


def _tensors(parts: Iterable[tuple[str, Module]]) -> dict[str, Tensor]:
    """The parameters and persistent buffers themselves, under every name that they have."""
    return {
        _join(path, name): tensor
        for path, part in parts
        for name, tensor in _own_tensors(part).items()
    }


def _own_tensors(module: Module) -> dict[str, Tensor]:
    """Those of one module, without its parts."""
    return {
        name: tensor
        for register in (module._parameters, module._buffers)
        for name, tensor in register.items()
        if tensor is not None and name not in module._transient
    }


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _has_extra_state(module: Module) -> bool:
    from .module import Module  # which is built on this file

    return type(module).get_extra_state is not Module.get_extra_state
