"""Losses as modules: the functions of :mod:`tt_nn.functional` with their options fixed.

Every loss has ``reduction``: "mean", "sum" or "none".
"""

from __future__ import annotations

from tt_tensor import Tensor

from . import functional as F
from .functional.cross_entropy import check_smoothing
from .functional.reduction import check_reduction
from .module import Module

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "MSELoss",
    "NLLLoss",
    "SmoothL1Loss",
]


class _Loss(Module):
    """What all losses share: the word that says what becomes of the single losses."""

    def __init__(self, reduction: str) -> None:
        super().__init__()
        check_reduction(reduction)
        self.reduction = reduction


class MSELoss(_Loss):
    """(x - y)², the mean squared error: :func:`tt_nn.functional.mse_loss`.

    Args:
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: another ``reduction``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import MSELoss
        >>> MSELoss()(tt.tensor([1.0, 2.0]), tt.tensor([1.0, 4.0]))
        tensor(2.)
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of predictions against values of the same shape."""
        return F.mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """|x - y|, the mean absolute error: :func:`tt_nn.functional.l1_loss`.

    Args:
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: another ``reduction``.
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of predictions against values of the same shape."""
        return F.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(_Loss):
    """(x - y)²/2β where |x - y| < β, else |x - y| - β/2: :func:`tt_nn.functional.smooth_l1_loss`.

    Args:
        reduction: "mean", "sum" or "none".
        beta: where the parabola ends and the straight line begins.

    Raises:
        ValueError: another ``reduction``, or a negative ``beta``.
    """

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        if beta < 0:
            raise ValueError(f"beta must not be negative, it is {beta}")
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of predictions against values of the same shape."""
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(_Loss):
    """(x - y)²/2 where |x - y| < δ, else δ (|x - y| - δ/2): :func:`tt_nn.functional.huber_loss`.

    Args:
        reduction: "mean", "sum" or "none".
        delta: where the parabola ends and the straight line begins.

    Raises:
        ValueError: another ``reduction``, or a ``delta`` that is not positive.
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        if delta <= 0:
            raise ValueError(f"delta must be positive, it is {delta}")
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of predictions against values of the same shape."""
        return F.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class KLDivLoss(Module):
    """p (ln p - ln q), the divergence of two distributions: :func:`tt_nn.functional.kl_div`.

    Args:
        reduction: "batchmean" for the divergence itself; or "mean", "sum", "none".
        log_target: the target is ln p instead of p.

    Raises:
        ValueError: another ``reduction``.
    """

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__()
        if reduction != "batchmean":
            check_reduction(reduction)
        self.reduction, self.log_target = reduction, log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of log-probabilities against probabilities."""
        return F.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class _Weighted(_Loss):
    """A loss with weights, which are a buffer: they follow the module's type and state."""

    weight: Tensor | None

    def __init__(self, weight: Tensor | None, reduction: str) -> None:
        super().__init__(reduction)
        self.register_buffer("weight", weight)


class CrossEntropyLoss(_Weighted):
    """-ln softmax(x)ₜ, the loss of classification: :func:`tt_nn.functional.cross_entropy`.

    Args:
        weight: (C,), how much each class counts.
        ignore_index: a class that does not count.
        reduction: "mean" (over what counts), "sum" or "none".
        label_smoothing: this much of every target is spread evenly over all classes.

    Raises:
        ValueError: another ``reduction``, or smoothing outside [0, 1].

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import CrossEntropyLoss
        >>> CrossEntropyLoss()(tt.zeros(3, 10), tt.tensor([1, 2, 3]))
        tensor(2.3026)
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, reduction)
        check_smoothing(label_smoothing)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of scores against classes or probabilities."""
        return F.cross_entropy(
            input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )


class NLLLoss(_Weighted):
    """-xₜ of log-probabilities x: :func:`tt_nn.functional.nll_loss`.

    Args:
        weight: (C,), how much each class counts.
        ignore_index: a class that does not count.
        reduction: "mean" (over what counts), "sum" or "none".

    Raises:
        ValueError: another ``reduction``.
    """

    def __init__(
        self, weight: Tensor | None = None, ignore_index: int = -100, reduction: str = "mean"
    ) -> None:
        super().__init__(weight, reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of log-probabilities against classes."""
        return F.nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


class BCELoss(_Weighted):
    """-t ln p - (1 - t) ln(1 - p) of probabilities p: :func:`tt_nn.functional.binary_cross_entropy`.

    Args:
        weight: how much each element counts; broadcasts.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: another ``reduction``.
    """

    def __init__(self, weight: Tensor | None = None, reduction: str = "mean") -> None:
        super().__init__(weight, reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of probabilities."""
        return F.binary_cross_entropy(input, target, self.weight, self.reduction)


class BCEWithLogitsLoss(_Weighted):
    """-t ln σ(x) - (1 - t) ln(1 - σ(x)) of scores, without overflow.

    See :func:`tt_nn.functional.binary_cross_entropy_with_logits`.

    Args:
        weight: how much each element counts; broadcasts.
        reduction: "mean", "sum" or "none".
        pos_weight: how much more a "yes" counts than a "no"; broadcasts.

    Raises:
        ValueError: another ``reduction``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import BCEWithLogitsLoss
        >>> BCEWithLogitsLoss()(tt.tensor([0.0]), tt.tensor([1.0]))
        tensor(0.6931)
    """

    pos_weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ) -> None:
        super().__init__(weight, reduction)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of scores."""
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, self.reduction, self.pos_weight
        )
