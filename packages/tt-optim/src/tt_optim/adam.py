"""Adam and AdamW: steps scaled by running averages of the gradient and of its square."""

from __future__ import annotations

from typing import Any

from tt_tensor import Tensor

from .optimizer import Optimizer, ParamGroup, Params
from .state import remembered, zeros_for
from .updates import adam_p

__all__ = ["Adam", "AdamW"]


class Adam(Optimizer):
    """w ← w - lr · m̂ / (√v̂ + ε), with m ← β₁ m + (1 - β₁) g and v ← β₂ v + (1 - β₂) g².

    m̂ = m/(1 - β₁ᵗ) and v̂ = v/(1 - β₂ᵗ) make up for the averages' start at 0.

    Args:
        params: tensors or groups.
        lr: the learning rate.
        betas: β₁ and β₂, how slowly the averages forget.
        eps: ε, keeps the quotient finite.
        weight_decay: adds this multiple of w to the gradient.
        amsgrad: use the largest v so far (Reddi, Kale and Kumar, "On the convergence of Adam and
            beyond", 2018).
        maximize: go up instead of down.

    Raises:
        ValueError: a negative option, or a β outside [0, 1).
        TypeError: an option that is not a number, or not two.

    Source: Kingma and Ba, "Adam: a method for stochastic optimization", 2014.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import Adam
        >>> w = tt.tensor([1.0, -1.0], requires_grad=True)
        >>> optimizer = Adam([w], lr=0.1)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w
        tensor([ 0.9000, -0.9000], requires_grad=True)
    """

    decoupled = False

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def _check_options(self, group: ParamGroup) -> None:
        super()._check_options(group)
        betas = group["betas"]
        if not (isinstance(betas, (tuple, list)) and len(betas) == 2):
            raise TypeError(f"betas: expected two numbers, such as (0.9, 0.999), not {betas!r}")
        if not all(0.0 <= beta < 1.0 for beta in betas):
            raise ValueError(f"betas must both lie in [0, 1), they are {betas}")

    def _initial_state(self, param: Tensor, group: ParamGroup) -> dict[str, Any]:
        return {"step": 0, "exp_avg": zeros_for(param), "exp_avg_sq": zeros_for(param)}

    def _update(
        self, param: Tensor, grad: Tensor, state: dict[str, Any], group: ParamGroup
    ) -> None:
        state["step"] += 1
        beta1, beta2 = group["betas"]
        highest = remembered(state, "max_exp_avg_sq", param) if group["amsgrad"] else None
        adam_p(
            (param, state["exp_avg"], state["exp_avg_sq"], highest, grad),
            (
                group["lr"],
                beta1,
                beta2,
                group["eps"],
                group["weight_decay"],
                self.decoupled,
                group["maximize"],
                state["step"],
            ),
        )


class AdamW(Adam):
    """Adam whose weight decay shrinks the weights directly: w ← w - lr · λ · w, then Adam's step.

    In Adam the decay goes through the quotient and so hardly touches weights with large gradients;
    here all shrink alike.

    Args:
        params: tensors or groups.
        lr: the learning rate.
        betas: β₁ and β₂, how slowly the averages forget.
        eps: ε, keeps the quotient finite.
        weight_decay: λ, by how much (times lr) the weights shrink at each step.
        amsgrad: use the largest v so far.
        maximize: go up instead of down.

    Raises:
        ValueError: a negative option, or a β outside [0, 1).
        TypeError: an option that is not a number, or not two.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2017.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import AdamW
        >>> w = tt.tensor([1.0, -1.0], requires_grad=True)
        >>> optimizer = AdamW([w], lr=0.1, weight_decay=0.5)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w
        tensor([ 0.8500, -0.8500], requires_grad=True)
    """

    decoupled = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)
