"""Datasets and their combinations."""

import gc
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tt_tensor as tt
from tt_data import (
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    Subset,
    TensorDataset,
    random_split,
)


class Numbers(Dataset[int]):
    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        if index >= self.count:
            raise IndexError(index)
        return index


def values(data):
    return [data[i][0].item() for i in range(len(data))]


def test_a_batch_is_the_samples_one_by_one():
    data = TensorDataset(tt.arange(12).reshape(6, 2), tt.arange(6))
    x, y = data.get_batch([4, 0])
    assert x.tolist() == [[8, 9], [0, 1]]
    assert y.tolist() == [4, 0]
    again = Dataset.get_batch(data, [4, 0])
    assert [a.tolist() for a in again] == [x.tolist(), y.tolist()]


def test_subsets_of_subsets_are_as_fast_as_the_whole():
    data = TensorDataset(tt.arange(10))
    subset = Subset(Subset(data, [7, 2, 5]), [2, 0])
    assert values(subset) == [5, 7]
    assert subset.get_batch([0, 1])[0].tolist() == [5, 7]
    assert Subset(range(10, 20), [3, 4]).get_batch([1, 0]).tolist() == [14, 13]


def test_concatenated_datasets():
    data = TensorDataset(tt.arange(10))
    both = ConcatDataset([Subset(data, [7, 2]), data])
    assert values(both) == [7, 2, *range(10)]
    assert both[-1][0].item() == 9
    assert both[-12][0].item() == 7
    assert both.cumulative_sizes == [2, 12]
    assert both.get_batch([1, 2])[0].tolist() == [2, 0]
    assert len(data + data) == 20
    with pytest.raises(IndexError, match="12 is out of range for 12"):
        both[12]
    with pytest.raises(IndexError, match="-13"):
        both[-13]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5))
def test_concatenation_equals_the_list(sizes):
    both = ConcatDataset([Numbers(n) for n in sizes])
    assert [both[i] for i in range(len(both))] == [i for n in sizes for i in range(n)]


def test_random_split_shares_nothing():
    parts = random_split(Numbers(10), [5, 3, 2], generator=tt.Generator(0))
    assert [len(p) for p in parts] == [5, 3, 2]
    assert sorted(i for p in parts for i in p) == list(range(10))
    again = random_split(Numbers(10), [0.5, 0.3, 0.2], generator=tt.Generator(0))
    assert [list(p) for p in again] == [list(p) for p in parts]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(0, 40))
def test_fractions_split_as_pytorch_does(weights, total):
    torch = pytest.importorskip("torch")
    fractions = [w / sum(weights) for w in weights]
    if sum(fractions) > 1:  # by rounding; PyTorch then takes them for lengths
        fractions[0] -= sum(fractions) - 1
    ours = [len(p) for p in random_split(Numbers(total), fractions)]
    assert sum(ours) == total
    if min(ours) > 0 and sum(fractions) <= 1:  # PyTorch warns of empty parts
        theirs = torch.utils.data.random_split(range(total), fractions)
        assert ours == [len(p) for p in theirs]


def test_a_dataset_without_a_length_can_still_be_listed():
    class Countless(Dataset):
        def __getitem__(self, index):
            if index == 3:
                raise IndexError
            return index

    assert list(Countless()) == [0, 1, 2]
    with pytest.raises(TypeError, match="Countless has no length; write __len__"):
        len(Countless())


def test_a_dataset_is_freed_when_nobody_needs_it():
    gc.disable()
    try:
        data = TensorDataset(tt.arange(4))
        subset = Subset(data, [1, 2])
        loader = DataLoader(subset, 2, shuffle=True)
        list(loader)
        gone = [weakref.ref(x) for x in (data, subset, loader)]
        del data, subset, loader
        assert [ref() for ref in gone] == [None, None, None]
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: TensorDataset(tt.ones(2), tt.ones(3)), ValueError, "same number of rows"),
        (lambda: TensorDataset(), ValueError, "same number of rows"),
        (lambda: TensorDataset(tt.tensor(1.0)), ValueError, "same number of rows"),
        (lambda: ConcatDataset([]), ValueError, "at least one"),
        (lambda: random_split(Numbers(5), [3, 3]), ValueError, "do not add up to 5"),
        (lambda: random_split(Numbers(5), [6, -1]), ValueError, "do not add up"),
        (lambda: random_split(Numbers(5), [2.5, 2.5]), ValueError, "whole numbers, or fractions"),
        (lambda: Dataset()[0], NotImplementedError, "write __getitem__"),
        (lambda: iter(IterableDataset()), NotImplementedError, "write __iter__"),
    ],
)
def test_bad_input_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
