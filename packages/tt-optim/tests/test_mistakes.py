"""The hardest mistakes: found as a sort of all mistakes finds them."""

import math

import numpy as np
import pytest

import tt_autograd
import tt_nn as nn
import tt_tensor as tt
from tt_optim import hardest_mistakes


def data(sizes=(30, 1, 0, 25), classes=4):
    rng = np.random.default_rng(0)
    return [
        (
            tt.tensor(rng.standard_normal((n, classes)).astype("float32")),
            tt.tensor(rng.integers(0, classes, n)),
        )
        for n in sizes
    ]


def by_hand(batches):
    """(-loss, number, true, predicted, probability) of all mistakes, the hardest first."""
    found, number = [], 0
    for scores, target in batches:
        for row, true in zip(scores.tolist(), target.tolist(), strict=True):
            total = sum(math.exp(s) for s in row)
            predicted = row.index(max(row))
            if predicted != true:
                loss = math.log(total) - row[true]
                found.append((-loss, number, true, predicted, math.exp(row[predicted]) / total))
            number += 1
    return sorted(found)


@pytest.mark.parametrize("count", [0, 1, 7, 1000])
def test_they_are_the_wrong_ones_with_the_largest_loss(count):
    right = by_hand(data())[:count]
    found = hardest_mistakes(nn.Identity(), data(), count)
    assert len(found) == len(right)
    assert found.index.tolist() == [number for _, number, *_ in right]
    assert found.true.tolist() == [true for _, _, true, *_ in right]
    assert found.predicted.tolist() == [predicted for *_, predicted, _ in right]
    np.testing.assert_allclose(found.loss, [-loss for loss, *_ in right], rtol=1e-5)
    np.testing.assert_allclose(found.probability, [p for *_, p in right], rtol=1e-5)
    everything = np.concatenate([x.numpy() for x, _ in data()])
    assert np.array_equal(found.inputs, everything[found.index])


def test_of_equal_ones_the_first_comes_first():
    scores = tt.tensor([[0.0, 1.0]] * 6)
    batches = [(scores[:2], tt.zeros(2).long()), (scores[2:], tt.zeros(4).long())]
    assert hardest_mistakes(nn.Identity(), batches, 3).index.tolist() == [0, 1, 2]


def test_no_mistakes():
    found = hardest_mistakes(nn.Identity(), [(tt.eye(3) * 9, tt.arange(3))])
    assert len(found) == 0
    assert found.inputs.shape == (0, 3)


def test_the_model_is_evaluated_and_left_as_it_was():
    modes = []

    class Watch(nn.Module):
        def forward(self, input):
            modes.append((self.training, tt_autograd.is_grad_enabled()))
            return input

    model = Watch()
    hardest_mistakes(model, data((3, 2)))
    assert modes == [(False, False)] * 2
    assert model.training


def test_only_the_hardest_are_kept():
    class Zeros(nn.Module):
        def forward(self, input):
            return tt.tensor([[0.0, 1.0]] * len(input))

    big = ((tt.zeros(10, 100_000), tt.zeros(10).long()) for _ in range(20))  # 4 MB each
    import tracemalloc

    tracemalloc.start()
    try:
        found = hardest_mistakes(Zeros(), big, 5)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.index.tolist() == [0, 1, 2, 3, 4]
    assert peak < 25e6


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: hardest_mistakes(nn.Identity(), []), ValueError, "none to look for mistakes in"),
        (lambda: hardest_mistakes(nn.Identity(), data(), -1), ValueError, "not be negative"),
        (
            lambda: hardest_mistakes(nn.Identity(), [(tt.ones(2, 3), tt.tensor([0]))]),
            tt.ShapeError,
            "2 outputs for 1",
        ),
        (
            lambda: hardest_mistakes(nn.Identity(), [(tt.ones(1, 3), tt.tensor([3]))]),
            IndexError,
            "class 3",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
