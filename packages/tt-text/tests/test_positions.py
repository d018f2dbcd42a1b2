"""Positions: published formulas, distances, and what happens at the end of a table."""

import numpy as np
import pytest

import tt_tensor as tt
from tt_text import (
    LearnedPositions,
    RotaryPositions,
    SinusoidalPositions,
    alibi_bias,
    alibi_slopes,
    apply_rotary,
    rotary_angles,
    sinusoids,
)


def test_sinusoids_are_those_of_the_paper():
    table = sinusoids(50, 16).numpy()
    for p, i in ((0, 0), (3, 2), (49, 7)):
        angle = p / 10_000 ** (2 * i / 16)
        assert table[p, 2 * i] == pytest.approx(np.sin(angle), abs=1e-6)
        assert table[p, 2 * i + 1] == pytest.approx(np.cos(angle), abs=1e-6)


@pytest.mark.parametrize("make", [SinusoidalPositions, LearnedPositions])
def test_a_later_start_continues_the_table(make):
    layer = make(6, 4)
    x = tt.zeros(2, 5, 4)
    assert tt.equal(layer(x)[:, 2:], layer(x[:, 2:], start=2))
    assert not tt.equal(layer(x)[:, 2:], layer(x[:, 2:]))
    with pytest.raises(tt.ShapeError, match="7 positions are more than the 6"):
        layer(x, start=2)


def test_learned_positions_learn_only_what_was_used():
    layer = LearnedPositions(6, 2)
    layer(tt.zeros(3, 2, 2), start=1).sum().backward()
    assert layer.weight.grad.tolist() == [[0, 0], [3, 3], [3, 3], [0, 0], [0, 0], [0, 0]]


@pytest.mark.parametrize("layout", ["halves", "pairs"])
def test_rotated_products_depend_on_the_distance_alone(layout):
    rng = np.random.default_rng(0)
    q, k = (tt.tensor(rng.standard_normal(8).astype(np.float32)) for _ in range(2))
    turn = RotaryPositions(64, 8, layout=layout)

    def product(i, j):
        return float((turn(q[None], start=i) * turn(k[None], start=j)).sum())

    assert product(5, 2) == pytest.approx(product(40, 37), abs=1e-4)
    assert product(5, 2) != pytest.approx(product(5, 3), abs=1e-2)
    assert float(turn(q[None], start=9).norm()) == pytest.approx(float(q.norm()), rel=1e-5)


def test_the_two_layouts_differ_by_the_order_of_the_elements():
    x = tt.tensor(np.random.default_rng(1).standard_normal((3, 6)).astype(np.float32))
    order = [0, 2, 4, 1, 3, 5]
    angles = rotary_angles(3, 6)
    pairs = apply_rotary(x, *angles, layout="pairs")
    assert tt.allclose(apply_rotary(x[:, order], *angles), pairs[:, order])


def test_slopes_are_the_authors():
    assert alibi_slopes(8).tolist() == pytest.approx([2.0**-k for k in range(1, 9)])
    # for 12 heads: those of 8, then every other one of 16
    expected = [2.0**-k for k in range(1, 9)] + [2.0**-k for k in (0.5, 1.5, 2.5, 3.5)]
    assert alibi_slopes(12).tolist() == pytest.approx(expected)


def test_the_bias_grows_with_the_distance_and_hides_the_future():
    bias = alibi_bias(2, 3, 5).numpy()
    slope = 2.0**-4
    assert bias[0, 0].tolist() == pytest.approx([-2 * slope, -slope, 0, -np.inf, -np.inf])
    assert bias[0, 2].tolist() == pytest.approx([-4 * slope, -3 * slope, -2 * slope, -slope, 0])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sinusoids(3, 5), "5 is not a positive even number"),
        (lambda: rotary_angles(3, 5), "5 is not a positive even number"),
        (lambda: alibi_slopes(0), "heads must be at least 1"),
        (lambda: alibi_bias(2, 3, 2), "2 keys are fewer than 3 queries"),
        (lambda: LearnedPositions(0, 2), "at least 1"),
    ],
)
def test_bad_input_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
