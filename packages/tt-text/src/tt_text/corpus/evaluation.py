"""How well a model knows a text: the loss of each token, perplexity, bits per character."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tt_autograd import no_grad
from tt_nn.functional import cross_entropy
from tt_tensor import Tensor, from_numpy, transpose
from tt_tensor.typing import Array

from ..evaluating import evaluating
from ..generation import LanguageModel
from ..tokenizers import Tokenizer
from .tokens import Tokens, row_of

__all__ = ["Evaluation", "evaluate_text", "evaluate_tokens", "token_losses"]


@dataclass(frozen=True)
class Evaluation:
    """What was found.

    Attributes:
        tokens: how many were scored.
        nats: the sum of their losses, ``-Σ ln p``.
        characters: how many characters they stand for, if that is known.
        bytes: and how many bytes of UTF-8.
    """

    tokens: int
    nats: float
    characters: int | None = None
    bytes: int | None = None

    @property
    def loss(self) -> float:
        """The mean loss of a token, in nats."""
        return self.nats / self.tokens

    @property
    def perplexity(self) -> float:
        """``exp(loss)``: among so many equally likely tokens the model wavers on average."""
        return math.exp(self.loss)

    @property
    def bits_per_character(self) -> float:
        """The size of the text if the model compressed it: comparable between tokenizers."""
        return self._bits_per(self.characters, "characters")

    @property
    def bits_per_byte(self) -> float:
        """The same per byte of UTF-8."""
        return self._bits_per(self.bytes, "bytes")

    def _bits_per(self, count: int | None, name: str) -> float:
        if count is None:
            raise ValueError(f"the number of {name} is not known; evaluate_text counts them")
        return self.nats / math.log(2) / count


def evaluate_text(
    model: LanguageModel,
    tokenizer: Tokenizer,
    text: str,
    *,
    stride: int | None = None,
    batch_size: int = 8,
) -> Evaluation:
    """How well a model knows a text, in units that do not depend on the tokenizer.

    Args:
        model: the model.
        tokenizer: the one it was trained with; with a ``prefix`` every token of the text is scored,
            without one all but the first, of which no model can know anything.
        text: the text.
        stride: see :func:`token_losses`.
        batch_size: see :func:`token_losses`.

    Raises:
        ValueError: the text is too short to score anything, or a number is out of range.

    Source: Jelinek et al., "Perplexity - a measure of the difficulty of speech recognition tasks",
    1977.

    Example:
        >>> from tt_text import GPT, CharTokenizer, GPTConfig, evaluate_text
        >>> model = GPT(GPTConfig(vocab_size=2, context=8, layers=1, heads=1, width=4))
        >>> found = evaluate_text(model, CharTokenizer("ab"), "abba" * 10)
        >>> found.tokens, abs(found.bits_per_character - 1) < 0.1
        (39, True)
    """
    ids, places = tokenizer.encode_with_offsets(text)
    prefix = list(tokenizer.prefix)
    first = 0 if prefix else 1  # the first token that is scored
    scored = text[places[first][0] :] if first < len(ids) else ""
    losses = token_losses(model, [*prefix, *ids], stride=stride, batch_size=batch_size)
    losses = losses[max(len(prefix) - 1, 0) :]
    nats = float(losses.sum(dtype=np.float64))
    return Evaluation(len(losses), nats, len(scored), len(scored.encode("utf-8")))


def evaluate_tokens(
    model: LanguageModel, tokens: Tokens, *, stride: int | None = None, batch_size: int = 8
) -> Evaluation:
    """The mean loss and the perplexity over all tokens of a file.

    Args:
        model: the model.
        tokens: (T,); of an array that is mapped to a file, a batch at a time is read.
        stride: see :func:`token_losses`.
        batch_size: see :func:`token_losses`.

    Raises:
        ValueError: fewer than two tokens, or a number is out of range.

    Example:
        >>> from tt_text import GPT, GPTConfig, evaluate_tokens
        >>> model = GPT(GPTConfig(vocab_size=10, context=8, layers=1, heads=1, width=4))
        >>> 9 < evaluate_tokens(model, [1, 2, 3] * 20).perplexity < 11
        True
    """
    count, nats = 0, 0.0
    for losses in loss_blocks(model, row_of(tokens), stride, batch_size):
        count += losses.size
        nats += float(losses.sum(dtype=np.float64))
    return Evaluation(count, nats)


def token_losses(
    model: LanguageModel, tokens: Tokens, *, stride: int | None = None, batch_size: int = 8
) -> Array:
    """The loss ``-ln p`` of every token but the first, each given the tokens before it.

    The model reads windows of ``model.context`` tokens. With a stride below that they overlap, and
    of each only the targets that no window before had are scored: so each is scored once, and after
    the first window with at least ``context - stride`` tokens before it.

    Args:
        model: the model.
        tokens: (T,).
        stride: from window to window; half of the context if None. Smaller ones are slower and give
            lower losses; with the whole context, tokens at the start of a window have little
            before them.
        batch_size: windows at a time.

    Returns:
        (T - 1,) of the scores' type.

    Raises:
        ValueError: fewer than two tokens, or a number is out of range.

    Example:
        >>> from tt_text import GPT, GPTConfig, token_losses
        >>> model = GPT(GPTConfig(vocab_size=10, context=8, layers=1, heads=1, width=4))
        >>> token_losses(model, [1, 2, 3] * 10).shape
        (29,)
    """
    return np.concatenate(list(loss_blocks(model, row_of(tokens), stride, batch_size)))


def loss_blocks(
    model: LanguageModel, row: Array, stride: int | None, batch_size: int
) -> Iterator[Array]:
    """The losses of all targets in order, a batch of windows at a time."""
    targets = len(row) - 1
    if targets < 1:
        raise ValueError(
            f"tokens: {len(row)} of them are too few to score the token after the first"
        )
    length = min(model.context, targets)
    step = max(model.context // 2, 1) if stride is None else stride
    if not 1 <= step <= model.context:
        raise ValueError(f"stride must be between 1 and the context, {model.context}, not {step}")
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")
    ends = np.append(np.arange(length, targets, step), targets)  # of the windows
    done = 0
    for first in range(0, len(ends), batch_size):
        batch = ends[first : first + batch_size]
        windows = row[batch[:, None] + np.arange(-length, 1)].astype(np.int64)  # (N, L + 1)
        losses = window_losses(model, windows)  # (N, L)
        fresh = batch - np.concatenate(([done], batch[:-1]))  # targets not scored before
        done = int(batch[-1])
        yield np.concatenate([row[length - n :] for row, n in zip(losses, fresh, strict=True)])


def window_losses(model: LanguageModel, windows: Array) -> Array:
    """The losses (N, L) of the targets in windows (N, L + 1)."""
    x, y = from_numpy(windows[:, :-1].copy()), from_numpy(windows[:, 1:].copy())
    with no_grad(), evaluating(model):
        scores: Tensor = model(x)  # (N, L, V)
        return cross_entropy(transpose(scores, 1, 2), y, reduction="none").array
