"""Learning byte pairs: which two tokens stand side by side most often?

Start with the 256 bytes.  Count all pairs of neighbours, make the most frequent one a new token,
put it in the place of the pair everywhere, and begin again.  Frequent words end up as one token,
rare ones as a few, and nothing is unknown.

:func:`train_simple` does exactly that.  :func:`train_merges` finds the same merges, hundreds of
times faster: a merge changes few words, so only their pairs are counted again.

Source: Sennrich et al., "Neural machine translation of rare words with subword units", 2016.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise

from .merging import Pair
from .special import SpecialTokens
from .split import Splitter
from .surrogates import without_surrogates

__all__ = ["count_words", "train_merges", "train_simple"]


def count_words(texts: Iterable[str], special: Collection[str], pattern: str) -> dict[bytes, int]:
    """How often each word occurs in texts, special tokens left out."""
    finder = SpecialTokens({name: i for i, name in enumerate(special)})
    splitter = Splitter(pattern)
    counts: Counter[str] = Counter()
    for text in texts:
        for part, number in finder.split(without_surrogates(text), special):
            if number is None:
                counts.update(splitter.words(part))
    return {word.encode("utf-8"): n for word, n in counts.items()}


def replace_pair(word: Sequence[int], pair: Pair, token: int) -> list[int]:
    """The word with ``token`` in place of each ``pair``, from left to right.

    Example:
        >>> from tt_text.tokenizers.bpe_train import replace_pair
        >>> replace_pair([1, 1, 1, 2], (1, 1), 9)
        [9, 1, 2]
    """
    result: list[int] = []
    i = 0
    while i < len(word):
        if i + 1 < len(word) and (word[i], word[i + 1]) == pair:
            result.append(token)
            i += 2
        else:
            result.append(word[i])
            i += 1
    return result


def train_simple(words: Mapping[bytes, int], count: int) -> list[Pair]:
    """The definition of byte-pair encoding: count all pairs, merge the most frequent, begin again.

    Args:
        words: word → how often it occurs.
        count: how many merges to find.

    Returns:
        Pairs of tokens; merge number i makes token ``256 + i``.  Of equally frequent pairs, the one
        with the smaller numbers comes first.  Fewer than ``count`` if no pairs are left.

    Example:
        >>> from tt_text.tokenizers import train_simple
        >>> train_simple({b"low": 5, b"lower": 2}, 2)  # l + o, then lo + w
        [(108, 111), (256, 119)]
    """
    corpus = [list(word) for word in words]
    merges: list[Pair] = []
    for token in range(256, 256 + count):
        counts: Counter[Pair] = Counter()
        for word, times in zip(corpus, words.values(), strict=True):
            for pair in pairwise(word):
                counts[pair] += times
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        corpus = [replace_pair(word, best, token) for word in corpus]
        merges.append(best)
    return merges


def train_merges(words: Mapping[bytes, int], count: int) -> list[Pair]:
    """The same merges as :func:`train_simple`, from counts that are kept up to date.

    Args:
        words: word → how often it occurs.
        count: how many merges to find.

    Returns:
        Pairs of tokens; merge number i makes token ``256 + i``.

    Example:
        >>> from tt_text.tokenizers import train_merges
        >>> train_merges({b"low": 5, b"lower": 2}, 2)
        [(108, 111), (256, 119)]
    """
    pairs = PairCounts(words)
    merges: list[Pair] = []
    while len(merges) < count and (best := pairs.pop_best()) is not None:
        pairs.merge(best, 256 + len(merges))
        merges.append(best)
    return merges


class PairCounts:
    """How often each pair of neighbours occurs, and in which words.

    The heap holds ``(-count, pair)``.  A count that changes is pushed again, and the entry of
    the old count stays where it is: it is recognised, and left out, when it comes up.
    """

    def __init__(self, words: Mapping[bytes, int]) -> None:
        self.corpus = [list(word) for word in words]
        self.times = list(words.values())
        self.counts: dict[Pair, int] = defaultdict(int)
        self.words_with: dict[Pair, set[int]] = defaultdict(set)  # or had it once
        for number in range(len(self.corpus)):
            self._count(number, +1)
        self.heap = [(-n, pair) for pair, n in self.counts.items()]
        heapify(self.heap)

    def pop_best(self) -> Pair | None:
        """The most frequent pair, the smallest of several; None if there is no pair."""
        while self.heap:
            minus_count, pair = heappop(self.heap)
            if minus_count and self.counts[pair] == -minus_count:
                return pair
        return None

    def merge(self, pair: Pair, token: int) -> None:
        """Put a token in the place of a pair, and count the pairs of the words that had it."""
        changed: set[Pair] = set()
        for number in self.words_with.pop(pair):
            word = self.corpus[number]
            merged = replace_pair(word, pair, token)
            if len(merged) < len(word):
                changed.update(pairwise(word), pairwise(merged))
                self._count(number, -1)
                self.corpus[number] = merged
                self._count(number, +1)
        for other in changed:
            if n := self.counts[other]:
                heappush(self.heap, (-n, other))

    def _count(self, number: int, sign: int) -> None:
        """Add a word's pairs to the counts, or take them away."""
        times = sign * self.times[number]
        for pair in pairwise(self.corpus[number]):
            self.counts[pair] += times
            if sign > 0:
                self.words_with[pair].add(number)
