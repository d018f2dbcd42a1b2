"""Adagrad: every weight's learning rate falls with the gradients that it has seen."""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_tensor import Tensor, from_numpy

from .checks import check_not_negative
from .optimizer import Optimizer, ParamGroup, Params
from .updates import adagrad_p

__all__ = ["Adagrad"]


class Adagrad(Optimizer):
    """w ← w - lr/(1 + (t - 1) · decay) · g / (√Σ g² + ε).

    Args:
        params: tensors or groups.
        lr: the learning rate.
        lr_decay: by how much it falls per step.
        weight_decay: adds this multiple of w to the gradient.
        initial_accumulator_value: where the sum of squares starts.
        eps: ε, keeps the quotient finite.
        maximize: go up instead of down.

    Raises:
        ValueError: a negative option.

    Source: Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and
    stochastic optimization", 2011.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import Adagrad
        >>> w = tt.tensor([1.0, -1.0], requires_grad=True)
        >>> optimizer = Adagrad([w], lr=0.1)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w
        tensor([ 0.9000, -0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "eps": eps,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def _check_options(self, group: ParamGroup) -> None:
        super()._check_options(group)
        check_not_negative(group, "lr_decay", "initial_accumulator_value")

    def _initial_state(self, param: Tensor, group: ParamGroup) -> dict[str, Any]:
        start = group["initial_accumulator_value"]
        return {"step": 0, "sum": from_numpy(np.full(param.shape, start, param.array.dtype))}

    def _update(
        self, param: Tensor, grad: Tensor, state: dict[str, Any], group: ParamGroup
    ) -> None:
        state["step"] += 1
        lr = group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
        adagrad_p(
            (param, state["sum"], grad),
            (lr, group["eps"], group["weight_decay"], group["maximize"]),
        )
