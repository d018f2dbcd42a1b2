"""Timers and their statistics, on times that are known because the clock is ours."""

import numpy as np
import pytest

from tt_perf import Timer, compare, measure, race, summarize
from tt_perf import timer as timer_module


class Clock:
    """A clock that moves only when the program says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timer_module, "perf_counter", clock)
    return clock


def test_timer_measures_what_happened_inside(clock):
    timer = Timer()
    for seconds in (1.0, 2.0, 4.0):
        with timer:
            clock.now += seconds
        clock.now += 100  # outside
    assert timer.seconds == [1.0, 2.0, 4.0]
    assert timer.summary().median == 2.0


def test_timer_nests(clock):
    timer = Timer()
    with timer:
        clock.now += 1
        with timer:
            clock.now += 2
    assert timer.seconds == [2.0, 3.0]


def test_a_block_that_fails_is_not_counted(clock):
    timer = Timer()
    with pytest.raises(RuntimeError), timer:
        raise RuntimeError
    assert timer.seconds == []
    with pytest.raises(ValueError, match="no times"):
        timer.summary()


def test_measure_gives_the_time_of_one_call(clock):
    def step():
        clock.now += 0.25

    assert measure(step, repeats=5).median == 0.25


def test_measure_repeats_short_functions_until_the_clock_can_see_them(clock):
    calls = []

    def step():
        calls.append(1)
        clock.now += 1e-6

    summary = measure(step, repeats=3, warmup=0, min_time=1e-4)
    assert summary.median == pytest.approx(1e-6)
    assert len(calls) >= 3 * 100


def test_race_tells_the_faster(clock):
    def fast():
        clock.now += 0.1

    def slow():
        clock.now += 0.3

    first, second, result = race(fast, slow, repeats=5)
    assert first.median == pytest.approx(0.1)
    assert second.median == pytest.approx(0.3)
    assert result.ratio == pytest.approx(3.0)
    assert result.verdict == "faster"
    assert race(slow, fast, repeats=5)[2].verdict == "slower"


def test_race_says_when_it_cannot_tell():
    rng = np.random.default_rng(0)
    a, b = rng.lognormal(0, 0.3, 15), rng.lognormal(0, 0.3, 15)
    assert compare(a, b).verdict == "cannot tell"


def test_drift_that_hits_both_does_not_hide_a_difference():
    drift = np.linspace(1, 5, 20)
    result = compare(drift, drift * 1.1)
    assert result.verdict == "faster"
    assert result.ratio == pytest.approx(1.1)


def test_summary_matches_numpy():
    times = np.random.default_rng(1).lognormal(0, 1, 101)
    summary = summarize(times)
    assert summary.median == np.median(times)
    assert summary.lower_quartile == np.quantile(times, 0.25)
    assert summary.interval[0] <= summary.median <= summary.interval[1]


def test_the_interval_covers_the_true_median_about_95_times_in_100():
    rng = np.random.default_rng(2)
    hits = 0
    for trial in range(200):
        low, high = summarize(rng.lognormal(0, 0.5, 41), seed=trial).interval
        hits += low <= 1.0 <= high
    assert 180 <= hits <= 199


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: summarize([]), "no times"),
        (lambda: summarize([1.0, float("nan")]), "finite"),
        (lambda: compare([1.0], [1.0, 2.0]), "pairs"),
        (lambda: compare([0.0], [1.0]), "resolution"),
        (lambda: measure(lambda: None, repeats=0), "at least 1"),
    ],
)
def test_bad_input_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
