"""What may be said of a handful of measured times.

Times are skewed: interruptions only ever add.  So the centre is the median, the spread is the
distance between the quartiles, and the uncertainty of the median is found by the bootstrap, which
assumes no distribution (Efron, "Bootstrap methods: another look at the jackknife", 1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Comparison", "Summary", "compare", "format_seconds", "summarize"]


@dataclass(frozen=True)
class Summary:
    """Times of one thing.

    Attributes:
        count: how many measurements.
        median: seconds.
        lower_quartile: a quarter of the measurements lie below; seconds.
        upper_quartile: a quarter lie above; seconds.
        minimum: seconds.
        maximum: seconds.
        interval: a 95 % confidence interval of the median; seconds.
    """

    count: int
    median: float
    lower_quartile: float
    upper_quartile: float
    minimum: float
    maximum: float
    interval: tuple[float, float]

    def __str__(self) -> str:
        low, high = self.interval
        return (
            f"{format_seconds(self.median)} "
            f"(95 %: {format_seconds(low)} to {format_seconds(high)}, n = {self.count})"
        )


@dataclass(frozen=True)
class Comparison:
    """Times of two things that were measured in turn.

    Attributes:
        ratio: the median of (time of the second / time of the first): above 1, the first is faster.
        interval: a 95 % confidence interval of it.
        verdict: "faster", "slower" or "cannot tell": what the interval lets one say of the first.
    """

    ratio: float
    interval: tuple[float, float]
    verdict: str

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.ratio:.2f}× (95 %: {low:.2f} to {high:.2f}): {self.verdict}"


def summarize(seconds: Sequence[float], *, seed: int = 0) -> Summary:
    """Median, quartiles, extremes and the median's confidence interval.

    Args:
        seconds: at least one measured time.
        seed: of the bootstrap, so that the same times give the same interval.

    Raises:
        ValueError: no times, or times that are negative or not finite.

    Example:
        >>> from tt_perf import summarize
        >>> summarize([0.010, 0.011, 0.030]).median
        0.011
    """
    times = _checked(seconds, "seconds")
    low, middle, high = np.quantile(times, [0.25, 0.5, 0.75])
    return Summary(
        count=times.size,
        median=float(middle),
        lower_quartile=float(low),
        upper_quartile=float(high),
        minimum=float(times.min()),
        maximum=float(times.max()),
        interval=bootstrap_median(times, seed=seed),
    )


def compare(first: Sequence[float], second: Sequence[float], *, seed: int = 0) -> Comparison:
    """How much faster the first is, from pairs of times that were measured side by side.

    A machine's speed drifts; times taken in turn drift together, so the ratio of each pair is
    steadier than the ratio of two averages.

    Args:
        first: times of the first thing, in seconds.
        second: times of the second, ``second[i]`` measured right after ``first[i]``.
        seed: of the bootstrap.

    Raises:
        ValueError: different numbers of times, none, or times that are not positive and finite.

    Example:
        >>> from tt_perf import compare
        >>> print(compare([1.0, 1.1, 1.0], [2.0, 2.2, 2.0]))
        2.00× (95 %: 2.00 to 2.00): faster
    """
    a, b = _checked(first, "first"), _checked(second, "second")
    if a.size != b.size:
        raise ValueError(f"first has {a.size} times and second {b.size}; they must come in pairs")
    if (a == 0).any():
        raise ValueError(
            "first: a time of 0 s is below the clock's resolution; repeat more per time"
        )
    ratios = b / a
    low, high = bootstrap_median(ratios, seed=seed)
    verdict = "faster" if low > 1 else "slower" if high < 1 else "cannot tell"
    return Comparison(float(np.median(ratios)), (low, high), verdict)


def bootstrap_median(
    values: np.ndarray[tuple[int], np.dtype[np.float64]], *, seed: int = 0, resamples: int = 2000
) -> tuple[float, float]:
    """A 95 % interval of the median: what the medians of resampled data do."""
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, values.size, (resamples, values.size))
    low, high = np.quantile(np.median(values[picks], axis=1), [0.025, 0.975])
    return float(low), float(high)


def format_seconds(seconds: float) -> str:
    """A time in the unit that suits it: ``"12.3 µs"``.

    Example:
        >>> from tt_perf import format_seconds
        >>> format_seconds(0.0000123), format_seconds(2.5)
        ('12.3 µs', '2.50 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return (
                f"{seconds / size:.3g} {unit}"
                if seconds / size >= 10
                else f"{seconds / size:.2f} {unit}"
            )
    return f"{seconds * 1e9:.3g} ns"


def _checked(seconds: Sequence[float], name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    times = np.asarray(seconds, dtype=np.float64).reshape(-1)
    if times.size == 0:
        raise ValueError(f"{name}: there are no times to speak of")
    if not np.isfinite(times).all() or (times < 0).any():
        raise ValueError(f"{name}: times must be finite and not negative")
    return times
