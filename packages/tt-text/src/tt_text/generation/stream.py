"""Text from a prompt: all at once, or as it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from tt_tensor import Generator

from ..attention import GrowingCache
from ..tokenizers import StreamDecoder, Tokenizer
from .decode import LanguageModel, NewCache, Overflow, decode
from .generate import check_lengths
from .sampler import Sampler
from .stop_text import StopText

__all__ = ["generate_text", "stream"]


def stream(
    model: LanguageModel,
    tokenizer: Tokenizer,
    prompt: str,
    max_new_tokens: int = 200,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
    stop: Sequence[str] = (),
    eos: int | None = None,
    generator: Generator | None = None,
    cache: NewCache | None = GrowingCache,
    overflow: Overflow = "slide",
) -> Iterator[str]:
    """Continue a text, and give each piece of it as soon as it is there.

    Args:
        model: the model.
        tokenizer: the one that the model was trained with; its ``prefix`` comes before the prompt.
        prompt: the beginning, which is not given again.
        max_new_tokens: how many tokens to add at most.
        stop: the text ends before any of these; they may be split over tokens.
        eos: the text ends at this token, which is not shown.
        temperature: this and all others as in :func:`tt_text.generate`.

    Yields:
        Pieces of text that are never empty and never break a character. A character that
        ``max_new_tokens`` cuts off is left out.

    Raises:
        ValueError: as :func:`tt_text.generate`; at once, not when the first piece is asked for.

    Example:
        >>> from tt_text import GPT, CharTokenizer, GPTConfig, stream
        >>> tokenizer = CharTokenizer("ab")
        >>> model = GPT(GPTConfig(vocab_size=2, context=8, layers=1, heads=1, width=4))
        >>> for piece in stream(model, tokenizer, "ab", 5, temperature=0):
        ...     print(piece, end="")        # doctest: +SKIP
        babab
    """
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens must not be negative, it is {max_new_tokens}")
    sampler = Sampler(temperature, top_k, top_p, min_p, repetition_penalty, generator)
    ids = [*tokenizer.prefix, *tokenizer.encode(prompt)]
    check_lengths([len(ids)], model.context)
    steps = decode(model, np.array([ids]), None, sampler, cache=cache, overflow=overflow)
    new = (int(chosen[0]) for chosen in islice(steps, max_new_tokens))
    return _pieces(new, StreamDecoder(tokenizer, previous=ids[-1]), StopText(stop), eos)


def _pieces(
    tokens: Iterator[int], decoder: StreamDecoder, gate: StopText, eos: int | None
) -> Iterator[str]:
    """From tokens to text: whole characters, up to a stop sequence."""
    for token in tokens:
        if token == eos:
            break
        if text := gate.push(decoder.push(token)):
            yield text
        if gate.reached:
            return
    if rest := gate.finish():
        yield rest


def generate_text(
    model: LanguageModel,
    tokenizer: Tokenizer,
    prompt: str,
    max_new_tokens: int = 200,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
    stop: Sequence[str] = (),
    eos: int | None = None,
    generator: Generator | None = None,
    cache: NewCache | None = GrowingCache,
    overflow: Overflow = "slide",
) -> str:
    """What :func:`tt_text.stream` gives, in one piece, without the prompt.

    Args:
        model: this and all others as in :func:`tt_text.stream`.

    Raises:
        ValueError: as there.

    Example:
        >>> from tt_text import GPT, CharTokenizer, GPTConfig, generate_text
        >>> model = GPT(GPTConfig(vocab_size=2, context=8, layers=1, heads=1, width=4))
        >>> len(generate_text(model, CharTokenizer("ab"), "ab", 20))
        20
    """
    pieces = stream(
        model,
        tokenizer,
        prompt,
        max_new_tokens,
        temperature=temperature,
        top_k=top_k,
        top_p=top_p,
        min_p=min_p,
        repetition_penalty=repetition_penalty,
        stop=stop,
        eos=eos,
        generator=generator,
        cache=cache,
        overflow=overflow,
    )
    return "".join(pieces)
