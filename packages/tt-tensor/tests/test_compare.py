"""Comparisons, logic, bits, where."""

import itertools
import math

import numpy as np
import pytest

import tt_tensor as tt


def test_equality_with_anything_else_is_false():
    x = tt.ones(2)
    for other in (None, "a", [1, 1], (1,), object(), {}, 1j):
        assert (x == other) is False
        assert (x != other) is True
    assert (x == np.ones(2)).tolist() == [True, True]
    assert (np.ones(2) == x).tolist() == [True, True]


def test_numbers_beyond_the_type_are_compared_truly():
    x = tt.tensor([255, 1], dtype=tt.uint8)
    assert (x == -1).tolist() == [False, False]  # PyTorch wraps -1 around to 255
    assert (x != -1).tolist() == [True, True]
    assert (x < 300).tolist() == [True, True]
    assert (x > -1).tolist() == [True, True]
    assert (tt.tensor([5], dtype=tt.int8) >= 200).tolist() == [False]


def test_tensors_are_keys_by_identity():
    x, y = tt.ones(1), tt.ones(1)
    assert len({x, y, x}) == 2
    assert {x: 1}[x] == 1


def test_bit_operators():
    x = tt.tensor([3, 12])
    assert (x & 6).tolist() == (6 & x).tolist() == [2, 4]
    assert (x | 1).tolist() == (1 | x).tolist() == [3, 13]
    assert (x ^ 1).tolist() == (1 ^ x).tolist() == [2, 13]
    assert (~x).tolist() == [-4, -13]
    assert (x << 2).tolist() == [12, 48]
    assert (x >> 1).tolist() == [1, 6]
    assert (1 << tt.tensor([3, 4])).tolist() == [8, 16]
    assert (64 >> tt.tensor([3, 4])).tolist() == [8, 4]
    truth = tt.tensor([True, False])
    assert (truth & tt.tensor([True, True])).tolist() == [True, False]
    assert (~truth).dtype is tt.bool
    x &= 6
    assert x.tolist() == [2, 4]
    with pytest.raises(tt.DTypeError, match="bitwise_or"):
        tt.ones(2) | tt.ones(2)


def test_where_promotes_and_broadcasts_like_pytorch():
    torch = pytest.importorskip("torch")
    condition = np.array([[True], [False]])
    types = ["float64", "float32", "float16", "int64", "int8", "uint8", "bool"]
    operands = [np.ones(3, t) for t in types] + [np.ones((), t) for t in types] + [2, 1.5, True]
    for x, y in itertools.product(operands, operands):

        def in_lib(make, lib, x=x, y=y):
            a, b = (make(v) if isinstance(v, np.ndarray) else v for v in (x, y))
            return lib.where(make(condition), a, b).numpy()

        expected, got = in_lib(torch.from_numpy, torch), in_lib(tt.from_numpy, tt)
        assert got.dtype == expected.dtype, (x, y)
        np.testing.assert_array_equal(got, expected)


def test_where_alone_gives_indices():
    rows, columns = tt.where(tt.tensor([[True, False], [False, True]]))
    assert rows.tolist() == [0, 1]
    assert columns.tolist() == [0, 1]
    assert tt.ones(2).where(tt.tensor([True, False]), 5.0).tolist() == [1, 5]


def test_close_and_equal():
    x = tt.tensor([1.0, math.nan, math.inf])
    assert tt.isclose(x, x).tolist() == [True, False, True]
    assert tt.isclose(x, x, equal_nan=True).tolist() == [True, True, True]
    assert tt.allclose(tt.tensor([1.0]), tt.tensor([1.1]), atol=0.2)
    assert not tt.allclose(tt.tensor([1.0]), tt.tensor([1.1]))
    assert not tt.equal(tt.ones(2), tt.ones(2, 1))
    assert not tt.equal(x, x)  # NaN


def test_logic_counts_every_number_but_zero_as_true():
    x, y = tt.tensor([0.0, 0.5, math.nan]), tt.tensor([1, 0, 1])
    assert tt.logical_and(x, y).tolist() == [False, False, True]
    assert tt.logical_or(x, y).tolist() == [True, True, True]
    assert tt.logical_xor(x, y).tolist() == [True, True, False]
    assert tt.logical_not(x).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tt.where(tt.ones(2), 1, 2), tt.DTypeError, "must be boolean"),
        (lambda: tt.where(tt.ones(2) > 0, tt.ones(2)), TypeError, "both"),
        (lambda: tt.where(tt.ones(2) > 0, tt.ones(3), 0.0), tt.ShapeError, "broadcast"),
        (lambda: tt.where(tt.ones(1) > 0, tt.tensor([1], dtype=tt.uint8), -1), tt.DTypeError, "-1"),
        (lambda: tt.ones(2) < tt.ones(3), tt.ShapeError, "lt"),
        (lambda: tt.ones(2) < "a", tt.DTypeError, "not str"),
        (lambda: bool(tt.ones(2) == 1), ValueError, "ambiguous"),
    ],
)
def test_refuses(call, error, words):
    with pytest.raises(error, match=words):
        call()
