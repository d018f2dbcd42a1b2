"""From the scores of all tokens to one token: what may be chosen, how daringly, and the choice.

Each function takes scores (logits) whose last dimension is the vocabulary and gives scores of the
same shape; a token that must not be chosen gets -∞.  They can be applied one after the other.
"""

from __future__ import annotations

from typing import SupportsIndex

import numpy as np

from tt_tensor import DTypeError, Generator, ShapeError, Tensor, default_generator, from_numpy
from tt_tensor.typing import Array

__all__ = [
    "greedy",
    "keep_min_p",
    "keep_top_k",
    "keep_top_p",
    "penalize_repetition",
    "sample",
    "scale_temperature",
]


def greedy(scores: Tensor) -> Tensor:
    """The token with the highest score: ``argmaxᵥ sᵥ``, the first of equal ones.

    Args:
        scores: (..., V).

    Returns:
        (...) int64.

    Raises:
        ValueError: nothing is left to choose from, or a score is NaN.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text.generation import greedy
        >>> greedy(tt.tensor([[0.1, 2.0, 1.0]]))
        tensor([1])
    """
    return from_numpy(highest(usable(scores)))


def sample(scores: Tensor, generator: Generator | None = None) -> Tensor:
    """A token drawn at random with the probabilities ``softmax(s)``.

    Args:
        scores: (..., V).
        generator: of the random numbers; the default one if None.

    Returns:
        (...) int64.

    Raises:
        ValueError: nothing is left to choose from, or a score is NaN.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text.generation import sample
        >>> sample(tt.tensor([float("-inf"), 0.0]))
        tensor(1)
    """
    return from_numpy(draw(usable(scores), generator))


def scale_temperature(scores: Tensor, temperature: float) -> Tensor:
    """``s / T``: below 1 likely tokens become likelier, above 1 all become more alike.

    Args:
        scores: (..., V).
        temperature: T, above 0; towards 0 the choice becomes :func:`greedy`.

    Raises:
        ValueError: the temperature is not a positive number.

    Source: Ackley, Hinton and Sejnowski, "A learning algorithm for Boltzmann machines", 1985.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text.generation import scale_temperature
        >>> scale_temperature(tt.tensor([1.0, 2.0]), 0.5)
        tensor([2., 4.])
    """
    if not 0 < temperature < np.inf:
        raise ValueError(f"temperature must be a positive number, not {temperature}")
    return from_numpy(numbers(scores) / scores.array.dtype.type(temperature))


def keep_top_k(scores: Tensor, k: int) -> Tensor:
    """Only the ``k`` highest scores stay, and those equal to the lowest of them.

    Args:
        scores: (..., V).
        k: at least 1; all stay if there are no more than ``k``.

    Raises:
        ValueError: ``k`` is below 1.

    Source: Fan, Lewis and Dauphin, "Hierarchical neural story generation", 2018.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text.generation import keep_top_k
        >>> keep_top_k(tt.tensor([1.0, 3.0, 2.0]), 2)
        tensor([-inf, 3., 2.])
    """
    if not isinstance(k, SupportsIndex) or k < 1:
        raise ValueError(f"top_k must be an integer of at least 1, not {k}")
    s = numbers(scores)
    if k >= s.shape[-1]:
        return from_numpy(s.copy())
    lowest = np.partition(s, -k, axis=-1)[..., -k, None]
    return from_numpy(kept(s, s >= lowest))


def keep_top_p(scores: Tensor, p: float) -> Tensor:
    """The nucleus: the fewest tokens, likeliest first, that have a probability of ``p`` together.

    A token stays if those that are likelier have less than ``p`` together.

    Args:
        scores: (..., V).
        p: in (0, 1].

    Raises:
        ValueError: ``p`` is not such a probability.

    Source: Holtzman et al., "The curious case of neural text degeneration", 2020.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text.generation import keep_top_p
        >>> keep_top_p(tt.log(tt.tensor([0.125, 0.5, 0.375])), 0.75).exp()
        tensor([0.0000, 0.5000, 0.3750])
    """
    s = numbers(scores)
    if share("top_p", p) == 1:
        return from_numpy(s.copy())
    order = np.argsort(-s, axis=-1, kind="stable")
    chances = np.take_along_axis(probabilities(s), order, -1)
    likelier = np.cumsum(chances, -1) - chances  # what stands before each token, together
    stays = np.empty(s.shape, bool)
    np.put_along_axis(stays, order, likelier < p, -1)
    return from_numpy(kept(s, stays))


