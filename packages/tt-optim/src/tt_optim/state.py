"""What optimizers remember of their parameters, and how a saved state is fitted to an optimizer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tt_tensor import Tensor, from_numpy

__all__ = ["fitted_groups", "fitted_memories", "remembered", "zeros_for"]


def zeros_for(param: Tensor) -> Tensor:
    """A memory of the parameter's shape and type."""
    return from_numpy(np.zeros(param.array.shape, param.array.dtype))


def remembered(state: dict[str, Any], name: str, param: Tensor) -> Tensor:
    """A memory that only some options need: it begins with zeros when it is first asked for."""
    memory: Tensor | None = state.get(name)
    if memory is None:
        memory = state[name] = zeros_for(param)
    return memory


def fitted_groups(
    state_dict: Mapping[str, Any], own: list[dict[str, Any]], options: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The saved groups, with this optimizer's parameters in them.

    Raises:
        ValueError: there are other groups, other numbers of parameters, or options are missing.
    """
    for name in ("state", "param_groups"):
        if name not in state_dict:
            raise ValueError(f"state_dict has no entry {name!r}; is it an optimizer's?")
    groups = state_dict["param_groups"]
    if not all(isinstance(group, dict) and "params" in group for group in groups):
        raise ValueError("state_dict: each of its param_groups must be a dictionary with 'params'")
    sizes = [len(group["params"]) for group in own]
    loaded = [len(group["params"]) for group in groups]
    if sizes != loaded:
        raise ValueError(
            f"state_dict: its groups have {loaded} parameters, this optimizer's have {sizes}"
        )
    for i, group in enumerate(groups):
        missing = sorted(options.keys() - group.keys())
        if missing:
            raise ValueError(
                f"state_dict: param_groups[{i}] has no {', '.join(missing)}; "
                "was it saved by another kind of optimizer?"
            )
    return [{**theirs, "params": mine["params"]} for theirs, mine in zip(groups, own, strict=True)]


def fitted_memories(
    state_dict: Mapping[str, Any], groups: list[dict[str, Any]]
) -> dict[Tensor, dict[str, Any]]:
    """The saved memories, copied and by parameter.

    Args:
        state_dict: whose groups say which number belongs to which parameter.
        groups: the same groups with parameters instead of numbers.

    Raises:
        ValueError: a memory belongs to no parameter or has another shape.
    """
    numbers = [n for group in state_dict["param_groups"] for n in group["params"]]
    params = [p for group in groups for p in group["params"]]
    by_number = dict(zip(numbers, params, strict=True))
    memories: dict[Tensor, dict[str, Any]] = {}
    for key, memory in state_dict["state"].items():
        number = int(key)  # JSON turns numbers that are keys into strings
        if number not in by_number:
            raise ValueError(f"state_dict: state[{key!r}] belongs to no parameter of its groups")
        memories[by_number[number]] = {
            name: _fitted(f"state[{number}][{name!r}]", name, value, by_number[number])
            for name, value in memory.items()
            if value is not None  # PyTorch's way to say that there is no momentum yet
        }
    return memories


def _fitted(place: str, name: str, value: Any, param: Tensor) -> Any:
    """A memory as a tensor of the parameter's type; numbers stay numbers."""
    if name == "step":
        return int(value)  # PyTorch keeps it in a tensor
    if not hasattr(value, "shape"):
        return value
    array = np.asarray(value.array if isinstance(value, Tensor) else value)
    if array.shape != param.shape:
        raise ValueError(
            f"state_dict: {place} has shape {array.shape}, its parameter has {param.shape}"
        )
    return from_numpy(array.astype(param.array.dtype))
