"""Infinities and NaNs are results: nothing warns of them, whether warnings are errors or printed."""

import subprocess
import sys
import warnings

import numpy as np
import pytest

import tt_tensor as tt

big = tt.full((2, 2), 1e30)
half = tt.full((2,), 60_000.0, dtype="float16")
infinite = tt.tensor([float("inf")])


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: big * big, np.inf),
        (lambda: big * 1e30, np.inf),
        (lambda: (big * 1e8) + (big * 3e8), np.inf),
        (lambda: -(big * 3e8) - big * 3e8, -np.inf),
        (lambda: big @ big, np.inf),
        (lambda: big[0] @ big[0], np.inf),
        (lambda: tt.einsum("ij,jk->ik", big, big), np.inf),
        (lambda: (big * 3e8).sum(), np.inf),
        (lambda: big.prod(), np.inf),
        (lambda: big.cumprod(0)[1], np.inf),
        (lambda: half.sum(), np.inf),
        (lambda: half * 70_000, np.inf),
        (lambda: infinite - infinite, np.nan),
        (lambda: infinite * 0, np.nan),
        (lambda: tt.square(big), np.inf),
        (lambda: tt.mish(-infinite), np.nan),
    ],
)
def test_infinities_raise_no_warning(call, expected):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        out = call().numpy()
    np.testing.assert_array_equal(out, np.full_like(out, expected))


def test_no_warning_is_printed_and_those_of_others_stay():
    program = (
        "import numpy as np, tt_tensor as tt\n"
        "x = tt.full((2,), 1e30)\n"
        "print((x * x).tolist(), (x @ x).item())\n"
        "np.float32(1e30) * np.float32(1e30)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout.split() == ["[inf,", "inf]", "inf"]
    assert run.stderr.count("RuntimeWarning") == 1, run.stderr  # NumPy's own


def test_sums_of_half_precision_are_formed_in_single_precision():
    x = tt.tensor([60_000.0, 60_000.0, -60_000.0], dtype="float16")
    assert x.sum().item() == 60_000
    assert x.sum().dtype == tt.float16
    assert tt.full((4,), 300.0, dtype="float16").norm().item() == 600
    assert tt.tensor([0.0, 400.0], dtype="float16").var(correction=0).item() == 40_000


def test_leaky_relu_without_a_slope_keeps_infinity():
    out = tt.leaky_relu(tt.tensor([float("inf"), -2.0, float("nan")]), 0.0)
    assert out.tolist()[:2] == [float("inf"), 0.0]
    assert np.isnan(out.tolist()[2])
