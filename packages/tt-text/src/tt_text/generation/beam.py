"""Beam search: not one text but the best few are kept while they grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tt_tensor import from_numpy, log_softmax
from tt_tensor.typing import Array

from ..attention import GrowingCache, KeyValueCache
from .decode import LanguageModel, last_scores
from .generate import check_lengths

__all__ = ["Beam", "beam_search"]


@dataclass(frozen=True)
class Beam:
    """A text that beam search has found.

    Attributes:
        tokens: the prompt and what follows it.
        log_probability: of what follows, ``Σ log p``.
        score: ``log_probability / new_tokens^length_penalty``, what texts are compared by.
    """

    tokens: list[int]
    log_probability: float
    score: float


def beam_search(
    model: LanguageModel,
    prompt: Sequence[int],
    max_new_tokens: int,
    *,
    beams: int = 4,
    length_penalty: float = 1.0,
    eos: int | None = None,
) -> list[Beam]:
    """The likeliest continuations, found by keeping the ``beams`` best ones at every length.

    Each kept text is continued by every token, and of all these the best are kept.  It is a
    search of everything if the beams are as many as there are texts, and greedy with one beam.

    Args:
        model: the model.
        prompt: the tokens of one text.
        max_new_tokens: how many tokens to add at most; never more than the context allows.
        beams: how many texts are kept.
        length_penalty: α in ``Σ log p / length^α``: 0 prefers short texts, 1 compares means.
        eos: the token that ends a text.

    Returns:
        Up to ``beams`` texts, the best one first: they end with ``eos`` or are of full length.

    Raises:
        ValueError: an empty prompt or one longer than the context, a number below 1, or an ``eos`` that
            the model does not have.

    Sources: Lowerre, "The Harpy speech recognition system", 1976; Wu et al., "Google's neural
    machine translation system", 2016, for the penalty.

    Example:
        >>> from tt_text import GPT, GPTConfig, beam_search
        >>> model = GPT(GPTConfig(vocab_size=5, context=8, layers=1, heads=1, width=4))
        >>> best = beam_search(model, [1, 2], 3, beams=2)
        >>> len(best), best[0].score >= best[1].score, len(best[0].tokens)
        (2, True, 5)
    """
    for name, number in (("max_new_tokens", max_new_tokens), ("beams", beams)):
        if number < 1:
            raise ValueError(f"{name} must be at least 1, not {number}")
    check_lengths([len(prompt)], model.context)
    limit = min(max_new_tokens, model.context + 1 - len(prompt))
    search = Search(beams, length_penalty, eos, limit)
    texts: Array = np.array([prompt], np.int64)  # (B, L)
    totals: Array = np.zeros(1)  # (B,)
    cache, new = GrowingCache(), texts
    for length in range(1, limit + 1):
        logs = log_softmax(last_scores(model, new, cache, None), -1).array  # (B, V)
        parents, new, totals = search.step(totals[:, None] + logs, texts, length)
        texts = np.concatenate([texts[parents], new], 1)
        if search.is_over(totals, length):
            break
        cache = selected(cache, parents)
    else:
        search.finish(texts, totals, limit)
    return search.found


class Search:
    """The texts that have ended, and the choice of those that go on."""

    def __init__(self, beams: int, penalty: float, eos: int | None, limit: int) -> None:
        self.beams, self.penalty, self.eos, self.limit = beams, penalty, eos, limit
        self.found: list[Beam] = []

    def step(self, totals: Array, texts: Array, length: int) -> tuple[Array, Array, Array]:
        """Choose among the continuations of all texts.

        Args:
            totals: (B, V), the log probability of each text followed by each token.
            texts: (B, L).
            length: of the new part.

        Returns:
            Of the texts that go on: which texts they continue (B,), by which tokens (B, 1), and
            their log probabilities (B,).
        """
        vocabulary = totals.shape[1]
        if self.eos is not None:
            if not 0 <= self.eos < vocabulary:
                raise ValueError(f"eos: token {self.eos} is out of range for {vocabulary} tokens")
            for text, total in zip(texts, totals[:, self.eos], strict=True):
                self._add([*text.tolist(), self.eos], float(total), length)
            totals = totals.copy()
            totals[:, self.eos] = -np.inf
        flat = totals.reshape(-1)
        best = np.argsort(-flat, kind="stable")[: self.beams]
        best = best[np.isfinite(flat[best])]
        return best // vocabulary, best[:, None] % vocabulary, flat[best]

    def is_over(self, totals: Array, length: int) -> bool:
        """Whether no text that goes on can become better than those that have ended."""
        if not len(totals):
            return True
        if len(self.found) < self.beams:
            return False
        lengths = (length + 1, self.limit)  # a total only falls: the best case is one of these
        return all(self._score(float(totals[0]), n) <= self.found[-1].score for n in lengths)

    def finish(self, texts: Array, totals: Array, length: int) -> None:
        """The texts that have full length without an end."""
        for text, total in zip(texts, totals, strict=True):
            self._add(text.tolist(), float(total), length)

    def _add(self, tokens: list[int], total: float, length: int) -> None:
        if total > -np.inf:
            self.found.append(Beam(tokens, total, self._score(total, length)))
            self.found.sort(key=lambda beam: -beam.score)
            del self.found[self.beams :]

    def _score(self, total: float, length: int) -> float:
        return total / float(length**self.penalty)


def selected(cache: KeyValueCache, rows: Array) -> GrowingCache:
    """A cache of the chosen texts: (B, H, L, D) keys and values, row by row."""
    out = GrowingCache()
    layer = 0
    while (held := cache.read(layer)) is not None:
        keys, values = (from_numpy(x.array[rows]) for x in held)
        out.append(layer, keys, values)
        layer += 1
    return out
