"""The base of all optimizers: groups of parameters, their memories, and the contract of PyTorch.

An optimizer holds *groups*: parameters that share options, such as the learning rate.  For each
parameter it keeps a *memory*: running averages and the like.  A subclass says what is remembered
(``_initial_state``) and how one parameter changes (``_update``); the rest is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tt_autograd import enable_grad
from tt_tensor import Tensor

from .checks import as_list, bad_gradient, check_not_negative, check_parameter, short
from .state import fitted_groups, fitted_memories

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

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import Optimizer
        >>> class SignSGD(Optimizer):
        ...     def _update(self, param, grad, state, group):
        ...         param.data.sub_(group["lr"] * grad.sign())
        >>> w = tt.tensor([1.0, -3.0], requires_grad=True)
        >>> optimizer = SignSGD([w], {"lr": 0.5})
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w
        tensor([ 0.5000, -2.5000], requires_grad=True)
    """

    def __init__(self, params: Params, defaults: dict[str, Any]) -> None:
        self.defaults = defaults
        self.param_groups: list[ParamGroup] = []
        self.state: dict[Tensor, dict[str, Any]] = {}
        given = as_list(params)
        if not given:
            raise ValueError("params: there are none; has the model been built?")
        if isinstance(given[0], dict):
            for group in given:
                self.add_param_group(group)
        else:
            self.add_param_group({"params": given})

    def add_param_group(self, param_group: ParamGroup) -> None:
        """Optimize further parameters, with options of their own.

        Args:
            param_group: "params" (a tensor or several) and options that differ from the defaults.

        Raises:
            ValueError: a parameter is in another group already, or an option is bad.
            TypeError: something that is not a tensor, or not a dictionary.
            GradientError: a tensor that is not a leaf.

        Example:
            >>> import tt_tensor as tt
            >>> from tt_optim import SGD
            >>> optimizer = SGD([tt.zeros(2, requires_grad=True)], lr=0.1)
            >>> optimizer.add_param_group({"params": tt.zeros(3, requires_grad=True), "lr": 0.01})
            >>> [group["lr"] for group in optimizer.param_groups]
            [0.1, 0.01]
        """
        if not isinstance(param_group, dict) or "params" not in param_group:
            raise TypeError(
                "param_group: expected a dictionary with the entry 'params', "
                f"such as {{'params': layer.parameters(), 'lr': 0.01}}, not {short(param_group)}"
            )
        group = {**self.defaults, **param_group}
        members = group["params"]
        group["params"] = [members] if isinstance(members, Tensor) else as_list(members)
        known = {id(p) for other in self.param_groups for p in other["params"]}
        for i, param in enumerate(group["params"]):
            check_parameter(i, param, known)
            known.add(id(param))
        self._check_options(group)
        self.param_groups.append(group)

    def _check_options(self, group: ParamGroup) -> None:
        """Raise an error for options that make no sense; subclasses add theirs."""
        check_not_negative(group, "lr", "weight_decay", "eps", "momentum")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients before the next backward pass, which would add to them.

        Args:
            set_to_none: set ``grad`` to None, which is faster than filling it with zeros; a
                parameter without a gradient is then left alone by :meth:`step`.
        """
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
            old, new = param.array, grad.array
            if new.shape != old.shape or new.dtype is not old.dtype:
                raise bad_gradient(param, grad)
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

    def state_dict(self) -> dict[str, Any]:
        """Options and memories, with parameters as numbers: PyTorch's structure.

        Returns:
            ``{"state": {0: {...}, ...}, "param_groups": [{"lr": ..., "params": [0, ...]}, ...]}``;
            the tensors in it are the optimizer's own, not copies.

        Example:
            >>> import tt_tensor as tt
            >>> from tt_optim import SGD
            >>> optimizer = SGD([tt.zeros(2, requires_grad=True)], lr=0.1)
            >>> optimizer.state_dict()["param_groups"][0]["params"]
            [0]
        """
        order = [p for group in self.param_groups for p in group["params"]]
        numbers = {id(p): i for i, p in enumerate(order)}
        groups = [
            {**group, "params": [numbers[id(p)] for p in group["params"]]}
            for group in self.param_groups
        ]
        state = {numbers[id(p)]: dict(memory) for p, memory in self.state.items() if memory}
        return {"state": dict(sorted(state.items())), "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over options and memories; nothing is changed if anything does not fit.

        Args:
            state_dict: of an optimizer of this kind with as many parameters in as many groups, in
                the same order.  Memories may be tensors, PyTorch's too, or arrays; they are copied.

        Raises:
            ValueError: other groups, other numbers of parameters, another optimizer's state, or
                misshapen memories.
        """
        groups = fitted_groups(state_dict, self.param_groups, self.defaults)
        memories = fitted_memories(state_dict, groups)
        for group in groups:
            self._check_options(group)
            for param in group["params"]:
                if param in memories:
                    self._check_memory(memories[param], param, group)
        self.state = memories
        for own, other in zip(self.param_groups, groups, strict=True):
            own.update(other)

    def _check_memory(self, memory: dict[str, Any], param: Tensor, group: ParamGroup) -> None:
        missing = self._initial_state(param, group).keys() - memory.keys()
        if missing:
            raise ValueError(
                f"state_dict: a memory lacks {', '.join(sorted(missing))}; was it saved by "
                f"another optimizer than {type(self).__name__}?"
            )

    def __repr__(self) -> str:
        lines = [type(self).__name__ + " ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines.extend(f"    {k}: {group[k]}" for k in sorted(group) if k != "params")
        return "\n".join([*lines, ")"])
