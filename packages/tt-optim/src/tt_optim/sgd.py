"""SGD: stochastic gradient descent, with momentum."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from tt_tensor import Tensor

from .optimizer import Optimizer, ParamGroup, Params
from .state import remembered
from .updates import sgd_p

__all__ = ["SGD"]

_OPTIONS = itemgetter("lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize")


class SGD(Optimizer):
    """w ← w - lr · g; with momentum μ the step is a running sum b ← μ b + (1 - dampening) g.

    Args:
        params: tensors or groups.
        lr: the learning rate.
        momentum: how much of the last step is kept.
        dampening: how much less of the new gradient goes into the running sum.
        weight_decay: adds this multiple of w to the gradient.
        nesterov: step from where the momentum leads (Sutskever et al., "On the importance of
            initialization and momentum in deep learning", 2013).
        maximize: go up instead of down.

    Raises:
        ValueError: a negative option, or Nesterov without momentum or with dampening.

    Source: Robbins and Monro, "A stochastic approximation method", 1951; Polyak, "Some methods of
    speeding up the convergence of iteration methods", 1964.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import SGD
        >>> w = tt.tensor([1.0], requires_grad=True)
        >>> optimizer = SGD([w], lr=0.1)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w
        tensor([0.8000], requires_grad=True)
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def _check_options(self, group: ParamGroup) -> None:
        super()._check_options(group)
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError(
                "nesterov needs a momentum above 0 and no dampening, they are "
                f"{group['momentum']} and {group['dampening']}"
            )

    def _update(
        self, param: Tensor, grad: Tensor, state: dict[str, Any], group: ParamGroup
    ) -> None:
        buffer, first = None, False
        if group["momentum"]:
            first = "momentum_buffer" not in state
            buffer = remembered(state, "momentum_buffer", param)
        sgd_p(
            (param, buffer, grad),
            (*_OPTIONS(group), first),
        )
