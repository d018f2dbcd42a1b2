"""Every primitive of tt-tensor, by its record: kernels, PyTorch, bad input."""

import pytest

from tt_tensor import registry
from tt_tensor.testing import RECORDS, check_errors, check_kernels, check_torch

# later packages register theirs too, where they happen to be imported in the same process
OURS = [n for n, p in registry.items() if p.kernels["naive"].__module__.startswith("tt_tensor.")]
CASES = [(name, dtype) for name in OURS for dtype in RECORDS[name].dtypes]


def test_every_primitive_has_a_record_and_every_record_a_primitive():
    assert set(OURS) <= set(RECORDS)


@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_kernels_agree(name, dtype):
    check_kernels(RECORDS[name], dtype)


@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_equals_pytorch(name, dtype):
    pytest.importorskip("torch")
    check_torch(RECORDS[name], dtype)


@pytest.mark.parametrize("name", [name for name in OURS if RECORDS[name].errors])
def test_bad_input_is_refused(name):
    check_errors(RECORDS[name])
