"""The heart of byte-pair encoding: merge adjacent tokens, the best pair first.

Two ways with the same result.  :func:`merge_short` is the definition, and the faster of the two
for words as they occur in texts: it looks at all pairs for each merge.  :func:`merge_long` keeps
the pairs in a heap, so that a word of a million characters does not take a million squared steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from math import inf

__all__ = ["Merges", "Pair"]

Pair = tuple[int, int]
LONG = 200  # tokens; from here on the heap is faster


class Merges:
    """Which pairs of tokens merge, into what, and in which order.

    Args:
        results: pair of tokens → the token that they become.
        ranks: pair of tokens → its place in the order; the smallest rank merges first, and of
            equal ranks the leftmost pair.

    Example:
        >>> from tt_text.tokenizers import Merges
        >>> merges = Merges({(0, 1): 2, (2, 2): 3}, {(0, 1): 0, (2, 2): 1})
        >>> merges.apply([0, 1, 0, 1, 0])
        [3, 0]
    """

    def __init__(self, results: Mapping[Pair, int], ranks: Mapping[Pair, float]) -> None:
        self.results, self.ranks = results, ranks

    def apply(self, ids: Sequence[int]) -> list[int]:
        """Merge until no pair is left that merges."""
        return (merge_short if len(ids) < LONG else merge_long)(ids, self.results, self.ranks)


def merge_short(
    ids: Sequence[int], results: Mapping[Pair, int], ranks: Mapping[Pair, float]
) -> list[int]:
    """Find the best pair, merge it, look at its neighbours again; until no pair merges."""
    ids = list(ids)
    waiting = [ranks.get(pair, inf) for pair in pairwise(ids)]  # waiting[i]: of ids[i], ids[i + 1]
    while waiting and (best := min(waiting)) < inf:
        i = waiting.index(best)
        ids[i : i + 2] = [results[ids[i], ids[i + 1]]]
        del waiting[i]
        if i < len(waiting):
            waiting[i] = ranks.get((ids[i], ids[i + 1]), inf)
        if i > 0:
            waiting[i - 1] = ranks.get((ids[i - 1], ids[i]), inf)
    return ids


def merge_long(
    ids: Sequence[int], results: Mapping[Pair, int], ranks: Mapping[Pair, float]
) -> list[int]:
    """The same with a heap of pairs and a linked list of tokens: n log n steps for n tokens."""
    ids, end = list(ids), len(ids)
    before, after = list(range(-1, end - 1)), list(range(1, end + 1))
    heap = [(ranks[p], i, p) for i, p in enumerate(pairwise(ids)) if p in ranks]
    heapify(heap)
    while heap:
        _, i, pair = heappop(heap)
        j = after[i]
        if j == end or (ids[i], ids[j]) != pair:
            continue  # one of the two has become another token since
        ids[i], ids[j], after[i] = results[pair], -1, after[j]
        if after[i] < end:
            before[after[i]] = i
        for left in (before[i], i):
            if left >= 0 and after[left] < end:
                pair = ids[left], ids[after[left]]
                if pair in ranks:
                    heappush(heap, (ranks[pair], left, pair))
    return [token for token in ids if token >= 0]
