"""Positions: what tells a transformer the order of its input."""

from .alibi import alibi_bias, alibi_slopes
from .learned import LearnedPositions
from .rotary import RotaryPositions, apply_rotary, rotary_angles
from .sinusoidal import SinusoidalPositions, sinusoids

__all__ = [
    "LearnedPositions",
    "RotaryPositions",
    "SinusoidalPositions",
    "alibi_bias",
    "alibi_slopes",
    "apply_rotary",
    "rotary_angles",
    "sinusoids",
]
