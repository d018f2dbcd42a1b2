"""The position of a loader: another one goes on with the batches that were left."""

import json
import sys

import pytest

import tt_tensor as tt
from tt_data import (
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    Sampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

forks = pytest.mark.skipif(sys.platform != "linux", reason="local classes go along only with fork")


class Noisy(Dataset):
    def __init__(self, count=23):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        return i, tt.rand(1)


class Stream(IterableDataset):
    def __iter__(self):
        for i in range(9):
            yield i, tt.rand(1)


def plain(**options):
    return DataLoader(Noisy(), batch_size=4, shuffle=True, **options)


def with_own_generator(**options):
    return DataLoader(Noisy(), 4, shuffle=True, generator=tt.Generator(3), **options)


def weighted(**options):
    sampler = WeightedRandomSampler([1.0] * 23, 30, generator=tt.Generator(5))
    return DataLoader(Noisy(), 4, sampler=sampler, generator=tt.Generator(3), **options)


def with_batch_sampler(**options):
    inner = RandomSampler(range(23), generator=tt.Generator(7))
    return DataLoader(Noisy(), batch_sampler=BatchSampler(inner, 5, drop_last=True), **options)


def subset(**options):
    return DataLoader(Noisy(), 4, sampler=SubsetRandomSampler([3, 1, 8, 9, 2, 4, 5]), **options)


def single(**options):
    return DataLoader(Noisy(), None, shuffle=True, **options)


def stream(**options):
    return DataLoader(Stream(), 2, **options)


class Lazy(Sampler):
    """Draws while the epoch runs, which no sampler of the package does."""

    def __iter__(self):
        for _ in range(23):
            yield tt.randint(23, size=(1,)).item()

    def __len__(self):
        return 23


def lazy(**options):
    return DataLoader(Noisy(), 4, sampler=Lazy(), **options)


KINDS = [lazy, plain, with_own_generator, weighted, with_batch_sampler, subset, single, stream]


def numbers(batch):
    return [part.tolist() if isinstance(part, tt.Tensor) else part for part in batch]


def train(loader, epochs, stop_after=None, begun=()):
    """Batches of some epochs, each with a number that the training draws; and a checkpoint."""
    rounds, steps = [[*begun]], 0
    for _ in range(epochs):
        for batch in loader:
            rounds[-1].append((numbers(batch), tt.rand(1).item()))
            steps += 1
            if steps == stop_after:
                return rounds, json.dumps([loader.state_dict(), tt.get_rng_state()])
        rounds.append([])
    return rounds, json.dumps([loader.state_dict(), tt.get_rng_state()])


def resume(loader, checkpoint, epochs, begun):
    tt.manual_seed(999)  # another program
    position, generator = json.loads(checkpoint)
    loader.load_state_dict(position)
    tt.set_rng_state(generator)
    return train(loader, epochs, begun=begun)[0]


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize("stop", [1, 3, 5])
def test_the_rest_of_an_epoch_and_the_next_are_the_same(make, stop):
    tt.manual_seed(1)
    whole, _ = train(make(), 2)
    tt.manual_seed(1)
    (*done, begun), checkpoint = train(make(), 2, stop_after=stop)
    assert done + resume(make(), checkpoint, 2 - len(done), begun) == whole


@pytest.mark.parametrize("make", KINDS)
def test_between_epochs(make):
    tt.manual_seed(1)
    whole, _ = train(make(), 2)
    tt.manual_seed(1)
    first, checkpoint = train(make(), 1)
    assert json.loads(checkpoint)[0]["epoch"] is None
    assert first[:1] + resume(make(), checkpoint, 1, []) == whole


@forks
@pytest.mark.parametrize(("before", "after"), [(0, 2), (2, 0), (1, 3)])
def test_the_number_of_workers_may_be_another(before, after):
    tt.manual_seed(1)
    whole, _ = train(plain(), 2)
    tt.manual_seed(1)
    (begun,), checkpoint = train(plain(num_workers=before), 2, stop_after=2)
    assert resume(plain(num_workers=after), checkpoint, 2, begun) == whole


def test_an_interrupted_program_may_go_on_twice():
    tt.manual_seed(1)
    whole, _ = train(plain(), 1)
    tt.manual_seed(1)
    (begun,), checkpoint = train(plain(), 1, stop_after=2)
    tt.manual_seed(999)
    position, generator = json.loads(checkpoint)
    second = plain()
    second.load_state_dict(position)
    tt.set_rng_state(generator)
    assert second.state_dict() == position  # nothing was given yet
    again, checkpoint = train(second, 1, stop_after=2, begun=begun)
    assert resume(plain(), checkpoint, 1, again[0]) == whole


def test_before_the_first_batch_and_after_the_last():
    tt.manual_seed(1)
    loader = plain()
    batches = iter(loader)
    state, generator = loader.state_dict(), tt.get_rng_state()
    expected = [numbers(batch) for batch in batches]
    tt.manual_seed(2)
    other = plain()
    other.load_state_dict(state)
    tt.set_rng_state(generator)
    assert [numbers(batch) for batch in other] == expected
    for _ in zip(range(6), other, strict=False):
        pass  # every batch is given, but the loop was left before it could end
    third = plain()
    third.load_state_dict(other.state_dict())
    assert list(third) == []
    assert len(list(third)) == 6


def test_a_loop_that_was_left_counts_what_it_gave():
    loader = plain()
    for i, _ in enumerate(loader):
        if i == 2:
            break
    assert loader.state_dict()["epoch"]["given"] == 3
    assert len(list(loader)) == 6  # without load_state_dict a new epoch begins
    assert loader.state_dict()["epoch"] is None


def test_what_is_left_out_is_not_made():
    asked = []

    class Asked(Noisy):
        def __getitem__(self, i):
            asked.append(i)
            return i

    loader = DataLoader(Asked(), 4)
    batches = iter(loader)
    for _ in range(4):
        next(batches)
    state = loader.state_dict()
    batches.close()
    asked.clear()
    other = DataLoader(Asked(), 4)
    other.load_state_dict(state)
    assert [batch.tolist() for batch in other] == [[16, 17, 18, 19], [20, 21, 22]]
    assert asked == [*range(16, 23)]


def test_a_generator_that_is_shared_is_counted_once():
    generator = tt.Generator(1)
    loader = DataLoader(Noisy(), 4, shuffle=True, generator=generator)
    assert len(loader.state_dict()["generators"]) == 1
    assert plain(generator=tt.default_generator()).state_dict()["generators"] == []


def state_of(**changes):
    loader = plain(generator=tt.Generator(3))
    next(iter(loader))
    return {**loader.state_dict(), **changes}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (None, "not what DataLoader.state_dict"),
        ({}, "not what DataLoader.state_dict"),
        (state_of(samples=24), "with samples 24, this one has 23"),
        (state_of(batch_size=5), "with batch size 5, this one has 4"),
        (state_of(batches=7), "with batches 7, this one has 6"),
        (state_of(generators=[]), "states of 1 generators are needed"),
        (state_of(generators=["x"]), "not the state of a generator"),
        (state_of(epoch=3), "'epoch' must have"),
        (state_of(epoch={"begin": [], "given": 1}), "states of 2 generators are needed"),
        (state_of(epoch={"begin": [], "given": 7}), "7 batches cannot have been given of 6"),
        (state_of(epoch={"begin": [], "given": -1}), "-1 batches cannot"),
        (state_of(epoch={"begin": [], "given": "1"}), "'1' batches cannot"),
    ],
)
def test_states_of_others_are_refused_and_nothing_is_changed(state, words):
    loader = plain(generator=tt.Generator(8))
    before = loader.state_dict()
    with pytest.raises(ValueError, match=words):
        loader.load_state_dict(state)
    assert loader.state_dict() == before
