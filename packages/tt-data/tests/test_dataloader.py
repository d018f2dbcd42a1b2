"""The loader in one process: what comes in which batch."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tt_tensor as tt
from tt_data import (
    DataLoader,
    Dataset,
    IterableDataset,
    SubsetRandomSampler,
    TensorDataset,
    default_collate,
)


class Squares(Dataset):
    """Sample i is i, i², and a number drawn at random."""

    def __init__(self, count=23):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        return i, tt.tensor([float(i * i)]), tt.rand(1)


class Stream(IterableDataset):
    def __iter__(self):
        return iter(range(7))


def flat(loader):
    return [batch[0].tolist() for batch in loader]


@given(st.integers(0, 40), st.integers(1, 9), st.booleans())
def test_batches_equal_pytorchs(count, size, drop_last):
    torch = pytest.importorskip("torch")
    ours = DataLoader(TensorDataset(tt.arange(count)), batch_size=size, drop_last=drop_last)
    theirs = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(torch.arange(count)), batch_size=size, drop_last=drop_last
    )
    assert flat(ours) == [batch[0].tolist() for batch in theirs]
    assert len(ours) == len(theirs)


def test_shuffling_visits_everything_once_and_repeats_with_the_seed():
    data = TensorDataset(tt.arange(50))
    tt.manual_seed(1)
    loader = DataLoader(data, batch_size=8, shuffle=True)
    first, second = flat(loader), flat(loader)
    assert sorted(i for batch in first for i in batch) == list(range(50))
    assert first != second
    tt.manual_seed(1)
    assert flat(DataLoader(data, batch_size=8, shuffle=True)) == first
    a = flat(DataLoader(data, 8, shuffle=True, generator=tt.Generator(5)))
    assert a == flat(DataLoader(data, 8, shuffle=True, generator=tt.Generator(5)))


def test_a_generator_of_its_own_leaves_the_default_one_alone():
    tt.manual_seed(0)
    expected = tt.rand(3).tolist()
    tt.manual_seed(0)
    list(DataLoader(Squares(), 4, shuffle=True, generator=tt.Generator(5)))
    assert tt.rand(3).tolist() == expected


def test_random_transforms_depend_on_the_seed_alone():
    def drawn(disturb):
        tt.manual_seed(7)
        numbers = []
        for _, _, r in DataLoader(Squares(), 4, shuffle=True):
            numbers.append(r.tolist())
            tt.rand(disturb)  # what a training step draws
        return numbers

    assert drawn(0) == drawn(5)
    assert len({n for batch in drawn(0) for [n] in batch}) == 23  # and all differ


def test_the_rows_of_tensors_are_fetched_at_once():
    class Watched(TensorDataset):
        def __getitem__(self, index):
            raise AssertionError("one by one")

    data = Watched(tt.arange(6))
    assert flat(DataLoader(data, 4)) == [[0, 1, 2, 3], [4, 5]]
    assert flat(DataLoader(data, 4, collate_fn=default_collate)) == [[0, 1, 2, 3], [4, 5]]


def test_streams():
    assert [b.tolist() for b in DataLoader(Stream(), batch_size=3)] == [[0, 1, 2], [3, 4, 5], [6]]
    assert len(list(DataLoader(Stream(), batch_size=3, drop_last=True))) == 2
    assert list(DataLoader(Stream(), batch_size=None)) == list(range(7))
    assert list(DataLoader(Stream(), None, collate_fn=str)) == list("0123456")
    with pytest.raises(TypeError, match="no length"):
        len(DataLoader(Stream()))


def test_samples_without_batches():
    loader = DataLoader(TensorDataset(tt.arange(3)), batch_size=None)
    assert [x.item() for (x,) in loader] == [0, 1, 2]
    assert len(loader) == 3
    assert list(DataLoader([1, 2], batch_size=None, collate_fn=lambda x: -x)) == [-1, -2]


def test_own_samplers_and_collate():
    data = TensorDataset(tt.arange(6))
    assert flat(DataLoader(data, 2, sampler=[5, 0, 3])) == [[5, 0], [3]]
    assert flat(DataLoader(data, batch_sampler=[[1], [2, 3]])) == [[1], [2, 3]]
    assert sorted(flat(DataLoader(data, sampler=SubsetRandomSampler([4, 2])))) == [[2], [4]]
    assert list(DataLoader(Squares(4), 2, collate_fn=len)) == [2, 2]


def test_plain_lists_are_datasets_too():
    assert [b.tolist() for b in DataLoader([3, 1, 2], 2)] == [[3, 1], [2]]


def test_pythons_own_random_is_left_alone():
    random.seed(0)
    expected = random.random()
    random.seed(0)
    list(DataLoader(Squares(), 4, shuffle=True))
    assert random.random() == expected


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: DataLoader(5), TypeError, "a int has no __getitem__; give a Dataset"),
        (lambda: DataLoader(Squares(), batch_size=0), ValueError, "batch_size"),
        (lambda: DataLoader(Squares(), batch_size=None, drop_last=True), ValueError, "drop_last"),
        (lambda: DataLoader(Squares(), shuffle=True, sampler=[1]), ValueError, "without shuffle"),
        (lambda: DataLoader(Squares(), 2, batch_sampler=[[1]]), ValueError, "decides everything"),
        (lambda: DataLoader(Squares(), num_workers=-1), ValueError, "num_workers"),
        (lambda: DataLoader(Squares(), timeout=-1), ValueError, "timeout"),
        (lambda: DataLoader(Squares(), prefetch_factor=0), ValueError, "prefetch_factor"),
        (lambda: DataLoader(Squares(), persistent_workers=True), ValueError, "set num_workers"),
        (lambda: DataLoader(Stream(), shuffle=True), ValueError, "own order"),
        (lambda: DataLoader(Stream(), num_workers=1), ValueError, "num_workers must be 0"),
        (lambda: DataLoader(Stream(), batch_size=0), ValueError, "batch_size must be positive"),
    ],
)
def test_bad_input_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