def keep_min_p(scores: Tensor, p: float) -> Tensor:
    """The tokens that are at least ``p`` times as likely as the likeliest one.

    So a token stays if ``sᵥ ≥ max s + log p``: few where the model is sure, many where it is not.

    Args:
        scores: (..., V).
        p: in (0, 1].

    Raises:
        ValueError: ``p`` is not such a probability.

    Source: Nguyen et al., "Turning up the heat: min-p sampling for creative and coherent LLM
    outputs", 2024.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text.generation import keep_min_p
        >>> keep_min_p(tt.log(tt.tensor([0.1, 0.6, 0.3])), 0.4).exp()
        tensor([0.0000, 0.6000, 0.3000])
    """
    s = numbers(scores)
    bound = s.max(-1, keepdims=True) + np.log(s.dtype.type(share("min_p", p)))
    return from_numpy(kept(s, s >= bound))


def penalize_repetition(scores: Tensor, used: Tensor, penalty: float) -> Tensor:
    """Tokens that the text already has become less likely: ``s / θ`` if s > 0, else ``s · θ``.

    Args:
        scores: (..., V).
        used: (..., V) booleans, True for the tokens that the text has.
        penalty: θ; 1 changes nothing, 1.2 is usual, below 1 repetitions become likelier.

    Raises:
        ShapeError: ``used`` has another shape.
        ValueError: the penalty is not a positive number.

    Source: Keskar et al., "CTRL: a conditional transformer language model for controllable
    generation", 2019.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text.generation import penalize_repetition
        >>> penalize_repetition(tt.tensor([2.0, -2.0, 1.0]), tt.tensor([True, True, False]), 2.0)
        tensor([ 1., -4.,  1.])
    """
    if not 0 < penalty < np.inf:
        raise ValueError(f"repetition_penalty must be a positive number, not {penalty}")
    s = numbers(scores)
    if used.shape != scores.shape:
        raise ShapeError(f"used: expected the shape of the scores, {s.shape}, not {used.shape}")
    theta = s.dtype.type(penalty)
    return from_numpy(np.where(used.array, np.where(s > 0, s / theta, s * theta), s))


# ---- what they share


def numbers(scores: Tensor) -> Array:
    """The array of scores, if there are any."""
    s: Array = scores.array
    if s.dtype.kind != "f":
        raise DTypeError(f"scores: expected floating-point numbers, not {scores.dtype}")
    if s.ndim == 0 or s.shape[-1] == 0:
        raise ShapeError(f"scores: expected (..., vocabulary), but the shape is {s.shape}")
    return s


def usable(scores: Tensor) -> Array:
    """The array of scores, if a token can be chosen from every row of it."""
    s = numbers(scores)
    top = s.max(-1)
    bad = ~np.isfinite(top)  # NaN wins over every number in max
    if bad.any():
        place = tuple(np.argwhere(bad)[0].tolist())
        row = f" of row {place[0] if len(place) == 1 else place}" if place else ""
        if top[place] == -np.inf:
            raise ValueError(
                f"scores: all{row} are -inf, there is no token left to choose; keep more of them "
                "(a larger top_k or top_p, a smaller min_p)"
            )
        raise ValueError(f"scores: the highest{row} is {top[place]}; is the model broken?")
    return s


def highest(s: Array) -> Array:
    """The place of the maximum in each row."""
    return np.asarray(s.argmax(-1))


def draw(s: Array, generator: Generator | None) -> Array:
    """One place of each row by the rule of inversion: where the running total passes a number
    drawn between 0 and the total."""
    total = np.cumsum(probabilities(s), -1)
    rng = (default_generator() if generator is None else generator).numpy
    bound = rng.random(s.shape[:-1])[..., None] * total[..., -1:]
    return np.asarray((total <= bound).sum(-1))


def probabilities(s: Array) -> Array:
    """softmax(s) in float64."""
    powers = np.exp(s.astype(np.float64) - s.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def kept(s: Array, stays: Array) -> Array:
    """The scores that stay; -∞ for the others."""
    return np.where(stays, s, s.dtype.type(-np.inf))


def share(name: str, p: float) -> float:
    """A probability above 0."""
    if not 0 < p <= 1:
        raise ValueError(f"{name} must be above 0 and at most 1, not {p}")
    return p
