"""Dispatch, backends, promotion, views and in-place changes: what every operation relies on."""

import copy
import importlib.util
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import tt_tensor as tt
import tt_tensor.backends as backend_module

DTYPES = ("float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool")


class Entry:
    """An entry point as an installed distribution would have."""

    def __init__(self, name, content):
        self.name, self.value, self.content = name, "somewhere:kernels", content

    def load(self):
        if isinstance(self.content, Exception):
            raise self.content
        return self.content


@pytest.fixture
def install(monkeypatch):
    """Pretend that distributions with backends are installed."""

    def install(**backends):
        entries = [Entry(name, content) for name, content in backends.items()]
        monkeypatch.setattr("importlib.metadata.entry_points", lambda **group: entries)
        monkeypatch.setattr(backend_module, "_installed", None)
        monkeypatch.setattr(backend_module, "_selected", None)
        for primitive in tt.registry.values():
            primitive.forget_kernel()

    yield install
    monkeypatch.undo()
    for primitive in tt.registry.values():
        primitive.forget_kernel()


# ---- backends


def test_the_selection_holds_inside_the_block_and_after_errors():
    before = tt.get_backend()

    def fail():
        with tt.backend("naive"):
            assert tt.get_backend() == "naive"
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert tt.get_backend() == before


def test_an_unknown_backend_is_refused_with_the_choices():
    with pytest.raises(tt.BackendError, match="numpy, naive"):
        tt.set_backend("cuda")


@pytest.mark.parametrize("name", ["naive", "numpy"])
def test_tt_backend_selects(name):
    code = "import tt_tensor as tt; print(tt.get_backend())"
    env = {"TT_BACKEND": name, "PATH": "", "SYSTEMROOT": ""}
    out = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == name


def test_an_installed_backend_is_preferred_and_may_decline(install):
    calls = []

    def add(x, y):
        calls.append(x.dtype.name)
        return x + y if x.dtype == np.float32 else NotImplemented

    install(fast={"add": add})
    assert tt.available_backends() == ["fast", "numpy", "naive"]
    assert tt.get_backend() == "fast"
    assert (tt.ones(2) + 1).tolist() == [2.0, 2.0]
    assert (tt.ones(2, dtype="float64") + 1).tolist() == [2.0, 2.0]  # declined: numpy did it
    assert (tt.ones(2) * 2).tolist() == [2.0, 2.0]  # it has no mul
    assert calls == ["float32", "float64"]
    with tt.backend("numpy"):
        tt.ones(2) + 1
    assert len(calls) == 2


