"""Samplers: every index as often as promised, in an order that the seed determines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tt_tensor as tt
from tt_data import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)


def test_in_order():
    assert list(SequentialSampler(range(3))) == [0, 1, 2]
    assert len(SequentialSampler(range(3))) == 3


@given(st.integers(1, 30), st.integers(1, 70))
def test_without_replacement_nothing_comes_twice_before_all_came_once(n, wanted):
    drawn = list(RandomSampler(range(n), num_samples=wanted))
    assert len(drawn) == wanted
    for start in range(0, wanted, n):
        assert len(set(drawn[start : start + n])) == min(n, wanted - start)


def test_with_replacement():
    drawn = list(RandomSampler(range(3), replacement=True, num_samples=100))
    assert len(drawn) == 100
    assert set(drawn) == {0, 1, 2}
    assert len(list(RandomSampler(range(40), replacement=True))) == 40


def test_the_seed_determines_the_order_and_a_generator_goes_on():
    a, b = (RandomSampler(range(20), generator=tt.Generator(3)) for _ in range(2))
    first = list(a)
    assert list(b) == first
    assert list(a) != first
    tt.manual_seed(3)
    c = list(RandomSampler(range(20)))
    tt.manual_seed(3)
    assert list(RandomSampler(range(20))) == c


def test_draws_of_others_do_not_disturb_a_running_order():
    sampler = RandomSampler(range(4), num_samples=12)
    tt.manual_seed(0)
    alone = list(sampler)
    tt.manual_seed(0)
    disturbed = []
    for index in sampler:
        tt.rand(3)  # as dropout does in a training step
        disturbed.append(index)
    assert disturbed == alone


def test_a_subset_in_random_order():
    assert sorted(SubsetRandomSampler([4, 8, 15])) == [4, 8, 15]
    assert len(SubsetRandomSampler([4, 8])) == 2


def test_weights_are_probabilities():
    g = tt.Generator(0)
    drawn = list(WeightedRandomSampler([1.0, 0.0, 3.0], 4000, generator=g))
    share = np.bincount(drawn, minlength=3) / 4000
    assert share == pytest.approx([0.25, 0, 0.75], abs=0.03)
    assert sorted(WeightedRandomSampler([1.0, 0.0, 3.0], 2, replacement=False)) == [0, 2]


@given(st.integers(0, 30), st.integers(1, 8), st.booleans())
def test_batches_equal_pytorchs(n, size, drop_last):
    torch = pytest.importorskip("torch")
    ours = BatchSampler(SequentialSampler(range(n)), size, drop_last)
    theirs = torch.utils.data.BatchSampler(range(n), size, drop_last)
    assert list(ours) == list(theirs)
    assert len(ours) == len(theirs) == len(list(ours))


def test_endless_samplers_have_no_length():
    class Endless(Sampler):
        def __iter__(self):
            while True:
                yield 0

    batches = BatchSampler(Endless(), 3, drop_last=False)
    assert next(iter(batches)) == [0, 0, 0]
    with pytest.raises(TypeError, match="Endless has no length"):
        len(batches)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: RandomSampler(range(3), num_samples=0), "num_samples must be positive"),
        (lambda: list(RandomSampler([], num_samples=2)), "data_source is empty"),
        (lambda: WeightedRandomSampler([1.0, -1.0], 1), "none negative"),
        (lambda: WeightedRandomSampler([float("nan")], 1), "none negative or infinite"),
        (lambda: WeightedRandomSampler([0.0, 0.0], 1), "not all 0"),
        (lambda: WeightedRandomSampler([1.0], 0), "num_samples must be positive"),
        (lambda: WeightedRandomSampler([1.0, 0.0], 2, replacement=False), "only 1 indices"),
        (lambda: BatchSampler(range(3), 0, False), "batch_size must be a positive whole number"),
        (lambda: BatchSampler(range(3), 1.5, False), "not 1.5"),
    ],
)
def test_bad_input_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
