"""Halves of surrogate pairs: numbers that UTF-16 needs and that are no characters.

Python's strings may hold them, UTF-8 may not, so they cannot be tokens.
"""

from __future__ import annotations

__all__ = ["without_surrogates"]


def without_surrogates(text: str) -> str:
    """The text with pairs of halves as the characters they mean, and lone halves as �.

    Example:
        >>> from tt_text.tokenizers.surrogates import without_surrogates
        >>> without_surrogates("\\ud83d\\ude42 and \\ud83d")
        '🙂 and �'
    """
    try:
        text.encode("utf-8")
        return text
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
