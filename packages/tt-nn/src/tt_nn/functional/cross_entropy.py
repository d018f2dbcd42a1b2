"""Cross-entropy: the loss of classification.

The common case, plain classes, is one primitive (:mod:`.softmax_cross_entropy`); class weights, label
smoothing and targets that are probabilities are composed of a log-softmax and sums.
"""

from __future__ import annotations

from tt_tensor import ShapeError, Tensor, gather, log_softmax, reshape

from .checks import check_tensor
from .classes import as_rows, check_weight, count, reduce_rows, row_weights
from .reduction import check_reduction
from .softmax_cross_entropy import cross_entropy_p

__all__ = ["check_smoothing", "cross_entropy"]


def check_smoothing(label_smoothing: float) -> None:
    """Refuse smoothing outside [0, 1].

    Raises:
        ValueError: it is outside.
    """
    if not 0.0 <= label_smoothing <= 1.0:
        raise ValueError(f"label_smoothing must lie between 0 and 1, not {label_smoothing}")


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """-ln softmax(x)ₜ: how surprised the scores are by the right classes.

    Args:
        input: scores before any softmax: (C,), (N, C) or (N, C, d1, ...), floating point.
        target: the right classes as integers in the input's shape without C; or probabilities in
            the input's shape.
        weight: (C,), how much each class counts; a mean is then a weighted mean.
        ignore_index: a class that does not count.
        reduction: "mean" (over what counts), "sum" or "none".
        label_smoothing: this much of every target is spread evenly over all classes (Szegedy et
            al., "Rethinking the Inception architecture", 2016).

    Returns:
        a number; with "none", one loss per target.

    Raises:
        TypeError: an argument is not a tensor.
        ShapeError: the target's or the weights' shape does not fit.
        IndexError: a class below 0 or not below C.
        DTypeError: a target that is neither integer nor floating point.
        ValueError: another ``reduction``, smoothing outside [0, 1], or a class to be ignored among
            targets that are probabilities.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import cross_entropy
        >>> cross_entropy(tt.tensor([[2.0, 0.0], [0.0, 2.0]]), tt.tensor([0, 1]))
        tensor(0.1269)
    """
    check_reduction(reduction)
    check_smoothing(label_smoothing)
    check_tensor("target", target)
    if target.array.dtype.kind == "f":
        if ignore_index >= 0:
            raise ValueError(
                "ignore_index is for classes; targets that are probabilities have none"
            )
        return _soft(input, target, weight, reduction, label_smoothing)
    scores, classes, ignored = as_rows(input, target, ignore_index)
    if weight is not None or label_smoothing:
        losses, weights = _weighted(scores, classes, ignored, weight, label_smoothing)
        return reduce_rows(losses, weights, reduction, target.array.shape)
    divisor = {"none": None, "sum": 1.0, "mean": count(classes, ignored)}[reduction]
    out: Tensor = cross_entropy_p((scores, classes), (ignored, divisor))
    return reshape(out, target.array.shape) if reduction == "none" else out


def _weighted(
    scores: Tensor, classes: Tensor, ignored: int | None, weight: Tensor | None, smoothing: float
) -> tuple[Tensor, Tensor]:
    """The losses of the rows with class weights, with smoothing, or both; and the rows' weights."""
    check_weight(weight, scores.shape[1])
    logs = log_softmax(scores, 1)
    safe, weights = row_weights(logs, classes, ignored, weight)
    losses = -gather(logs, 1, safe.unsqueeze(1)).squeeze(1) * weights
    if smoothing:
        everything = -(logs if weight is None else logs * weight).sum(1)
        if ignored is not None:
            everything = everything * (classes != ignored)
        losses = losses * (1 - smoothing) + everything * (smoothing / scores.shape[1])
    return losses, weights


def _soft(
    input: Tensor, target: Tensor, weight: Tensor | None, reduction: str, smoothing: float
) -> Tensor:
    """Targets that are probabilities: -Σ p ln softmax(x)."""
    check_tensor("input", input)
    if input.shape != target.shape:
        raise ShapeError(
            f"target: probabilities must have the scores' shape {input.shape}, not {target.shape}; "
            "for classes use integers"
        )
    dim = 1 if input.ndim > 1 else 0
    classes = input.shape[dim]
    check_weight(weight, classes)
    if smoothing:
        target = target * (1 - smoothing) + smoothing / classes
    logs = log_softmax(input, dim)
    if weight is not None:
        logs = logs * weight.reshape([classes if d == dim else 1 for d in range(input.ndim)])
    losses = -(target * logs).sum(dim)
    if reduction == "none":
        return losses
    total = losses.sum()
    return total if reduction == "sum" else total / float(losses.numel() or "nan")
