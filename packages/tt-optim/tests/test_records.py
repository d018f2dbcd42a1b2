"""Every primitive of tt-optim, by its record: loops, NumPy, the formula and PyTorch agree."""

import numpy as np
import pytest

from tt_autograd.testing import check_rules_complete
from tt_optim.testing import NAMES
from tt_optim.updates import blocks
from tt_tensor import registry
from tt_tensor.testing import RECORDS, check_kernels, check_torch

CASES = [(name, dtype) for name in NAMES for dtype in RECORDS[name].dtypes]
UPDATES = [name for name in NAMES if name.endswith("_step")]


def test_every_primitive_has_a_record_and_says_that_it_has_no_gradient():
    ours = {n for n, p in registry.items() if p.kernels["naive"].__module__.startswith("tt_optim")}
    assert ours == set(NAMES)
    check_rules_complete(list(NAMES))


@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_kernels_agree(name, dtype):
    check_kernels(RECORDS[name], dtype)


@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_equals_pytorch(name, dtype):
    pytest.importorskip("torch")
    check_torch(RECORDS[name], dtype)


@pytest.mark.parametrize("name", UPDATES)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_large_arrays_are_updated_piece_by_piece(name, size, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", size)
    check_kernels(RECORDS[name], "float64")


def test_pieces_are_views_that_cover_everything_once():
    param = np.zeros((700, 300))
    count = 0
    for p, nothing, a, b in blocks.blocks(param, None):
        assert nothing is None
        assert p.shape == a.shape == b.shape
        assert p.size <= blocks.BLOCK
        p += 1
        count += 1
    assert count == 4
    assert np.all(param == 1)
