"""Nested states as JSON and named tensors, and back, without losing a bit or a type.

A state is made of dictionaries, lists, tuples, numbers, strings, None, and tensors or arrays.  JSON
holds all of it but the tensors, which are only named there.  What JSON does not know is written as
a dictionary with one key that begins with "$":

    {"$tensor": name}, {"$array": name}    a tensor or an array, found under this name
    {"$tuple": [...]}                      a tuple
    {"$float": "nan"}                      NaN and the infinities
    {"$dict": [[key, value], ...]}         a dictionary whose keys are not all ordinary strings
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tt_tensor import Tensor, from_numpy

from ...checks import short

__all__ = ["copied", "pack", "unpack"]


def pack(value: Any, tensors: dict[str, Tensor], name: str = "") -> Any:
    """The value for JSON; its tensors and arrays are put into ``tensors``.

    Args:
        value: a state.
        tensors: where its tensors go, by name.
        name: how to call the value, which names its tensors.

    Raises:
        TypeError: something that cannot be saved; the message says where in the state it is.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim.trainer.checkpoint.encoding import pack
        >>> tensors = {}
        >>> pack({"betas": (0.9, 0.99), "weight": tt.ones(2)}, tensors)
        {'betas': {'$tuple': [0.9, 0.99]}, 'weight': {'$tensor': 'weight'}}
        >>> tensors
        {'weight': tensor([1., 1.])}
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (float, np.generic)):
        return _number(value)
    if isinstance(value, (Tensor, np.ndarray)):
        return _tensor(value, tensors, name)
    if isinstance(value, dict):
        return _dictionary(value, tensors, name)
    if isinstance(value, (list, tuple)):
        items = [pack(item, tensors, _below(name, i)) for i, item in enumerate(value)]
        return items if isinstance(value, list) else {"$tuple": items}
    raise TypeError(
        f"{name or 'state'}: a {short(value)} cannot be saved; only numbers, strings, tensors, "
        "lists, tuples and dictionaries can"
    )


def unpack(value: Any, tensors: dict[str, Tensor]) -> Any:
    """The state that :func:`pack` was given.

    Raises:
        ValueError: a tensor is missing, or JSON has a form that :func:`pack` does not write.
    """
    if isinstance(value, list):
        return [unpack(item, tensors) for item in value]
    if not isinstance(value, dict):
        return value
    kind = next(iter(value), "")
    if not kind.startswith("$"):
        return {key: unpack(item, tensors) for key, item in value.items()}
    content = value[kind]
    if kind == "$tuple":
        return tuple(unpack(item, tensors) for item in content)
    if kind == "$float":
        return float(content)
    if kind == "$dict":
        return {unpack(key, tensors): unpack(item, tensors) for key, item in content}
    if kind in ("$tensor", "$array") and content in tensors:
        return tensors[content] if kind == "$tensor" else tensors[content].array
    raise ValueError(f"the state has {short(value)}, which nothing belongs to")


def copied(state: Any) -> Any:
    """The same state in memory of its own."""
    if isinstance(state, Tensor):
        return state.detach().clone()
    if isinstance(state, np.ndarray):
        return state.copy()
    if isinstance(state, dict):
        return {key: copied(value) for key, value in state.items()}
    if isinstance(state, (list, tuple)):
        return type(state)(copied(value) for value in state)
    return state


def _number(value: Any) -> Any:
    number = value.item() if isinstance(value, np.generic) else value
    if isinstance(number, float) and not math.isfinite(number):
        return {"$float": str(number)}
    return number


def _tensor(value: Any, tensors: dict[str, Tensor], name: str) -> dict[str, str]:
    while name in tensors:  # keys with slashes could spell the same name
        name += "'"
    is_tensor = isinstance(value, Tensor)
    tensors[name] = value if is_tensor else from_numpy(np.ascontiguousarray(value))
    if not is_tensor:
        tensors[name] = tensors[name].reshape(value.shape)
    return {"$tensor" if is_tensor else "$array": name}


def _dictionary(value: dict[Any, Any], tensors: dict[str, Tensor], name: str) -> Any:
    items = [(key, pack(item, tensors, _below(name, key))) for key, item in value.items()]
    if all(isinstance(key, str) and not key.startswith("$") for key in value):
        return dict(items)
    return {"$dict": [[pack(key, tensors, name), item] for key, item in items]}


def _below(name: str, key: Any) -> str:
    return f"{name}/{key}" if name else str(key)
