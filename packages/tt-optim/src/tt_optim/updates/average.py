"""One step of an exponential moving average."""

from __future__ import annotations

import numpy as np

from tt_autograd import not_differentiable
from tt_tensor import InPlace
from tt_tensor.typing import Array

from .blocks import blocks

__all__ = ["average_p"]


def average_naive(average: Array, value: Array, decay: float) -> None:
    """a ← d · a + (1 - d) · v."""
    for i in np.ndindex(average.shape):
        average[i] = decay * average[i] + (1 - decay) * value[i]


def average_numpy(average: Array, value: Array, decay: float) -> None:
    """The same, many elements at once and without new memory; ``b`` is scratch."""
    for a, v, b, _ in blocks(average, value):
        np.multiply(a, decay, a)
        np.multiply(v, 1 - decay, b)
        np.add(a, b, a)


average_p = InPlace(
    "average_step",
    inputs=("average", "value"),
    writes=1,
    params=("decay",),
    naive=average_naive,
    numpy=average_numpy,
)
not_differentiable(average_p)
