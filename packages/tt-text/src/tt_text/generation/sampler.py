"""How the next token is chosen: all settings together, checked once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tt_tensor import Generator, Tensor, from_numpy

from .scores import (
    greedy,
    keep_min_p,
    keep_top_k,
    keep_top_p,
    penalize_repetition,
    sample,
    scale_temperature,
)

__all__ = ["Sampler"]


@dataclass(frozen=True)
class Sampler:
    """Chooses tokens: repetition penalty, temperature, top-k, top-p, min-p, in this order.

    Attributes:
        temperature: 0 chooses the likeliest token; see :func:`scale_temperature`.
        top_k: see :func:`keep_top_k`.
        top_p: see :func:`keep_top_p`.
        min_p: see :func:`keep_min_p`.
        repetition_penalty: see :func:`penalize_repetition`.
        generator: of the random numbers; the default one if None.

    Raises:
        ValueError: a setting out of its range.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text.generation import Sampler
        >>> Sampler(temperature=0.0)(tt.tensor([[1.0, 3.0, 2.0]]))
        tensor([1])
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    repetition_penalty: float = 1.0
    generator: Generator | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.temperature < np.inf:
            raise ValueError(f"temperature must be a number from 0 on, not {self.temperature}")
        nothing = from_numpy(np.zeros(1, np.float32))
        for filtered, setting in self._filters():
            filtered(nothing, setting)  # the functions know what they can take
        penalize_repetition(nothing, from_numpy(np.ones(1, bool)), self.repetition_penalty)

    def __call__(self, scores: Tensor, used: Tensor | None = None) -> Tensor:
        """A token per row.

        Args:
            scores: (..., V).
            used: (..., V) booleans, the tokens that the text has; only the penalty asks for it.

        Returns:
            (...) int64.
        """
        if used is not None and self.repetition_penalty != 1:
            scores = penalize_repetition(scores, used, self.repetition_penalty)
        if self.temperature == 0:
            return greedy(scores)
        if self.temperature != 1:
            scores = scale_temperature(scores, self.temperature)
        for filtered, setting in self._filters():
            scores = filtered(scores, setting)
        return sample(scores, self.generator)

    def _filters(self) -> list[tuple[Callable[..., Tensor], float]]:
        pairs = [(keep_top_k, self.top_k), (keep_top_p, self.top_p), (keep_min_p, self.min_p)]
        return [(function, setting) for function, setting in pairs if setting is not None]