def test_a_broken_backend_is_reported_once_and_skipped(install):
    install(broken=ImportError("no such library"))
    with pytest.warns(RuntimeWarning, match="'broken'.*does not load.*no such library"):
        assert tt.available_backends() == ["numpy", "naive"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (tt.ones(1) + 1).item() == 2.0


def test_names_of_primitives_are_unique():
    with pytest.raises(ValueError, match="already a primitive"):
        tt.Unary("relu", naive=abs, numpy=abs)
    with pytest.raises(tt.BackendError, match="no primitive"):
        tt.lookup("no such thing")


def test_primitives_on_bare_arrays_give_bare_arrays():
    a = np.array([-1.0, 2.0])
    assert type(tt.lookup("relu")(a)) is np.ndarray
    assert type(tt.lookup("add")(a, a)) is np.ndarray
    assert type(tt.lookup("sum")((a,), ((0,), True))) is np.ndarray


def test_without_a_tape_gradients_are_refused_with_the_mend():
    if importlib.util.find_spec("tt_autograd"):
        pytest.skip("tt-autograd is installed")
    with pytest.raises(tt.GradientError, match="pip install tt-autograd"):
        tt.ones(1, requires_grad=True)


# ---- promotion


@pytest.mark.parametrize("a", DTYPES)
@pytest.mark.parametrize("b", DTYPES)
@pytest.mark.parametrize(("shape_a", "shape_b"), [((2,), (2,)), ((2,), ()), ((), (2,)), ((), ())])
def test_promotion_of_tensors_equals_pytorchs(a, b, shape_a, shape_b):
    torch = pytest.importorskip("torch")
    ours = tt.ones(shape_a, dtype=a) * tt.ones(shape_b, dtype=b)
    theirs = torch.ones(shape_a, dtype=getattr(torch, a)) * torch.ones(
        shape_b, dtype=getattr(torch, b)
    )
    assert str(ours.dtype)[3:] == str(theirs.dtype)[6:]
    both = tt.promote_types(a, b)
    assert str(both)[3:] == str(torch.promote_types(getattr(torch, a), getattr(torch, b)))[6:]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("number", [True, 2, 2.5])
@pytest.mark.parametrize("shape", [(2,), ()])
@pytest.mark.parametrize("operation", ["__mul__", "__rmul__", "__truediv__", "__lt__"])
def test_promotion_with_numbers_equals_pytorchs(dtype, number, shape, operation):
    torch = pytest.importorskip("torch")
    ours = getattr(tt.ones(shape, dtype=dtype), operation)(number)
    theirs = getattr(torch.ones(shape, dtype=getattr(torch, dtype)), operation)(number)
    assert str(ours.dtype)[3:] == str(theirs.dtype)[6:]
    assert ours.tolist() == pytest.approx(theirs.tolist())


# ---- shapes, strides, views


@given(st.data())
def test_broadcasting_equals_numpys_for_any_layout(data):
    shapes = data.draw(
        npst.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=4, min_side=0)
    )
    arrays = []
    for shape in shapes.input_shapes:
        base = data.draw(
            npst.arrays(np.float64, [2 * n for n in shape], elements=st.floats(-10, 10))
        )
        array = np.asarray(base[tuple(slice(None, None, 2) for _ in shape)])
        arrays.append(array.T if data.draw(st.booleans()) and len(set(shape)) == 1 else array)
    x, y = map(tt.from_numpy, arrays)
    np.testing.assert_array_equal((x + y).numpy(), arrays[0] + arrays[1])
    np.testing.assert_array_equal(tt.maximum(x, y).numpy(), np.maximum(*arrays))


@given(npst.array_shapes(min_dims=2, max_dims=4, max_side=4), st.integers(0, 100))
def test_views_share_memory_in_every_backend(shape, seed):
    for name in ("numpy", "naive"):
        with tt.backend(name):
            x = tt.randn(shape)
            rng = np.random.default_rng(seed)
            dims = rng.permutation(len(shape)).tolist()
            view = x.permute(dims)[0].unsqueeze(0)
            assert np.shares_memory(view.numpy(), x.numpy())
            view.fill_(7.0)
            assert (x.permute(dims)[0] == 7).all()
            assert x.version == view.version == 1


def test_a_slice_is_a_view_and_a_list_a_copy():
    x = tt.arange(6)
    x[1:3][0] = 10
    x[[4, 5]][0] = 99
    assert x.tolist() == [0, 10, 2, 3, 4, 5]


# ---- in place


def test_in_place_twins_write_into_the_same_memory():
    x = tt.tensor([1.0, 4.0])
    array = x.numpy()
    assert x.add_(1).sqrt_().mul_(2) is x
    np.testing.assert_allclose(array, 2 * np.sqrt([2.0, 5.0]))
    x += 1
    x[0] = 0
    assert x.version == 5
    assert x.numpy() is array


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tt.ones(2).add_(tt.ones(3, 2)), tt.ShapeError, "without the trailing underscore"),
        (lambda: tt.tensor([1]).add_(0.5), tt.DTypeError, "cannot be stored in place"),
        (lambda: tt.ones(2).expand(3, 2).add_(1), ValueError, "read-only"),
        (lambda: tt.ones(3).__setitem__(slice(0, 2), tt.ones(3)), tt.ShapeError, "does not fit"),
        (lambda: tt.ones(3).__setitem__(7, 0), IndexError, "7 is out of bounds"),
        (lambda: tt.ones(2).to("cuda"), tt.DeviceError, "only one is 'cpu'"),
        (lambda: tt.ones(2, device="cuda:0"), tt.DeviceError, "cpu"),
        (lambda: tt.ones(2).item(), ValueError, "one element"),
        (lambda: bool(tt.ones(2)), ValueError, "ambiguous"),
        (lambda: len(tt.ones(())), TypeError, "no length"),
        (lambda: tt.ones(2, dtype="complex64"), tt.DTypeError, "complex64"),
    ],
)
def test_misuse_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


