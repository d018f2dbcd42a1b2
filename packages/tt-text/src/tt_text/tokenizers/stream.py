"""Text from tokens that come one by one, as a model writes them.

A token may end in the middle of a character: of the four bytes of an emoji, say.  What is not yet
a whole character waits for the next token.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .base import Tokenizer

__all__ = ["StreamDecoder"]


class StreamDecoder:
    """Decodes token by token and never breaks a character.

    Args:
        tokenizer: knows the tokens.
        previous: the token before the first one, if the text goes on from a prompt.
        errors: what to do with bytes that are not UTF-8: ``"replace"``, ``"ignore"`` or
            ``"strict"``.

    Example:
        >>> from tt_text import BPETokenizer, StreamDecoder
        >>> tokenizer = BPETokenizer.train("", vocab_size=256)  # a token is a byte
        >>> decoder = StreamDecoder(tokenizer)
        >>> [decoder.push(token) for token in tokenizer.encode("aé")]
        ['a', '', 'é']
        >>> decoder.push(0xC3), decoder.finish()  # the first half of a character, and no more
        ('', '�')
    """

    def __init__(
        self, tokenizer: Tokenizer, *, previous: int | None = None, errors: str = "replace"
    ) -> None:
        self._tokenizer = tokenizer
        self._previous = previous
        self._position = 0
        self._utf8 = codecs.getincrementaldecoder("utf-8")(errors)

    def push(self, token: int) -> str:
        """The characters that are complete with this token; often one word, sometimes none.

        Raises:
            ValueError: no such token; the message says which, and how many came before.
        """
        if not 0 <= token < self._tokenizer.vocab_size:
            raise ValueError(
                f"token: {token} at position {self._position} is out of range for a vocabulary "
                f"of {self._tokenizer.vocab_size} tokens"
            )
        new = self._tokenizer.token_bytes(token, self._previous)
        self._previous = token
        self._position += 1
        return self._utf8.decode(new)

    def finish(self) -> str:
        """What is left when no more tokens come: nothing, or a character that is not complete."""
        return self._utf8.decode(b"", final=True)
