"""Activation functions: stable far out, equal to PyTorch's, and indifferent to memory layout."""

import math

import numpy as np
import pytest

import tt_tensor as tt

NAMES = [
    "relu", "relu6", "hardtanh", "leaky_relu", "elu", "sigmoid", "logsigmoid", "tanh", "gelu", "silu",
    "mish", "softplus",
]  # fmt: skip
FUNCTIONS = {name: getattr(tt, name) for name in NAMES}
FUNCTIONS["gelu_tanh"] = lambda x: tt.gelu(x, approximate="tanh")
FUNCTIONS["softmax"] = lambda x: tt.softmax(x, -1)
FUNCTIONS["log_softmax"] = lambda x: tt.log_softmax(x, -1)
FUNCTIONS["softmin"] = lambda x: tt.softmin(x, -1)


def in_torch(torch, name, x):
    functional = torch.nn.functional
    if name == "gelu_tanh":
        return functional.gelu(x, approximate="tanh")
    if name in ("softmax", "log_softmax", "softmin"):
        return getattr(functional, name)(x, -1)
    return getattr(functional, name)(x)


@pytest.mark.parametrize("backend", ["numpy", "naive"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_stable_far_out_and_equal_to_pytorch(name, dtype, backend):
    torch = pytest.importorskip("torch")
    values = [-1e4, -500, -90, -30, -5, -1, -1e-3, 0, 1e-3, 1, 5, 6, 30, 90, 500, 1e4]
    x = np.asarray(values, dtype)
    with tt.backend(backend):
        out = FUNCTIONS[name](tt.from_numpy(x)).numpy()
    assert out.dtype == x.dtype
    assert np.isfinite(out).all()
    # float16 is compared with the exact value, as PyTorch's own rounding is no better than ours
    exact = in_torch(torch, name, torch.from_numpy(x.astype(np.float64))).numpy()
    tolerance = {"float16": 5e-3, "float32": 1e-6, "float64": 1e-9}[dtype]
    np.testing.assert_allclose(out.astype(np.float64), exact, rtol=tolerance, atol=tolerance)


WEIGHTED = ["silu", "mish", "gelu", "gelu_tanh"]  # at -inf they are -inf · 0, which is NaN


@pytest.mark.parametrize("name", [n for n in FUNCTIONS if "softm" not in n])
def test_infinity_and_nan(name):
    torch = pytest.importorskip("torch")
    x = np.asarray([math.inf, math.nan, -math.inf], np.float32)
    expected = in_torch(torch, name, torch.from_numpy(x)).numpy()
    if name in WEIGHTED:
        x, expected = x[:2], np.asarray([math.inf, math.nan])  # PyTorch's gelu(inf) is NaN
    np.testing.assert_array_equal(FUNCTIONS[name](tt.from_numpy(x)).numpy(), expected)


@pytest.mark.parametrize(
    "name",
    ["relu6", "hardtanh", "leaky_relu", "elu", "logsigmoid", "gelu", "silu", "mish", "softplus",
     "softmax", "log_softmax"],
)  # fmt: skip
def test_integers_are_refused_with_the_mend(name):
    with pytest.raises(tt.DTypeError, match=r"tt\.int64; use input\.float\(\)"):
        FUNCTIONS[name](tt.arange(3))


def test_relu_sigmoid_and_tanh_take_integers():
    x = tt.tensor([-1, 0, 2])
    assert tt.relu(x).tolist() == [0, 0, 2]
    assert tt.relu(x).dtype is tt.int64
    assert tt.sigmoid(x).dtype is tt.tanh(x).dtype is tt.float32


def test_softmax_of_scalars_empties_and_another_type():
    assert tt.softmax(tt.tensor(3.0), 0).item() == 1
    assert tt.log_softmax(tt.tensor(3.0), -1).item() == 0
    assert tt.softmax(tt.zeros(0, 3), 0).shape == (0, 3)
    assert tt.softmax(tt.zeros(3, 0), 1).shape == (3, 0)
    assert tt.softmax(tt.arange(3), 0, dtype=tt.float64).dtype is tt.float64
    with pytest.raises(IndexError, match="out of range"):
        tt.softmax(tt.zeros(2, 2), 2)


@pytest.mark.parametrize("name", ["relu", "sigmoid", "silu", "gelu", "gelu_tanh", "erf"])
def test_large_arrays_go_block_by_block_in_any_layout(name):
    """Blocks follow memory, so every order and stride of a large array must give the same values."""
    function = FUNCTIONS.get(name, tt.erf)
    base = tt.randn(3, 50, 240, generator=tt.Generator(0))  # more than two blocks
    expected = tt.cat([function(row) for row in base.reshape(300, 120)]).reshape(base.shape)
    layouts = {
        "contiguous": base,
        "channels last": base.permute(0, 2, 1).contiguous().permute(0, 2, 1),
        "transposed": base.permute(2, 1, 0).contiguous().permute(2, 1, 0),
        "every second": tt.stack([base, base], -1)[..., 0],
        "broadcast": base[:1].expand(3, 50, 240),
    }
    for layout, x in layouts.items():
        right = expected[:1].expand(3, 50, 240) if layout == "broadcast" else expected
        assert tt.equal(function(x), right), layout


def test_block_kernels_keep_the_order_of_memory():
    x = tt.zeros(4, 100, 100).permute(0, 2, 1)
    with tt.backend("numpy"):
        assert tt.relu(x).stride() == tt.gelu(x).stride() == x.stride()


@pytest.mark.parametrize(
    "name", ["relu_grad", "sigmoid_grad", "tanh_grad", "silu_grad", "gelu_grad"]
)
def test_large_gradients_in_mixed_layouts(name):
    primitive = tt.lookup(name)
    params = (("none",),) if name == "gelu_grad" else ()
    g, x = tt.randn(200, 120), tt.randn(200, 120)

    def run(a, b):
        return primitive((a, b), *params) if params else primitive(a, b)

    expected = tt.cat([run(a.unsqueeze(0), b.unsqueeze(0)) for a, b in zip(g, x, strict=True)])
    turned = x.T.contiguous().T
    for a, b in ((g, x), (g, turned), (g.T.contiguous().T, turned)):
        assert tt.equal(run(a, b), expected)


def test_in_place_twins():
    x = tt.tensor([-1.0, 2.0])
    assert x.relu_() is x
    assert x.tolist() == [0, 2]
    assert x.sigmoid_().tolist() == pytest.approx([0.5, 0.880797])
    assert x.tanh_() is x
