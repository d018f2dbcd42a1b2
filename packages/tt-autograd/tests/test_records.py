"""Every gradient rule, by the records of tt-tensor's primitives."""

import pytest

from tt_autograd.testing import check_gradients, check_rules_complete, check_torch_gradients
from tt_tensor import registry
from tt_tensor.testing import RECORDS

NAMES = [n for n, p in registry.items() if p.kernels["naive"].__module__.startswith("tt_tensor.")]


def test_no_primitive_is_without_record_or_rule():
    check_rules_complete(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_first_and_second_derivatives(name):
    check_gradients(RECORDS[name])


@pytest.mark.parametrize("name", NAMES)
def test_gradients_equal_pytorch(name):
    pytest.importorskip("torch")
    check_torch_gradients(RECORDS[name])
