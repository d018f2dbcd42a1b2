"""What the records of all update rules share: shapes, arrays, and one step of PyTorch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import numpy as np

from tt_tensor.testing import draw
from tt_tensor.typing import Array

__all__ = ["TOLERANCE", "DType", "Drawer", "Rng", "drawers", "torch_step"]

Rng = np.random.Generator
DType = np.dtype[Any]
TOLERANCE = {"float32": 5e-6}
"""A rule is a dozen operations, each of which may round."""


class Drawer:
    """Draws arrays of one shape and layout."""

    def __init__(self, rng: Rng, dtype: DType, shape: tuple[int, ...], turned: bool) -> None:
        self.rng, self.dtype, self.shape, self.turned = rng, dtype, shape, turned

    def __call__(self, low: float = -2, high: float = 2) -> Array:
        """Numbers between two limits."""
        shape = self.shape[::-1] if self.turned else self.shape
        array = draw(self.rng, self.dtype, shape, low, high)
        return array.T if self.turned else array


def drawers(rng: Rng, dtype: DType) -> Iterator[Drawer]:
    """Shapes for one sample after the other: matrices, vectors, a number, nothing, a transpose."""
    shapes = [(2, 3), (4,), (), (0, 2), (3, 2)]
    return cycle([Drawer(rng, dtype, shape, shape == (3, 2)) for shape in shapes])


def torch_step(optimizer: Any, grad: Any, state: dict[str, Any], *names: str) -> tuple[Any, ...]:
    """One step of PyTorch's optimizer for one parameter.

    Args:
        optimizer: made for a tensor.
        grad: the tensor's gradient.
        state: what the optimizer remembers of earlier steps.
        names: which memories are wanted.

    Returns:
        the parameter and these memories after the step.
    """
    param = optimizer.param_groups[0]["params"][0]
    param.grad = grad
    optimizer.state[param].update(state)
    optimizer.step()
    return (param, *[optimizer.state[param][name] for name in names])
