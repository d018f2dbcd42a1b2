"""The growing cache holds what was appended, whatever was recorded and however much it is."""

from contextlib import nullcontext

import numpy as np
import pytest

import tt_tensor as tt
from tt_autograd import no_grad
from tt_text import GrowingCache


def piece(length, seed=0, grad=False):
    x = tt.randn(2, 3, length, 4, generator=tt.Generator(seed))
    return x.requires_grad_() if grad else x


@pytest.mark.parametrize("recorded", [(), (1,), (2, 3), (0,), (4,)])
def test_what_comes_out_is_what_was_put_in(recorded):
    cache, pieces = GrowingCache(), []
    assert cache.read(0) is None
    for i, length in enumerate([3, 1, 1, 7, 1, 30, 1]):
        pieces.append((piece(length, i, i in recorded), piece(length, 100 + i)))
        for layer in (0, 1):
            out = cache.append(layer, *pieces[-1])
            for k in (0, 1):
                expected = np.concatenate([p[k].array for p in pieces], -2)
                assert np.array_equal(out[k].array, expected)
                assert np.array_equal(cache.read(layer)[k].array, expected)
        assert cache.length == expected.shape[-2]
    if recorded:
        out[0].sum().backward()
        assert tt.equal(pieces[recorded[0]][0].grad, tt.ones_like(pieces[recorded[0]][0]))


def test_recording_may_end_in_between():
    cache = GrowingCache()
    pieces = [piece(1 if i else 20, i, i == 2) for i in range(6)]
    for i, x in enumerate(pieces):
        with no_grad() if i > 2 else nullcontext():
            keys, _ = cache.append(0, x, x)
    assert np.array_equal(keys.array, np.concatenate([p.array for p in pieces], -2))


def test_what_was_given_before_does_not_change():
    cache = GrowingCache()
    given = [cache.append(0, piece(1, i), piece(1, i))[0] for i in range(20)]
    copies = [x.array.copy() for x in given]
    cache.append(0, piece(9), piece(9))
    assert all(np.array_equal(x.array, c) for x, c in zip(given, copies, strict=True))


def test_most_steps_write_only_what_is_new():
    cache = GrowingCache()
    memory = set()
    for i in range(1000):
        keys, _ = cache.append(0, piece(1, i), piece(1, i))
        memory.add(keys.array.__array_interface__["data"][0])
    assert len(memory) <= 11  # doubled so many times


def test_what_does_not_fit_is_refused():
    cache = GrowingCache()
    cache.append(0, piece(2), piece(2))
    with pytest.raises(tt.ShapeError, match=r"layer 0: the cache holds \(2, 3, 2, 4\)"):
        cache.append(0, piece(1)[:1], piece(1)[:1])
    with pytest.raises(tt.DTypeError, match=r"holds tt\.float32, not tt\.float64"):
        cache.append(0, piece(1).double(), piece(1).double())
    assert cache.length == 2
