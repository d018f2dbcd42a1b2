"""The base of all optimizers: groups of parameters, their state, and the contract of PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tt_autograd import enable_grad, no_grad
from tt_tensor import DTypeError, GradientError, ShapeError, Tensor, from_numpy

__all__ = ["Optimizer", "ParamGroup", "Params"]

ParamGroup = dict[str, Any]
Params = Iterable[Tensor] | Iterable[ParamGroup]


class Optimizer:
    """Changes parameters along their gradients; subclasses say how, in ``_update``.

    Args:
        params: tensors that require grad; or groups, dictionaries with "params" and options of
            their own.
        defaults: the options of groups that do not say otherwise.

    Attributes:
        param_groups: the groups with all their options; changing ``group["lr"]`` takes effect.
        state: for each parameter what the optimizer remembers of it.

    Raises:
        ValueError: no parameters, one that comes twice, or a bad option.
        TypeError: something that is not a tensor.
        GradientError: a tensor that is not a leaf.
    """

    def __init__(self, params: Params, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params: expected several tensors or groups, not one Tensor; use [tensor]"
            )
        self.defaults = defaults
        self.param_groups: list[ParamGroup] = []
        self.state: dict[Tensor, dict[str, Any]] = {}
        given = list(params)
        if not given:
            raise ValueError("params: there are none; has the model been built?")
        if isinstance(given[0], dict):
            for group in given:
                self.add_param_group(group)  # type: ignore[arg-type] # groups, as the first one is
        else:
            self.add_param_group({"params": given})

    def add_param_group(self, param_group: ParamGroup) -> None:
        """Optimize further parameters, with options of their own.

        Raises:
            ValueError: a parameter is in another group already, or an option is bad.
            TypeError: something that is not a tensor.
            GradientError: a tensor that is not a leaf.
        """
        group = {**self.defaults, **param_group}
        members = group["params"]
        group["params"] = [members] if isinstance(members, Tensor) else list(members)
        known = {id(p) for other in self.param_groups for p in other["params"]}
        for i, param in enumerate(group["params"]):
            if not isinstance(param, Tensor):
                raise TypeError(f"params[{i}]: expected a Tensor, not {type(param).__name__}")
            if not param.is_leaf:
                raise GradientError(
                    f"params[{i}] of shape {param.shape} is not a leaf: it is computed"
                )
            if id(param) in known:
                raise ValueError(f"params[{i}] of shape {param.shape} comes twice")
            known.add(id(param))
        self._check_options(group)
        self.param_groups.append(group)

    def _check_options(self, group: ParamGroup) -> None:
        """Raise ValueError for options that make no sense; subclasses add theirs."""
        for name in ("lr", "weight_decay", "eps", "momentum"):
            if name in group and not group[name] >= 0:
                raise ValueError(f"{name} must not be negative, it is {group[name]}")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or fill them with zeros, before the next backward pass."""
        for group in self.param_groups:
            for param in group["params"]:
                if set_to_none:
                    param.grad = None
                elif param.grad is not None:
                    param.grad = param.grad.detach().zero_()

    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor | None:
        """Change every parameter that has a gradient.

        Args:
            closure: computes the loss anew, with its gradients; its value is returned.

        Raises:
            ShapeError: a gradient has another shape than its parameter.
            DTypeError: a gradient has another type.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            self._step_group(group)
        return loss

    def _step_group(self, group: ParamGroup) -> None:
        for param in group["params"]:
            grad = param.grad
            if grad is None:
                continue
            if grad.array.shape != param.array.shape or grad.array.dtype is not param.array.dtype:
                raise _bad_gradient(param, grad)
            state = self.state.get(param)
            if state is None:
                state = self.state[param] = self._initial_state(param, group)
            self._update(param, grad, state, group)

    def _initial_state(self, param: Tensor, group: ParamGroup) -> dict[str, Any]:
        """What is remembered of a parameter before its first step."""
        return {}

    def _update(
        self, param: Tensor, grad: Tensor, state: dict[str, Any], group: ParamGroup
    ) -> None:
        """Change one parameter in place."""
        raise NotImplementedError(f"{type(self).__name__} has no method _update")

    # ---- state

    def state_dict(self) -> dict[str, Any]:
        """Options and memories, with parameters as numbers: PyTorch's structure.

        Returns:
            ``{"state": {0: {...}, ...}, "param_groups": [{"lr": ..., "params": [0, ...]}, ...]}``
        """
        order = [p for group in self.param_groups for p in group["params"]]
        numbers = {id(p): i for i, p in enumerate(order)}
        groups = [
            {**group, "params": [numbers[id(p)] for p in group["params"]]}
            for group in self.param_groups
        ]
        state = {numbers[id(p)]: dict(memory) for p, memory in self.state.items()}
        return {"state": dict(sorted(state.items())), "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over options and memories; nothing is changed if anything does not fit.

        Raises:
            ValueError: other groups, other numbers of parameters, or misshapen memories.
        """
        groups = state_dict["param_groups"]
        sizes = [len(group["params"]) for group in self.param_groups]
        loaded = [len(group["params"]) for group in groups]
        if sizes != loaded:
            raise ValueError(
                f"state_dict: its groups have {loaded} parameters, this optimizer's have {sizes}"
            )
        by_number = dict(
            zip(
                [n for group in groups for n in group["params"]],
                [p for group in self.param_groups for p in group["params"]],
                strict=True,
            )
        )
        state: dict[Tensor, dict[str, Any]] = {}
        for number, memory in state_dict["state"].items():
            param = by_number[int(number)]
            state[param] = {name: _fitted(name, value, param) for name, value in memory.items()}
        self.state = state
        for own, other in zip(self.param_groups, groups, strict=True):
            own.update({name: value for name, value in other.items() if name != "params"})

    def __repr__(self) -> str:
        lines = [type(self).__name__ + " ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines.extend(f"    {k}: {group[k]}" for k in sorted(group) if k != "params")
        return "\n".join([*lines, ")"])


def zeros_for(param: Tensor) -> Tensor:
    """A memory of the parameter's shape and type."""
    return from_numpy(np.zeros(param.array.shape, param.array.dtype))


def _fitted(name: str, value: Any, param: Tensor) -> Any:
    """A memory as a tensor of the parameter's type; numbers stay numbers.

    Raises:
        ValueError: it has another shape.
    """
    if not hasattr(value, "shape"):
        return value
    array = np.asarray(getattr(value, "array", value))
    if array.shape == () and param.shape != ():
        return float(array)  # PyTorch keeps its step count in a tensor
    if array.shape != param.shape:
        raise ValueError(f"state_dict: {name} has shape {array.shape}, its parameter {param.shape}")
    with no_grad():
        return from_numpy(array.astype(param.array.dtype))


def _bad_gradient(param: Tensor, grad: Tensor) -> Exception:
    if grad.shape != param.shape:
        return ShapeError(
            f"the gradient of a parameter of shape {param.shape} has shape {grad.shape}"
        )
    return DTypeError(f"the gradient of a parameter of type {param.dtype} has type {grad.dtype}")
