"""Large arrays in blocks: parts that fit into a core's cache, shared out among threads.

A normalisation takes several steps on every value.  Taken on one block before the next, they cost one
trip to main memory instead of one each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from typing import Any, TypeVar

import numpy as np

from tt_tensor import in_threads
from tt_tensor.typing import Array

__all__ = ["BLOCK", "ROW", "Blocks", "divisor", "in_float32"]

BLOCK = 1 << 17
"""Elements per block: 512 KB of float32."""
ROW = 1 << 13
"""Elements that NumPy's inner loop should have, about: it pays for every start of one."""
ENOUGH = 1 << 21
"""Elements from which on threads pay: each pass over them takes about half a millisecond."""

Result = TypeVar("Result")


class Blocks:
    """How arrays of one length are cut along their first dimension.

    Args:
        length: of the first dimension.
        step: how much of it makes a block.
        size: elements of such an array in all.
    """

    def __init__(self, length: int, step: int, size: int) -> None:
        self.length, self.step, self.size = length, step, size

    def share(self, work: Callable[[slice], Result]) -> list[Result]:
        """What ``work`` returns for all blocks, or for parts of them if that is work for threads.

        The blocks are the same for any number of threads; so are results that follow from them.
        """
        blocks = -(-self.length // self.step)
        return in_threads(work, blocks) if self.size >= ENOUGH else [work(slice(0, blocks))]

    def blocks(self, part: slice, *arrays: Array) -> Iterator[list[Array]]:
        """Those blocks of each array that :meth:`share` gave to ``work``, one after the other."""
        for k in range(part.start, part.stop):
            yield [array[k * self.step : (k + 1) * self.step] for array in arrays]

    def sums(self, work: Callable[[slice], list[tuple[Array, ...]]]) -> list[Array]:
        """:meth:`share` for work that gives one tuple per block: their sums over all blocks."""
        found = [block for part in self.share(work) for block in part]
        return [np.add.reduce(column) for column in zip(*found, strict=True)]


def in_float32(kernel: Callable[..., tuple[Array, ...]]) -> Callable[..., tuple[Array, ...]]:
    """Let a kernel compute in float32 what comes in float16: sums need more than eleven bits."""

    @wraps(kernel)
    def run(*arguments: Any) -> tuple[Array, ...]:
        kind = arguments[0].dtype
        if kind.itemsize > 2:
            return kernel(*arguments)
        wide = [a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in arguments]
        return tuple([out.astype(kind) for out in kernel(*wide)])

    return run


@lru_cache(maxsize=256)
def divisor(count: int, limit: int) -> int:
    """The largest divisor of ``count`` that is not above ``limit``."""
    return next((k for k in range(min(limit, count), 0, -1) if count % k == 0), 1)
