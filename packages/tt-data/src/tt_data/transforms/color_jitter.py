"""ColorJitter: other light, other cameras."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tt_tensor.typing import Array

from .color import adjust_brightness, adjust_contrast, adjust_hue, adjust_saturation
from .transform import Transform, random_numbers

__all__ = ["ColorJitter"]

Range = tuple[float, float]


class ColorJitter(Transform):
    """Changes brightness, contrast, saturation and hue at random, and in random order.

    Args:
        brightness: the factor is drawn from [max(0, 1 − b), 1 + b]; or its range (least, largest).
        contrast: the same.
        saturation: the same.
        hue: the turn is drawn from [−h, h], h at most 0.5; or its range.

    Raises:
        ValueError: a range that is none, or leaves what is possible.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data.transforms import ColorJitter
        >>> ColorJitter(brightness=0.2, hue=0.1)(tt.rand(8, 3, 32, 32)).shape
        (8, 3, 32, 32)
    """

    def __init__(
        self,
        brightness: float | Sequence[float] = 0,
        contrast: float | Sequence[float] = 0,
        saturation: float | Sequence[float] = 0,
        hue: float | Sequence[float] = 0,
    ) -> None:
        self.brightness = _range("brightness", brightness, 1, (0, np.inf))
        self.contrast = _range("contrast", contrast, 1, (0, np.inf))
        self.saturation = _range("saturation", saturation, 1, (0, np.inf))
        self.hue = _range("hue", hue, 0, (-0.5, 0.5))

    def apply(self, batch: Array) -> Array:
        rng = random_numbers()
        steps = self._steps()
        # which step comes first, second, ... for each picture, (N, steps)
        orders = rng.permuted(np.tile(np.arange(len(steps)), (len(batch), 1)), axis=1)
        result: Array = batch.copy()
        for place in range(len(steps)):
            for number, (adjust, (least, largest)) in enumerate(steps):
                chosen = np.flatnonzero(orders[:, place] == number)
                factors = rng.uniform(least, largest, len(chosen))
                if len(chosen):
                    result[chosen] = adjust(result[chosen], factors)
        return result

    def _steps(self) -> list[tuple[Callable[[Array, Array], Array], Range]]:
        """What there is to do."""
        steps: list[tuple[Callable[[Array, Array], Array], Range, float]] = [
            (adjust_brightness, self.brightness, 1),
            (adjust_contrast, self.contrast, 1),
            (adjust_saturation, self.saturation, 1),
            (adjust_hue, self.hue, 0),
        ]
        return [(adjust, range_) for adjust, range_, same in steps if range_ != (same, same)]

    def __repr__(self) -> str:
        return (
            f"ColorJitter(brightness={self.brightness}, contrast={self.contrast}, "
            f"saturation={self.saturation}, hue={self.hue})"
        )


def _range(name: str, value: float | Sequence[float], middle: float, limits: Range) -> Range:
    """Where a factor is drawn from."""
    if isinstance(value, int | float):
        if value < 0:
            raise ValueError(f"{name}: must not be negative, it is {value}")
        least, largest = middle - value, middle + value
        if middle == 1:
            least = max(least, 0)
    elif len(value) == 2:
        least, largest = value
    else:
        raise ValueError(f"{name}: a number or (least, largest), not {value!r}")
    if not limits[0] <= least <= largest <= limits[1]:
        raise ValueError(f"{name}: {value!r} leaves the range from {limits[0]} to {limits[1]}")
    return float(least), float(largest)
