"""Datasets, samplers and the loader, against PyTorch's where it is there."""

import multiprocessing
import os
import time

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import tt_tensor as tt
from tt_data import (
    BatchSampler,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    SequentialSampler,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    default_collate,
    random_split,
)
from tt_data.workers import WorkerError


class Squares(Dataset):
    """Sample i is (i, i²), and a number drawn at random."""

    def __init__(self, count=23):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        return i, tt.tensor([float(i * i)]), tt.rand(1)


class Failing(Squares):
    def __getitem__(self, i):
        if i == 7:
            raise KeyError("sample seven is broken")
        return i


class Dying(Squares):
    def __getitem__(self, i):
        if i == 7:
            os._exit(3)
        return i


class Slow(Squares):
    def __getitem__(self, i):
        time.sleep(60)


class Stream(IterableDataset):
    def __iter__(self):
        return iter(range(7))


def flat(loader):
    return [batch[0].tolist() for batch in loader]


@given(st.integers(1, 40), st.integers(1, 9), st.booleans())
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


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_workers_give_the_same_batches(workers):
    def run(count):
        tt.manual_seed(4)
        loader = DataLoader(Squares(), batch_size=4, shuffle=True, num_workers=count)
        return [(i.tolist(), x.tolist(), r.tolist()) for i, x, r in loader]

    one = run(1)
    assert run(workers) == one
    tt.manual_seed(4)
    here = DataLoader(Squares(), batch_size=4, shuffle=True)
    assert [i.tolist() for i, _, _ in here] == [i for i, _, _ in one]


def test_an_epoch_left_early_leaves_no_process_behind():
    loader = DataLoader(Squares(), batch_size=2, num_workers=2)
    batches = iter(loader)
    next(batches)
    assert len(multiprocessing.active_children()) == 2
    batches.close()
    assert multiprocessing.active_children() == []


def test_a_workers_exception_arrives_with_its_traceback():
    with pytest.raises(WorkerError, match="sample seven is broken"):
        list(DataLoader(Failing(), batch_size=2, num_workers=2))
    assert multiprocessing.active_children() == []


def test_a_worker_that_dies_is_noticed():
    with pytest.raises(WorkerError, match="exit code 3"):
        list(DataLoader(Dying(), batch_size=2, num_workers=1))


def test_a_worker_that_hangs_times_out():
    with pytest.raises(TimeoutError, match="no batch within"):
        list(DataLoader(Slow(), batch_size=2, num_workers=1, timeout=0.5))
    assert multiprocessing.active_children() == []


def test_worker_init_fn_is_called_in_each_worker(tmp_path):
    def init(number):
        (tmp_path / str(number)).touch()

    list(DataLoader(Squares(), batch_size=2, num_workers=2, worker_init_fn=init))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["0", "1"]


def test_streams_and_unbatched_samples():
    assert [b.tolist() for b in DataLoader(Stream(), batch_size=3)] == [[0, 1, 2], [3, 4, 5], [6]]
    assert len(list(DataLoader(Stream(), batch_size=3, drop_last=True))) == 2
    assert list(DataLoader(Stream(), batch_size=None)) == list(range(7))
    assert [x[0].item() for x in DataLoader(TensorDataset(tt.arange(3)), batch_size=None)] == [
        0,
        1,
        2,
    ]
    with pytest.raises(TypeError, match="no length"):
        len(DataLoader(Stream()))


def test_own_samplers_and_collate():
    data = TensorDataset(tt.arange(6))
    assert flat(DataLoader(data, 2, sampler=[5, 0, 3])) == [[5, 0], [3]]
    assert flat(DataLoader(data, batch_sampler=[[1], [2, 3]])) == [[1], [2, 3]]
    assert list(DataLoader(Squares(4), 2, collate_fn=len)) == [2, 2]


def test_subset_concat_and_split():
    data = TensorDataset(tt.arange(10))
    subset = Subset(data, [7, 2])
    assert [subset[i][0].item() for i in range(2)] == [7, 2]
    assert flat(DataLoader(subset, 2)) == [[7, 2]]
    both = ConcatDataset([subset, data])
    assert len(both) == 12
    assert both[2][0].item() == 0
    assert both[-1][0].item() == 9
    assert len(data + data) == 20
    parts = random_split(data, [0.5, 0.3, 0.2], generator=tt.Generator(0))
    assert [len(p) for p in parts] == [5, 3, 2]
    assert sorted(p[i][0].item() for p in parts for i in range(len(p))) == list(range(10))


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_fractions_split_as_pytorch_does(weights):
    torch = pytest.importorskip("torch")
    fractions = [w / sum(weights) for w in weights]
    assume(sum(fractions) <= 1)  # beyond, by rounding, PyTorch takes them for lengths
    ours = [len(p) for p in random_split(Squares(23), fractions)]
    assert ours == [len(p) for p in torch.utils.data.random_split(range(23), fractions)]


def test_samplers():
    assert list(SequentialSampler(range(3))) == [0, 1, 2]
    assert len(list(RandomSampler(range(3), num_samples=7))) == 7
    drawn = list(RandomSampler(range(3), replacement=True, num_samples=100))
    assert set(drawn) == {0, 1, 2}
    assert sorted(SubsetRandomSampler([4, 8])) == [4, 8]
    assert set(WeightedRandomSampler([0.0, 1.0, 0.0], 5)) == {1}
    assert len(BatchSampler(SequentialSampler(range(7)), 2, True)) == 3


def test_collate_goes_into_structures():
    batch = default_collate([{"x": np.ones(2), "y": (1, "a")}, {"x": np.zeros(2), "y": (2, "b")}])
    assert batch["x"].tolist() == [[1, 1], [0, 0]]
    assert batch["y"][0].tolist() == [1, 2]
    assert batch["y"][1] == ["a", "b"]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: TensorDataset(tt.ones(2), tt.ones(3)), ValueError, "same number of rows"),
        (lambda: ConcatDataset([]), ValueError, "at least one"),
        (lambda: random_split(Squares(5), [3, 3]), ValueError, "do not add up"),
        (lambda: DataLoader(Squares(), batch_size=0), ValueError, "batch_size"),
        (lambda: DataLoader(Squares(), num_workers=-1), ValueError, "num_workers"),
        (lambda: DataLoader(Squares(), shuffle=True, sampler=[1]), ValueError, "without shuffle"),
        (lambda: DataLoader(Stream(), shuffle=True), ValueError, "own order"),
        (lambda: default_collate([object()]), TypeError, "collate_fn"),
        (lambda: default_collate([(1, 2), (1,)]), ValueError, "different numbers"),
        (lambda: ConcatDataset([Squares(2)])[2], IndexError, "out of range"),
    ],
)
def test_bad_input_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
