"""Padding modules; the function itself is tested by its records."""

import numpy as np
import pytest

import tt_nn as nn
import tt_nn.functional as F
import tt_tensor as tt

MODULES = [
    ("ConstantPad1d", (2, 1.5), (2, 3, 4)),
    ("ConstantPad2d", ((1, -1, 2, 0), -1.0), (2, 3, 4, 5)),
    ("ZeroPad1d", ((1, 2),), (3, 4)),
    ("ZeroPad2d", (1,), (3, 4, 5)),
    ("ReflectionPad1d", (2,), (2, 3, 4)),
    ("ReflectionPad2d", ((1, 2, 3, 0),), (2, 3, 4, 5)),
    ("ReplicationPad1d", ((3, 1),), (2, 3, 4)),
    ("ReplicationPad2d", (2,), (3, 4, 5)),
    ("CircularPad1d", ((4, 0),), (2, 3, 4)),
    ("CircularPad2d", ((1, 2, 3, 4),), (2, 3, 4, 5)),
]


@pytest.mark.parametrize(("name", "arguments", "shape"), MODULES)
def test_modules_equal_pytorchs(name, arguments, shape):
    torch = pytest.importorskip("torch")
    ours, theirs = getattr(nn, name)(*arguments), getattr(torch.nn, name)(*arguments)
    x = np.random.default_rng(0).standard_normal(shape).astype("float32")
    assert np.array_equal(ours(tt.from_numpy(x)).numpy(), theirs(torch.from_numpy(x)).numpy())
    if not name.startswith("Zero"):  # PyTorch's own shows the value of some zero paddings only
        assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
def test_memory_order_is_kept(mode):
    channels_last = tt.zeros(2, 5, 6, 3).permute(0, 3, 1, 2)
    strides = F.pad(channels_last, (1, 1, 2, 2), mode).numpy().strides
    assert sorted(strides, reverse=True) == [strides[i] for i in (0, 2, 3, 1)]


def test_the_result_is_never_the_input():
    x = tt.zeros(2, 3, 4)
    for mode in ("constant", "reflect", "replicate", "circular"):
        assert not np.shares_memory(F.pad(x, (0, 0), mode).numpy(), x.numpy())


def test_modules_refuse_other_widths():
    with pytest.raises(ValueError, match="2 ints, not 4"):
        nn.ZeroPad1d((1, 2, 3, 4))
    with pytest.raises(ValueError, match="4 ints, not 2"):
        nn.ReflectionPad2d((1, 2))
    with pytest.raises(TypeError, match="must be an int or 2 ints"):
        nn.ConstantPad1d((1.0, 2.0), 0.0)
    with pytest.raises(TypeError, match="must be an int or 2 ints, not '12'"):
        nn.ZeroPad1d("12")
    with pytest.raises(TypeError, match=r"must be an int or 4 ints, not 1\.5"):
        nn.CircularPad2d(1.5)


def test_cutting_may_leave_nothing_but_not_less():
    assert F.pad(tt.ones(2, 4), (-2, -2)).shape == (2, 0)
    assert F.pad(tt.ones(2, 4), (-4, 1), value=7.0).tolist() == [[7.0], [7.0]]
    with pytest.raises(tt.ShapeError, match="cuts more than the 4 places"):
        F.pad(tt.ones(2, 4), (-3, -2))
