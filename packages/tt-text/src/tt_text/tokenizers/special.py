"""Special tokens: names such as ``<|endoftext|>`` that mean something to a model.

They are not made by merging; they are looked for in the text before anything else, and only if
the caller says so.  A text from a stranger must not be able to end itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Literal

from .checks import check_text

__all__ = ["SpecialTokens"]


class SpecialTokens:
    """Finds special tokens in texts.

    Args:
        ids: name → number.

    Raises:
        ValueError: a name is empty, or two have the same number.

    Example:
        >>> from tt_text.tokenizers import SpecialTokens
        >>> special = SpecialTokens({"<|end|>": 7})
        >>> list(special.split("one<|end|>two", {"<|end|>"}))
        [('one', None), ('<|end|>', 7), ('two', None)]
    """

    def __init__(self, ids: Mapping[str, int]) -> None:
        self.ids = dict(ids)
        if "" in self.ids:
            raise ValueError("special: a special token has an empty name")
        names: dict[int, str] = {}
        for name, number in self.ids.items():
            if number in names:
                raise ValueError(
                    f"special: {names[number]!r} and {name!r} have the same number {number}"
                )
            names[number] = name

    def choose(
        self,
        text: str,
        allowed: Collection[str] | Literal["all"],
        disallowed: Collection[str] | Literal["all"],
    ) -> frozenset[str]:
        """The names to look for, if the text has none of the others.

        Args:
            text: the text.
            allowed: names that become special tokens; ``"all"``: every one.
            disallowed: names that must not occur; ``"all"``: every one that is not allowed.

        Raises:
            TypeError: the text is no text, or names are a single one.
            ValueError: a name does not exist, or the text has one that must not occur.
        """
        check_text(text)
        for argument, names in (("allowed", allowed), ("disallowed", disallowed)):
            if isinstance(names, str) and names != "all":
                raise TypeError(f"{argument}_special: expected names or 'all'; write {{{names!r}}}")
        every = frozenset(self.ids)
        chosen = every if allowed == "all" else frozenset(allowed)
        forbidden = every - chosen if disallowed == "all" else frozenset(disallowed)
        if unknown := chosen - every:
            raise ValueError(
                f"allowed_special: {min(unknown)!r} is no special token; there are {sorted(every)}"
            )
        if forbidden and (match := finder(forbidden).search(text)):
            raise ValueError(
                f"text: the special token {match[0]!r} at position {match.start()} is not allowed; "
                f"allowed_special={{{match[0]!r}}} encodes it as that token, "
                "disallowed_special=() as ordinary text"
            )
        return chosen

    def split(self, text: str, names: Collection[str]) -> Iterator[tuple[str, int | None]]:
        """The parts of a text: special tokens with their numbers, the rest with None."""
        parts = finder(frozenset(names)).split(text) if names else [text]
        for i, part in enumerate(parts):
            if part:
                yield part, self.ids[part] if i % 2 else None


@lru_cache(maxsize=64)
def finder(names: frozenset[str]) -> re.Pattern[str]:
    """A pattern that finds any of the names; where two fit, the longer one."""
    in_order = sorted(names, key=lambda name: (-len(name), name))
    return re.compile("(" + "|".join(map(re.escape, in_order)) + ")")
