"""Mirrored pictures: a cat that looks to the left is as much a cat."""

from __future__ import annotations

from tt_tensor.typing import Array

from .transform import Transform, random_numbers

__all__ = ["RandomHorizontalFlip", "RandomVerticalFlip"]


class RandomHorizontalFlip(Transform):
    """Left and right change places, with the probability ``p``.

    Args:
        p: in [0, 1].

    Raises:
        ValueError: no probability.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data.transforms import RandomHorizontalFlip
        >>> RandomHorizontalFlip(p=1.0)(tt.tensor([[[1.0, 2.0, 3.0]]]))
        tensor([[[3., 2., 1.]]])
    """

    axis = 3  # of (N, C, H, W)

    def __init__(self, p: float = 0.5) -> None:
        if not 0 <= p <= 1:
            raise ValueError(f"p: a probability lies between 0 and 1, it is {p}")
        self.p = p

    def apply(self, batch: Array) -> Array:
        chosen = random_numbers().random(len(batch)) < self.p
        backwards = (slice(None),) * self.axis + (slice(None, None, -1),)
        result: Array = batch.copy()
        result[chosen] = batch[chosen][backwards]
        return result

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p})"


class RandomVerticalFlip(RandomHorizontalFlip):
    """Top and bottom change places, with the probability ``p``."""

    axis = 2
