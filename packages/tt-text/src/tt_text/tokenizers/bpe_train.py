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
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
        for number, word in enumerate(self.corpus):
            for pair in pairwise(word):
                self.counts[pair] += self.times[number]
                self.words_with[pair].add(number)
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
        """Put a token in the place of a pair wherever it occurs, and keep the counts right."""
        changed: set[Pair] = set()
        for number in self.words_with.pop(pair):
            times = self.times[number]
            for other, change in merge_in_place(self.corpus[number], pair, token):
                self.counts[other] += change * times
                changed.add(other)
                if change > 0:
                    self.words_with[other].add(number)
        for other in changed:
            if n := self.counts[other]:
                heappush(self.heap, (-n, other))


def merge_in_place(word: list[int], pair: Pair, token: int) -> Iterator[tuple[Pair, int]]:
    """Put a token in the place of each pair; yield the pairs that go (-1) and come (+1) with it.

    Only the neighbours of a merge change, so a long word costs little more than its merges.

    Example:
        >>> from tt_text.tokenizers.bpe_train import merge_in_place
        >>> word = [7, 1, 2, 8]
        >>> list(merge_in_place(word, (1, 2), 9)), word
        ([((1, 2), -1), ((7, 1), -1), ((7, 9), 1), ((2, 8), -1), ((9, 8), 1)], [7, 9, 8])
    """
    merged: list[int] = []
    end = 0  # of what is in merged
    for i in places_of_pair(word, pair):
        merged += word[end:i]
        end = i + 2
        yield pair, -1
        if merged:
            yield (merged[-1], pair[0]), -1
            yield (merged[-1], token), +1
        if end < len(word):
            yield (pair[1], word[end]), -1
            yield (token, word[end]), +1
        merged.append(token)
    word[:] = merged + word[end:]


def places_of_pair(word: Sequence[int], pair: Pair) -> Iterator[int]:
    """Where a pair begins in a word, from left to right and without overlaps.

    Example:
        >>> from tt_text.tokenizers.bpe_train import places_of_pair
        >>> list(places_of_pair([1, 1, 1, 2, 1, 1], (1, 1)))
        [0, 4]
    """
    i, last = 0, len(word) - 1
    while i < last:
        if word[i] == pair[0] and word[i + 1] == pair[1]:
            yield i
            i += 1
        i += 1
