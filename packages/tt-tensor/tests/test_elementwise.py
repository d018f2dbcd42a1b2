"""Elementwise functions over all types: type, values and refusals as PyTorch has them."""

import itertools
import math

import numpy as np
import pytest

import tt_tensor as tt

TYPES = ["float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"]
UNARY = [
    "abs", "sign", "exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "sqrt", "rsqrt",
    "reciprocal", "square", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "asinh",
    "acosh", "atanh", "erf", "floor", "ceil", "round", "trunc", "frac", "isnan", "isinf", "isfinite",
    "relu", "sigmoid", "tanh", "logical_not", "nan_to_num",
]  # fmt: skip
BINARY = [
    "maximum", "minimum", "fmod", "atan2", "xlogy", "copysign", "eq", "ne", "lt", "le", "gt", "ge",
    "logical_and", "logical_or", "logical_xor", "add", "mul", "div", "floor_divide", "remainder",
]  # fmt: skip
BITS = ["bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_left_shift", "bitwise_right_shift"]
SPECIAL = [math.nan, math.inf, -math.inf, 0.0, -0.0, 1e4, -1e4, 1e-4, 0.5, 1.5, 2.5]


def draw(dtype, shape=(3, 4), low=-3, high=4, seed=0):
    a = np.random.default_rng(seed).uniform(low, high, shape)
    return a > 0 if dtype == "bool" else (np.abs(a) if dtype == "uint8" else a).astype(dtype)


def assert_same(name, theirs, ours, *arrays):
    torch = pytest.importorskip("torch")
    try:
        expected = theirs(torch, *[torch.from_numpy(np.array(a)) for a in arrays]).numpy()
    except NotImplementedError:
        return  # more types than PyTorch's kernels take is no fault
    got = ours(tt, *[tt.from_numpy(np.array(a)) for a in arrays]).numpy()
    where = f"{name} of {[a.dtype.name for a in arrays]}"
    assert got.dtype == expected.dtype, where
    tolerance = {"f2": 4e-3, "f4": 2e-6, "f8": 1e-12}.get(expected.dtype.str[1:], 0)
    np.testing.assert_allclose(
        got.astype(np.float64), expected.astype(np.float64), tolerance, tolerance, err_msg=where
    )


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_tensor(name, dtype):
    if dtype == "bool" and name == "relu":
        return
    call = lambda lib, x: getattr(lib, name)(x)  # noqa: E731
    assert_same(name, call, call, draw(dtype))
    if dtype.startswith("float"):
        with np.errstate(over="ignore"):  # of 1e4 squared in float16
            assert_same(name, call, call, np.asarray(SPECIAL, dtype))


@pytest.mark.parametrize("name", [*BINARY, *BITS])
def test_functions_of_two_tensors_in_all_pairs_of_types(name):
    call = lambda lib, x, y: getattr(lib, name)(x, y)  # noqa: E731
    types = TYPES if name not in BITS else TYPES[3:]
    for a, b in itertools.product(types, types):
        low = 0 if "shift" in name else 1
        x, y = draw(a, low=low), draw(b, (4,), low=low, seed=1)
        if b == "bool":
            y |= True  # no zero divisors
        assert_same(name, call, call, x, y)
        assert_same(name, call, call, x, np.array(y[0]))  # a 0-dimensional tensor is weak


@pytest.mark.parametrize("number", [2, 1.5, True])
@pytest.mark.parametrize("dtype", TYPES)
def test_python_numbers_are_weak(dtype, number):
    x = draw(dtype, low=1)
    for name in ("add", "mul", "div", "fmod", "xlogy", "copysign", "eq", "lt"):
        call = lambda lib, x, name=name: getattr(lib, name)(x, number)  # noqa: E731
        assert_same(name, call, call, x)
    for limits in ((-1, number), (number, None)):
        if dtype == "uint8":
            continue  # PyTorch turns -1 into 255
        call = lambda lib, x, limits=limits: lib.clamp(x, *limits)  # noqa: E731
        assert_same("clamp", call, call, x)