# ---- travelling


def test_copies_and_pickles_between_processes():
    x = tt.tensor([[1.0, 2.0]])
    twin = copy.deepcopy(x)
    twin.add_(1)
    assert x.tolist() == [[1.0, 2.0]]
    assert pickle.loads(pickle.dumps(x)).tolist() == x.tolist()
    assert pickle.loads(pickle.dumps(tt.int8)) is tt.int8


def test_numpy_and_dlpack():
    x = tt.tensor([1.0, 2.0])
    assert np.asarray(x) is x.numpy() or np.shares_memory(np.asarray(x), x.numpy())
    assert np.shares_memory(np.from_dlpack(x), x.numpy())
    assert isinstance(np.ones(2, "float32") + x, tt.Tensor)
    torch = pytest.importorskip("torch")
    shared = torch.from_dlpack(x)
    shared[0] = 9
    assert x[0].item() == 9.0
    assert tt.from_dlpack(torch.arange(3)).tolist() == [0, 1, 2]


def test_importing_starts_nothing():
    code = (
        "import sys, threading, tt_tensor; "
        "print(threading.active_count(), [m for m in ('multiprocessing', 'socket', 'subprocess', 'asyncio') "
        "if m in sys.modules and m not in before])"
    )
    program = f"import sys, numpy; before = set(sys.modules); {code}"
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "1 []"


def test_the_types_other_names():
    names = {"half": "float16", "float": "float32", "double": "float64"}
    names |= {"short": "int16", "int": "int32", "long": "int64"}
    for name, kind in names.items():
        assert getattr(tt, name) is getattr(tt, kind)
    assert tt.tensor([1.0], dtype=tt.double).type_as(tt.ones(1, dtype=tt.long)).dtype is tt.int64


def test_comparisons_and_running_sums_in_place_count_as_changes():
    x = tt.tensor([3.0, 1.0, 2.0])
    assert x.cumsum_(0).tolist() == [3.0, 4.0, 6.0]
    assert x.cumprod_(0).tolist() == [3.0, 12.0, 72.0]
    assert x.gt_(10).tolist() == [0.0, 1.0, 1.0]
    assert x.dtype is tt.float32
    assert x._version == x.version == 3


def test_shapes_from_another_tensor():
    x, y = tt.arange(6), tt.ones(2, 3)
    assert x.view_as(y).shape == x.reshape_as(y).shape == (2, 3)
    assert tt.is_floating_point(y)
    assert not tt.is_floating_point(x)


def test_sums_of_weights_have_the_weights_type():
    counted = tt.bincount(tt.tensor([1, 1, 3]), weights=tt.tensor([1.0, 2.0, 4.0]))
    assert (counted.tolist(), counted.dtype) == ([0.0, 3.0, 0.0, 4.0], tt.float32)


def test_the_constructor_takes_sizes_or_data():
    assert tt.Tensor(2, 3).shape == (2, 3)
    assert tt.Tensor(3).tolist() == [0.0, 0.0, 0.0]
    assert tt.Tensor().shape == (0,)
    assert tt.Tensor([2, 3]).tolist() == [2.0, 3.0]
    assert tt.Tensor(tt.arange(2)).dtype is tt.float32
    with pytest.raises(TypeError, match="sizes, or one list"):
        tt.Tensor([1], [2])


def test_to_takes_devices_and_types_by_name():
    x = tt.ones(2)
    assert x.to(device="cpu") is x
    assert x.to("cpu", tt.float64, non_blocking=True).dtype is tt.float64
    assert x.to("cpu", copy=True) is not x
    with pytest.raises(tt.DeviceError, match="'cuda' does not exist"):
        x.to(device="cuda")
