"""Every primitive of tt-text, by its record: kernels, gradients, PyTorch, bad input."""

import pytest

from tt_autograd.testing import check_gradients, check_rules_complete, check_torch_gradients
from tt_tensor import registry
from tt_tensor.testing import RECORDS, check_errors, check_kernels, check_torch
from tt_text.testing import NAMES

CASES = [(name, dtype) for name in NAMES for dtype in RECORDS[name].dtypes]


def test_every_primitive_has_a_record_and_rules():
    ours = {n for n, p in registry.items() if p.kernels["naive"].__module__.startswith("tt_text")}
    assert ours == set(NAMES)
    check_rules_complete(list(NAMES))


@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_kernels_agree(name, dtype):
    check_kernels(RECORDS[name], dtype)


@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_equals_pytorch(name, dtype):
    pytest.importorskip("torch")
    check_torch(RECORDS[name], dtype)


@pytest.mark.parametrize("name", NAMES)
def test_derivatives(name):
    check_gradients(RECORDS[name])


@pytest.mark.parametrize("name", NAMES)
def test_gradients_equal_pytorch(name):
    pytest.importorskip("torch")
    check_torch_gradients(RECORDS[name])


@pytest.mark.parametrize("name", [name for name in NAMES if RECORDS[name].errors])
def test_bad_input_is_refused(name):
    check_errors(RECORDS[name])
