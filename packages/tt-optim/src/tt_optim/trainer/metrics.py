"""Numbers that say how well a model does, averaged over batches."""

from __future__ import annotations

from tt_tensor import ShapeError, Tensor

__all__ = ["Average", "accuracy"]


class Average:
    """A mean that is built up batch by batch, each counting as many as it has samples.

    Example:
        >>> from tt_optim import Average
        >>> mean = Average()
        >>> mean.add(1.0, count=1)
        >>> mean.add(4.0, count=2)
        >>> mean.value
        3.0
    """

    def __init__(self) -> None:
        self.total = 0.0
        self.count = 0

    def add(self, value: float, count: int = 1) -> None:
        """Add the mean of ``count`` samples."""
        self.total += value * count
        self.count += count

    @property
    def value(self) -> float:
        """The mean so far; NaN of nothing."""
        return self.total / self.count if self.count else float("nan")


def accuracy(output: Tensor, target: Tensor) -> float:
    """The share of samples that are classified rightly.

    Args:
        output: scores (N, C), of which the largest decides; or (N,) and (N, 1), where a score above
            0 says "yes".
        target: classes (N,); for "yes or no" 0 and 1 in the output's shape.

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import accuracy
        >>> accuracy(tt.tensor([[0.1, 0.9], [0.8, 0.2]]), tt.tensor([1, 1]))
        0.5
    """
    if output.ndim == 2 and output.shape[1] > 1 and target.ndim == 1:
        chosen, right = output.argmax(dim=1), target
    elif output.shape == target.shape:
        chosen, right = output > 0, target > 0.5
    else:
        raise ShapeError(
            f"accuracy: output {output.shape} and target {target.shape} do not fit; expected scores "
            "(N, C) and classes (N,), or twice the same shape"
        )
    if chosen.shape[0] != right.shape[0]:
        raise ShapeError(f"accuracy: {chosen.shape[0]} outputs for {right.shape[0]} targets")
    count = right.numel()
    return float((chosen == right).sum().item() / count) if count else float("nan")
