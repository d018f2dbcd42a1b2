"""RMSprop: steps divided by the root of the gradient's running mean square."""

from __future__ import annotations

from typing import Any

from tt_tensor import Tensor

from .optimizer import Optimizer, ParamGroup, Params, zeros_for
from .updates import rmsprop_p

__all__ = ["RMSprop"]


class RMSprop(Optimizer):
    """w ← w - lr · g / (√v + ε), with v ← α v + (1 - α) g².

    Args:
        params: tensors or groups.
        lr: the learning rate.
        alpha: α, how slowly the average forgets.
        eps: ε, keeps the quotient finite.
        weight_decay: adds this multiple of w to the gradient.
        momentum: how much of the last step is kept.
        centered: divide by the root of the variance instead of the mean square (Graves,
            "Generating sequences with recurrent neural networks", 2013).
        maximize: go up instead of down.

    Raises:
        ValueError: a negative option.

    Source: Hinton, lecture 6e of "Neural networks for machine learning", 2012.
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "alpha": alpha,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "centered": centered,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def _check_options(self, group: ParamGroup) -> None:
        super()._check_options(group)
        if not group["alpha"] >= 0.0:
            raise ValueError(f"alpha must not be negative, it is {group['alpha']}")

    def _initial_state(self, param: Tensor, group: ParamGroup) -> dict[str, Any]:
        state: dict[str, Any] = {"step": 0, "square_avg": zeros_for(param)}
        if group["centered"]:
            state["grad_avg"] = zeros_for(param)
        if group["momentum"]:
            state["momentum_buffer"] = zeros_for(param)
        return state

    def _update(
        self, param: Tensor, grad: Tensor, state: dict[str, Any], group: ParamGroup
    ) -> None:
        state["step"] += 1
        memories = (state["square_avg"], state.get("grad_avg"), state.get("momentum_buffer"))
        rmsprop_p(
            (param, *memories, grad),
            (
                group["lr"],
                group["alpha"],
                group["eps"],
                group["weight_decay"],
                group["momentum"],
                group["maximize"],
            ),
        )
