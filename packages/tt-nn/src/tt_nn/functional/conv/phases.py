"""Which elements of a filter a pixel meets when the filter moves in strides."""

from __future__ import annotations

import math
from collections.abc import Iterator

__all__ = ["Phase", "phases"]


class Phase:
    """Pixels that meet the same elements of a filter along one dimension.

    Attributes:
        first: the first of them; the others follow at distances of the stride.
        taps: those elements, last to first.
        corner: how far before the first place the first pixel's first gradient comes from.
        dilation: the distance between the places that its gradients come from.
    """

    __slots__ = ("corner", "dilation", "first", "taps")

    def __init__(self, first: int, taps: list[int], corner: int, dilation: int) -> None:
        self.first, self.taps, self.corner, self.dilation = first, taps, corner, dilation


def phases(size: int, kernel: int, stride: int, padding: int, dilation: int) -> Iterator[Phase]:
    """The phases of one dimension with ``size`` pixels.

    Pixel y is at y + p in the padded image, and meets the element i at the place (y + p - i·d)/s, where
    that is a whole number: so what it meets depends on y modulo s only.
    """
    for first in range(min(stride, size)):
        taps = [i for i in range(kernel) if (first + padding - i * dilation) % stride == 0][::-1]
        nearest = (first + padding - taps[0] * dilation) // stride if taps else 0
        yield Phase(first, taps, -nearest, dilation // math.gcd(stride, dilation))
