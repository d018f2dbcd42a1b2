"""RMSprop: steps divided by the root of the gradient's running mean square."""

from __future__ import annotations

from typing import Any

from tt_tensor import Tensor

from .checks import check_not_negative
from .optimizer import Optimizer, ParamGroup, Params
from .state import remembered, zeros_for
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

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import RMSprop
        >>> w = tt.tensor([1.0, -1.0], requires_grad=True)
        >>> optimizer = RMSprop([w], lr=0.01)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w
        tensor([ 0.9000, -0.9000], requires_grad=True)
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
        check_not_negative(group, "alpha")

    def _initial_state(self, param: Tensor, group: ParamGroup) -> dict[str, Any]:
        return {"step": 0, "square_avg": zeros_for(param)}

    def _update(
        self, param: Tensor, grad: Tensor, state: dict[str, Any], group: ParamGroup
    ) -> None:
        state["step"] += 1
        mean = remembered(state, "grad_avg", param) if group["centered"] else None
        buffer = remembered(state, "momentum_buffer", param) if group["momentum"] else None
        rmsprop_p(
            (param, state["square_avg"], mean, buffer, grad),
            (
                group["lr"],
                group["alpha"],
                group["eps"],
                group["weight_decay"],
                group["momentum"],
                group["maximize"],
            ),
        )
