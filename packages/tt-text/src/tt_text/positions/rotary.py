"""Rotary positions: queries and keys are turned by angles that grow with the position.

A pair of numbers (x, y) at position p is turned by the angle p · θ.  The product of a turned query
and a turned key then depends on the distance between the two positions alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_autograd import gradient, not_differentiable
from tt_nn import Module
from tt_tensor import Primitive, ShapeError, Tensor, from_numpy
from tt_tensor.typing import Array

from .sinusoidal import check_room

__all__ = ["RotaryPositions", "apply_rotary", "rotary_angles"]

LAYOUTS = ("halves", "pairs")


def rotary_naive(x: Array, cos: Array, sin: Array, layout: str) -> Array:
    """(x, y) becomes (x cos - y sin, y cos + x sin), pair by pair."""
    out = np.empty_like(x)
    half = x.shape[-1] // 2
    for place in np.ndindex(x.shape[:-1]):
        for k in range(half):
            a, b = (k, k + half) if layout == "halves" else (2 * k, 2 * k + 1)
            c, s = cos[(*place[-1:], k)], sin[(*place[-1:], k)]
            out[(*place, a)] = x[(*place, a)] * c - x[(*place, b)] * s
            out[(*place, b)] = x[(*place, b)] * c + x[(*place, a)] * s
    return out


def rotary_numpy(x: Array, cos: Array, sin: Array, layout: str) -> Array:
    """The same for all pairs at once: the two members are slices of the last dimension."""
    out = np.empty(x.shape, x.dtype)
    half = x.shape[-1] // 2
    if layout == "halves":
        first, second = slice(0, half), slice(half, None)
    else:
        first, second = slice(0, None, 2), slice(1, None, 2)
    a, b = x[..., first], x[..., second]
    np.subtract(a * cos, b * sin, out=out[..., first])
    np.add(b * cos, a * sin, out=out[..., second])
    return out


rotary_p = Primitive(
    "rotary",
    inputs=("input", "cos", "sin"),
    params=("layout",),
    naive=rotary_naive,
    numpy=rotary_numpy,
)
not_differentiable(rotary_p, "cos")
not_differentiable(rotary_p, "sin")


@gradient(rotary_p, "input")
def rotary_input(grad: Any, cos: Any, sin: Any, layout: str) -> Any:
    """Turning back: the matrix of a rotation is orthogonal."""
    return rotary_p((grad, cos, -sin), (layout,))


def rotary_angles(
    length: int, width: int, base: float = 10_000.0, start: int = 0
) -> tuple[Tensor, Tensor]:
    """Cosines and sines of ``p · base^(-2k/width)`` for the positions p from ``start`` on.

    Args:
        length: the number of positions.
        width: of a head, an even number.
        base: the slowest pair turns about ``base`` times slower than the first.
        start: the first position.

    Returns:
        two tensors (length, width / 2), float32.

    Raises:
        ValueError: an odd width.

    Example:
        >>> from tt_text import rotary_angles
        >>> cos, sin = rotary_angles(2, 4)
        >>> cos
        tensor([[1.0000, 1.0000],
                [0.5403, 0.9999]])
    """
    if width < 2 or width % 2:
        raise ValueError(f"width: rotation takes pairs, {width} is not a positive even number")
    rates = base ** (-np.arange(0, width, 2) / width)
    angles = np.multiply.outer(np.arange(start, start + length), rates)
    return from_numpy(np.cos(angles, dtype=np.float32)), from_numpy(
        np.sin(angles, dtype=np.float32)
    )


def apply_rotary(input: Tensor, cos: Tensor, sin: Tensor, layout: str = "halves") -> Tensor:
    """Turn each pair of the last dimension by the angle of its position.

    Args:
        input: (..., L, D).
        cos: (L, D/2), of :func:`rotary_angles`.
        sin: (L, D/2).
        layout: "halves" pairs element k with k + D/2 (GPT-NeoX, Llama in the HuggingFace format);
            "pairs" pairs 2k with 2k + 1 (the original, Llama's own files).

    Returns:
        the input's shape.

    Raises:
        ShapeError: the angles do not fit the input.
        ValueError: another layout.

    Source: Su et al., "RoFormer: enhanced transformer with rotary position embedding", 2021.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import apply_rotary
        >>> quarter = tt.tensor([[0.0]]), tt.tensor([[1.0]])  # the cosine and sine of 90°
        >>> apply_rotary(tt.tensor([[3.0, 0.0]]), *quarter)
        tensor([[0., 3.]])
    """
    if layout not in LAYOUTS:
        raise ValueError(f"layout must be one of {LAYOUTS}, not {layout!r}")
    wanted = (*input.shape[-2:-1], input.shape[-1] // 2) if input.ndim > 1 else ()
    if cos.shape != wanted or sin.shape != wanted or input.shape[-1] % 2:
        raise ShapeError(
            f"apply_rotary: an input of shape {input.shape} needs cosines and sines of shape "
            f"(L, D/2) with an even D, but they have {cos.shape} and {sin.shape}"
        )
    out: Tensor = rotary_p((input, cos.to(input.dtype), sin.to(input.dtype)), (layout,))
    return out


class RotaryPositions(Module):
    """:func:`apply_rotary` with a table of angles for all positions that may come.

    Args:
        max_length: the largest number of positions.
        width: of a head.
        base: see :func:`rotary_angles`.
        layout: see :func:`apply_rotary`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import RotaryPositions
        >>> turn = RotaryPositions(8, 4)
        >>> tt.equal(turn(tt.ones(3, 4))[2:], turn(tt.ones(1, 4), start=2))
        True
    """

    cos: Tensor
    sin: Tensor

    def __init__(
        self, max_length: int, width: int, base: float = 10_000.0, layout: str = "halves"
    ) -> None:
        super().__init__()
        self.max_length, self.layout = max_length, layout
        cos, sin = rotary_angles(max_length, width, base)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def forward(self, input: Tensor, start: int = 0) -> Tensor:
        """(..., L, D) to the same, position ``start`` first.

        Raises:
            ShapeError: more positions than the table has.
        """
        end = start + input.shape[-2]
        check_room(end, self.max_length)
        return apply_rotary(input, self.cos[start:end], self.sin[start:end], self.layout)
