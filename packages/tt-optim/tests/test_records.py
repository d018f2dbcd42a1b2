"""Every update rule, by its record: loops, NumPy and the formula agree."""

import pytest

from tt_optim.testing import NAMES
from tt_tensor import registry
from tt_tensor.testing import RECORDS, check_kernels


def test_every_primitive_has_a_record():
    ours = {n for n, p in registry.items() if p.kernels["naive"].__module__.startswith("tt_optim")}
    assert ours == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_kernels_agree(name, dtype):
    check_kernels(RECORDS[name], dtype)
