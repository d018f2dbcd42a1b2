"""Texts of different lengths in one tensor: filled up, with a mask that tells what is real."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import tt_tensor as tt
from tt_tensor import Tensor

__all__ = ["Batch", "Framing", "pad"]

Side = Literal["left", "right"]


class Batch(NamedTuple):
    """Several lists of tokens, filled up to one length.

    Attributes:
        ids: (rows, length) int64, the tokens.
        mask: (rows, length) bool, True at real tokens and False at filling.
    """

    ids: Tensor
    mask: Tensor


def pad(
    rows: Sequence[Sequence[int]],
    value: int | None,
    *,
    length: int | None = None,
    side: Side = "right",
) -> Batch:
    """Fill lists of tokens up to one length.

    Args:
        rows: the lists.
        value: the token to fill up with; None if there is none, which is an error only if one is
            needed.
        length: the length to fill up to; the longest list's if None.
        side: where to fill up: ``"right"`` or ``"left"``.

    Returns:
        A :class:`Batch` of the tokens and their mask.

    Raises:
        ValueError: a list is longer than ``length``, or there is no token to fill up with.

    Example:
        >>> from tt_text.tokenizers import pad
        >>> pad([[5, 6, 7], [8]], 0).ids.tolist()
        [[5, 6, 7], [8, 0, 0]]
        >>> pad([[5, 6, 7], [8]], 0, side="left").mask.tolist()
        [[True, True, True], [False, False, True]]
    """
    if side not in ("left", "right"):
        raise ValueError(f"side: expected 'left' or 'right', not {side!r}")
    longest = max((len(row) for row in rows), default=0)
    if length is None:
        length = longest
    if longest > length:
        place = next(p for p, row in enumerate(rows) if len(row) > length)
        raise ValueError(
            f"row {place} has {len(rows[place])} tokens, more than length={length}; "
            "truncate=True would cut it"
        )
    if value is None and any(len(row) < length for row in rows):
        raise ValueError(
            "pad_id: the rows have different lengths and this tokenizer has no padding token; "
            "give the token to fill up with"
        )
    ids, mask = [], []
    for row in rows:
        filling, real = [value or 0] * (length - len(row)), [True] * len(row)
        false = [False] * len(filling)
        ids.append([*row, *filling] if side == "right" else [*filling, *row])
        mask.append(real + false if side == "right" else false + real)
    shape = (len(rows), length)
    return Batch(
        tt.tensor(ids, dtype=tt.int64).reshape(*shape),
        tt.tensor(mask, dtype=tt.bool).reshape(*shape),
    )


class Framing(NamedTuple):
    """How lists of tokens become rows of a batch.

    Attributes:
        before, behind: the tokens around each list.
        length: the length to fill up to; the longest list's if None.
        truncate: cut lists that are longer.
        side: where to fill up.
    """

    before: Sequence[int] = ()
    behind: Sequence[int] = ()
    length: int | None = None
    truncate: bool = False
    side: Side = "right"

    def batch(self, rows: Sequence[Sequence[int]], value: int | None) -> Batch:
        """Cut the lists, put the tokens around them and fill them up with ``value``."""
        around = len(self.before) + len(self.behind)
        if self.truncate and self.length is not None:
            if self.length < around:
                raise ValueError(f"length: {self.length} has no room for {around} special tokens")
            rows = [row[: self.length - around] for row in rows]
        framed = [[*self.before, *row, *self.behind] for row in rows]
        return pad(framed, value, length=self.length, side=self.side)

    def of_zeros(self) -> Framing:
        """The same with zeros for the tokens around each list."""
        zeros = ([0] * len(self.before), [0] * len(self.behind))
        return self._replace(before=zeros[0], behind=zeros[1])
