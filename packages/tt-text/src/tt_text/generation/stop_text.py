"""Stop sequences in text that comes in pieces: a sequence may be split over several of them."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["StopText"]


class StopText:
    """Lets text through up to the first stop sequence.

    What may be the beginning of a stop sequence is held back until it is clear.

    Args:
        stops: the sequences; none of them is empty.

    Attributes:
        reached: whether a stop sequence has come; after it, nothing is let through.

    Raises:
        ValueError: an empty stop sequence.

    Example:
        >>> from tt_text.generation import StopText
        >>> gate = StopText(["END"])
        >>> [gate.push(piece) for piece in ["one E", "two EN", "D three"]]
        ['one ', 'Etwo ', '']
        >>> gate.reached
        True
    """

    def __init__(self, stops: Sequence[str]) -> None:
        if isinstance(stops, str):
            raise TypeError("stop: expected several texts, not one; put it into a list")
        if not all(stops):
            raise ValueError("stop: an empty text would end every text at once")
        self._stops = tuple(stops)
        self._held = ""
        self.reached = False

    def push(self, piece: str) -> str:
        """What of the text so far is surely before a stop sequence and was not given before."""
        if self.reached:
            return ""
        text = self._held + piece
        found = [place for place in map(text.find, self._stops) if place >= 0]
        if found:
            self.reached, self._held = True, ""
            return text[: min(found)]
        keep = self._beginning(text)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def finish(self) -> str:
        """What was held back and turned out to be no stop sequence, as no more text comes."""
        rest, self._held = self._held, ""
        return rest

    def _beginning(self, text: str) -> int:
        """How many characters at the end of the text may begin a stop sequence."""
        longest = max(map(len, self._stops), default=1) - 1
        for length in range(min(longest, len(text)), 0, -1):
            if any(stop.startswith(text[-length:]) for stop in self._stops):
                return length
        return 0