def test_three_operands_are_promoted_together():
    x, y, z = draw("float32"), draw("float64", seed=1), draw("int64", low=1, seed=2)
    for name in ("addcmul", "addcdiv"):
        call = lambda lib, a, b, c, name=name: getattr(lib, name)(a, b, c, value=2)  # noqa: E731
        for arrays in itertools.permutations((x, y)):
            assert_same(name, call, call, *arrays, z)
    call = lambda lib, a, b, w: lib.lerp(a, b, w)  # noqa: E731
    assert_same("lerp", call, call, x, x[::-1], np.asarray([0.1, 0.2, 0.3, 0.4], np.float32))


def test_erf_is_exact_to_the_last_digits():
    x = np.concatenate([np.linspace(-7, 7, 20_000), np.logspace(-30, 0, 200)])  # without 0
    for dtype, tolerance in ((np.float64, 1e-15), (np.float32, 3e-7)):
        given = x.astype(dtype)
        exact = np.array([math.erf(v) for v in given.tolist()])
        assert np.abs(tt.erf(tt.from_numpy(given)).numpy() / exact - 1).max() < tolerance


def test_rounding():
    x = tt.tensor([0.5, 1.5, -2.5, 1234.567])
    assert tt.round(x).tolist() == [0, 2, -2, 1235]
    assert tt.round(x, decimals=1).tolist() == pytest.approx([0.5, 1.5, -2.5, 1234.6])
    assert tt.round(x, decimals=-2).tolist() == [0, 0, 0, 1200]
    assert tt.round(tt.tensor([3])).dtype is tt.int64


def test_clamp():
    x = tt.tensor([-2.0, 0.5, 2.0, math.nan])
    assert tt.clamp(x, min=0).tolist()[:3] == [0, 0.5, 2]
    assert tt.clamp(x, 1, -1).tolist()[:3] == [-1, -1, -1]  # the upper limit wins, as in PyTorch
    assert math.isnan(tt.clamp(x, -1, 1)[3].item())
    assert tt.clamp(x[:3], tt.tensor([0.0, 1.0, 0.0]), tt.tensor(1.5)).tolist() == [0, 1, 1.5]
    assert tt.clip is tt.clamp
    small = tt.tensor([1, 200], dtype=tt.uint8)
    assert tt.clamp(small, -5, 300).tolist() == [1, 200]
    assert tt.clamp(small, max=1.5).dtype is tt.float32
    with pytest.raises(ValueError, match="at least one"):
        tt.clamp(x)


def test_nan_to_num():
    x = tt.tensor([math.nan, math.inf, -math.inf, 2.0])
    largest = float(np.finfo(np.float32).max)
    assert tt.nan_to_num(x).tolist() == [0, largest, -largest, 2]
    assert tt.nan_to_num(x, 1.0, 5.0, -5.0).tolist() == [1, 5, -5, 2]
    assert tt.nan_to_num(tt.tensor([1, 2])).tolist() == [1, 2]


def test_in_place_twins_write_into_the_same_memory():
    for name in ("exp", "sqrt", "neg", "sin", "floor", "abs", "square", "log1p"):
        x = tt.rand(5)
        right, address = getattr(tt, name)(x), x.data_ptr()
        assert getattr(x, name + "_")() is x
        assert x.data_ptr() == address
        assert tt.equal(x, right)
    with pytest.raises(tt.DTypeError, match="stored in place"):
        tt.arange(3).exp_()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tt.exp(tt.tensor([1.0])) + "a", tt.DTypeError, "not str"),
        (lambda: tt.atan2(tt.ones(2), tt.ones(3)), tt.ShapeError, r"\(2,\) and \(3,\)"),
        (
            lambda: tt.tensor([1], dtype=tt.uint8) + 300,
            tt.DTypeError,
            "300 does not fit into tt.uint8",
        ),
        (lambda: tt.addcmul(tt.ones(2), tt.ones(3), tt.ones(3)), tt.ShapeError, "add"),
    ],
)
def test_refuses(call, error, words):
    with pytest.raises(error, match=words):
        call()
