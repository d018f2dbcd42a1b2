"""A schedule that a function of the user's says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..optimizer import Optimizer
from .base import LRScheduler, one_per_group

__all__ = ["LambdaLR"]

Factor = Callable[[int], float]


class LambdaLR(LRScheduler):
    """base · f(t): the rate times what a function of the step number says.

    Other changes of the rate are overwritten, as in PyTorch.  The functions are not part of the
    ``state_dict``; give the same ones when resuming.

    Args:
        optimizer: whose groups are scheduled.
        lr_lambda: f, one function for all groups or one each.
        last_epoch: as for :class:`LRScheduler`.

    Raises:
        ValueError: there are more or fewer functions than groups.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import SGD, LambdaLR
        >>> optimizer = SGD([tt.zeros(1, requires_grad=True)], lr=1.0)
        >>> schedule = LambdaLR(optimizer, lambda t: 1 / (1 + t))
        >>> schedule.step()
        >>> optimizer.param_groups[0]["lr"]
        0.5
    """

    chains = False

    def __init__(
        self, optimizer: Optimizer, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1
    ) -> None:
        self.lr_lambdas = one_per_group("lr_lambda", lr_lambda, optimizer)
        super().__init__(optimizer, last_epoch)

    def lrs_at(self, t: float) -> list[float]:
        """base · f(t) for every group."""
        pairs = zip(self.base_lrs, self.lr_lambdas, strict=True)
        return [base * function(int(t)) for base, function in pairs]
