"""What tokenizers refuse before they begin."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["check_text", "several"]


def several(texts: Iterable[str]) -> Iterable[str]:
    """The texts, unless they are a single one.

    Raises:
        TypeError: it is one text, whose characters would be taken for texts.
    """
    if isinstance(texts, str):
        raise TypeError("texts: expected several texts, not one; put it into a list")
    return texts


def check_text(text: object) -> None:
    """Refuse what is not text.

    Raises:
        TypeError: it is bytes or something else.
    """
    if not isinstance(text, str):
        hint = "; decode it first: text.decode('utf-8')" if isinstance(text, bytes) else ""
        raise TypeError(f"text: expected a str, not {type(text).__name__}{hint}")
