"""Measuring how long a function takes, and which of two is faster."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import perf_counter
from types import TracebackType
from typing import Any

from .statistics import Comparison, Summary, compare, summarize

__all__ = ["Timer", "measure", "race"]


class Timer:
    """Collects times: of ``with`` blocks, and reports their statistics.

    Attributes:
        seconds: the times so far.

    Example:
        >>> from tt_perf import Timer
        >>> timer = Timer()
        >>> for _ in range(3):
        ...     with timer:
        ...         _ = sum(range(1000))
        >>> timer.summary().count
        3
    """

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._started: list[float] = []

    def __enter__(self) -> Timer:
        self._started.append(perf_counter())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        elapsed = perf_counter() - self._started.pop()
        if kind is None:  # a block that failed says nothing about how long it takes
            self.seconds.append(elapsed)

    def summary(self) -> Summary:
        """The statistics of the times so far.

        Raises:
            ValueError: there are none yet.
        """
        return summarize(self.seconds)


def measure(
    function: Callable[[], Any], *, repeats: int = 20, warmup: int = 3, min_time: float = 1e-4
) -> Summary:
    """How long a call of ``function`` takes.

    Args:
        function: called without arguments.
        repeats: how many times are measured.
        warmup: how many calls go before, unmeasured: caches fill and libraries make up their minds.
        min_time: a measured block of calls takes at least this many seconds, so that the clock's
            resolution and its own cost do not matter; the time of one call is the block's share.

    Returns:
        the statistics of the time of one call.

    Raises:
        ValueError: ``repeats`` is below 1.

    Example:
        >>> from tt_perf import measure
        >>> measure(lambda: sum(range(100)), repeats=5).median < 1
        True
    """
    _check(repeats)
    calls = _calls_per_block(function, warmup, min_time)
    return summarize([_time_block(function, calls) for _ in range(repeats)])


def race(
    first: Callable[[], Any],
    second: Callable[[], Any],
    *,
    repeats: int = 20,
    warmup: int = 3,
    min_time: float = 1e-4,
) -> tuple[Summary, Summary, Comparison]:
    """Measure two functions in turn and say whether the first is faster.

    Blocks of the two alternate, so that whatever happens to the machine happens to both.

    Args:
        first: called without arguments.
        second: the same.
        repeats: how many pairs of blocks are measured.
        warmup: as for :func:`measure`.
        min_time: as for :func:`measure`.

    Returns:
        the statistics of the first, of the second, and the comparison.

    Example:
        >>> from tt_perf import race
        >>> a, b, result = race(lambda: sum(range(10)), lambda: sum(range(100000)), repeats=5)
        >>> result.verdict
        'faster'
    """
    _check(repeats)
    calls = [_calls_per_block(f, warmup, min_time) for f in (first, second)]
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for function, n, seconds in zip((first, second), calls, times, strict=True):
            seconds.append(_time_block(function, n))
    return summarize(times[0]), summarize(times[1]), compare(*times)


def _check(repeats: int) -> None:
    if repeats < 1:
        raise ValueError(f"repeats must be at least 1, not {repeats}")


def _calls_per_block(function: Callable[[], Any], warmup: int, min_time: float) -> int:
    """How many calls take ``min_time``: doubled until they do."""
    for _ in range(warmup):
        function()
    calls = 1
    while _time_block(function, calls) < min_time / calls and calls < 1 << 20:
        calls *= 2
    return calls


def _time_block(function: Callable[[], Any], calls: int) -> float:
    """Seconds per call, with the collector out of the way."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        start = perf_counter()
        for _ in range(calls):
            function()
        return (perf_counter() - start) / calls
    finally:
        if collecting:
            gc.enable()
