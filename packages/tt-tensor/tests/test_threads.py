"""Work shared out among threads."""

import threading

import numpy as np
import pytest

import tt_tensor as tt


@pytest.fixture
def two_threads():
    """Two threads, if NumPy's BLAS can be told so."""
    before = tt.get_num_threads()
    tt.set_num_threads(2)
    if tt.get_num_threads() != 2:
        pytest.skip("the number of threads of this BLAS cannot be set")
    yield
    tt.set_num_threads(before)


def test_each_thing_is_done_once_and_at_the_same_time(two_threads):
    together = threading.Barrier(2, timeout=10)  # passed only by two threads at once

    def work(part):
        together.wait()
        return list(range(7))[part]

    assert tt.in_threads(work, 7) == [[0, 1, 2], [3, 4, 5, 6]]


def test_blas_takes_one_thread_meanwhile(two_threads):
    assert tt.in_threads(lambda part: tt.get_num_threads(), 2) == [1, 1]
    assert tt.get_num_threads() == 2


def test_work_inside_work_is_not_shared_out(two_threads):
    inner = tt.in_threads(lambda part: tt.in_threads(lambda part: part, 4), 2)
    assert inner == [[slice(0, 4)], [slice(0, 4)]]


def test_few_things_and_one_thread(two_threads):
    for count in (0, 1):
        assert tt.in_threads(lambda part: part, count) == [slice(0, count)]
    tt.set_num_threads(1)
    assert tt.in_threads(lambda part: threading.current_thread(), 9) == [threading.main_thread()]


@pytest.mark.parametrize("failing", [0, 1])
def test_an_error_in_any_part_is_raised_after_all_have_ended(two_threads, failing):
    ended = []

    def work(part):
        if part.start == failing:
            raise ZeroDivisionError(f"part {failing}")
        ended.append(part)

    with pytest.raises(ZeroDivisionError, match=f"part {failing}"):
        tt.in_threads(work, 2)
    assert len(ended) == 1
    assert tt.get_num_threads() == 2
    assert tt.in_threads(lambda part: part.start, 2) == [0, 1]  # it can be used again


def test_numpys_error_state_holds_in_all_threads(two_threads):
    def work(part):
        return np.float64(1) / np.zeros(4)[part]  # warns, and warnings are errors here

    with np.errstate(divide="ignore"):
        assert np.all(np.isinf(np.concatenate(tt.in_threads(work, 4))))


def test_the_number_is_checked():
    with pytest.raises(ValueError, match="count must be at least 1, not 0"):
        tt.set_num_threads(0)
    with pytest.raises(TypeError, match="count must be an int, not float"):
        tt.set_num_threads(2.0)
