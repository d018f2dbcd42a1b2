"""Compose: one transform after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["Compose"]


class Compose:
    """Applies transforms in their order.

    Args:
        transforms: anything that can be called with what the one before gives.

    Attributes:
        batched: whether all of them can change whole batches.

    Raises:
        TypeError: one of them cannot be called.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data.transforms import CenterCrop, Compose, Normalize
        >>> change = Compose([CenterCrop(2), Normalize([0.5], [0.5])])
        >>> change(tt.ones(1, 4, 4))
        tensor([[[1., 1.],
                 [1., 1.]]])
    """

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = list(transforms)
        for place, transform in enumerate(self.transforms):
            if not callable(transform):
                raise TypeError(
                    f"transforms[{place}]: must be callable, such as ToTensor(), not {transform!r}"
                )

    @property
    def batched(self) -> bool:
        return all(getattr(transform, "batched", False) for transform in self.transforms)

    def __call__(self, pictures: Any) -> Any:
        for transform in self.transforms:
            pictures = transform(pictures)
        return pictures

    def __repr__(self) -> str:
        return f"Compose({', '.join(map(repr, self.transforms))})"
