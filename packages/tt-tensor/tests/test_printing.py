"""repr: word for word PyTorch's, but for the names of types and of gradient functions."""

import re

import numpy as np
import pytest

import tt_tensor as tt


@pytest.fixture(autouse=True)
def _default_options():
    yield
    tt.set_printoptions(profile="default")


def samples():
    rng = np.random.default_rng(0)
    for dtype in ("float32", "float64", "float16", "int64", "int32", "uint8", "bool"):
        for shape in (
            (), (1,), (0,), (3,), (2, 3), (2, 0), (2, 3, 4), (2, 2, 2, 2), (30,), (12, 12), (50, 50),
            (1000,), (1001,), (7, 200), (3, 3, 200), (2, 1000, 1), (1, 2000),
        ):  # fmt: skip
            a = rng.normal(size=shape) * 3
            yield a > 0 if dtype == "bool" else (np.abs(a) if dtype == "uint8" else a).astype(dtype)
    for dtype in ("float32", "float64"):
        for values in (
            [1, 2, 3], [0], [np.nan, 1], [np.inf, -np.inf, np.nan], [np.inf, 1.5], [-np.inf, 1],
            [1e-5, 1], [1e-3, 1], [1e-3, 1.5], [1e4, 1.5], [999.99999, 0.5], [6e4, 1], [0, 1e-10],
            np.nan, np.inf, -1.5, 0, -0.0, [-0.0, 1], [-0.0, 1.5], [1e5], [123456789, 1], [1e9, 1],
            [1e8 + 8, 2], [1.2345e-4, 0.5], [[1, np.nan], [2.5, 1e6]], [1e-4, 1e-4], [9.9e-5],
            [1.99999], [0.99995, 1], 1e-5, 12345.678, 3e20,
        ):  # fmt: skip
            yield np.asarray(values, dtype)
        for power in range(-8, 12):
            yield (rng.normal(size=5) * 10.0**power).astype(dtype)
            yield np.floor(rng.normal(size=5) * 10.0**power).astype(dtype)
    yield rng.integers(-100, 100, (5, 30))
    yield np.arange(7**4).reshape(7, 7, 7, 7)
    yield np.arange(2000).reshape(10, 10, 20)


OPTIONS = [
    {},
    {"precision": 2},
    {"precision": 8},
    {"threshold": 10},
    {"threshold": 5, "edgeitems": 1},
    {"linewidth": 40},
    {"sci_mode": True},
    {"sci_mode": False},
    {"profile": "short"},
    {"linewidth": 120, "edgeitems": 2, "threshold": 100},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_equals_pytorch(options):
    torch = pytest.importorskip("torch")
    tt.set_printoptions(**{"profile": "default", **options})
    torch.set_printoptions(**{"profile": "default", **options})
    try:
        for sample in samples():
            array = np.array(sample)
            expected = repr(torch.from_numpy(array))
            got = repr(tt.from_numpy(array))
            assert without_type(got) == without_type(expected)
    finally:
        torch.set_printoptions(profile="default")


def without_type(text):
    """PyTorch's names of types are longer than ours, so only the numbers can be compared."""
    return re.sub(r",\s+dtype=\w+\.\w+", "", text)


def test_types_other_than_the_obvious_are_shown():
    assert repr(tt.ones(2, dtype=tt.float64)) == "tensor([1., 1.], dtype=tt.float64)"
    assert repr(tt.ones(2, dtype=tt.int32)) == "tensor([1, 1], dtype=tt.int32)"
    assert repr(tt.tensor(True)) == "tensor(True)"
    assert repr(tt.zeros(0, dtype=tt.int64)) == "tensor([], dtype=tt.int64)"
    assert repr(tt.zeros(0, 3)) == "tensor([], size=(0, 3))"
    full_line = repr(tt.arange(9, dtype=tt.float64) + 0.5)  # no room for the type beside it
    assert full_line.endswith("8.5000],\n       dtype=tt.float64)")


def test_huge_tensors_are_shown_at_once():
    text = repr(tt.zeros(10_000_000).view(-1, 10))
    assert text.count("\n") == 6


def test_formatting_one_number():
    assert f"{tt.tensor(2.34567):.2f}" == "2.35"
    assert f"{tt.ones(2)}" == str(tt.ones(2)) == "tensor([1., 1.])"
    with pytest.raises(ValueError, match="one element"):
        f"{tt.ones(2):.2f}"


def test_an_unknown_profile_is_refused():
    with pytest.raises(ValueError, match="'tiny' is none of default, short, full"):
        tt.set_printoptions(profile="tiny")
