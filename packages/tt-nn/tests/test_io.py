"""Saving and loading: faithful, atomic, and clear about bad files."""

import errno
import json
import os
import stat

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt

DTYPES = (
    "float64 float32 float16 int64 int32 int16 int8 uint8 bool".split()  # noqa: SIM905
)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 2)])
def test_every_type_and_shape_comes_back(tmp_path, dtype, shape):
    values = tt.from_numpy(np.asarray(np.random.default_rng(0).integers(0, 2, shape)).astype(dtype))
    nn.save({"x": values}, tmp_path / "x.safetensors")
    back = nn.load(tmp_path / "x.safetensors")["x"]
    assert back.dtype is values.dtype
    assert back.shape == shape
    assert tt.equal(back, values)


def test_views_are_saved_as_they_look(tmp_path):
    x = tt.arange(12.0).reshape(3, 4)
    path = tmp_path / "x.safetensors"
    nn.save({"t": x.T, "s": x[::2, 1:], "e": tt.ones(1).expand(3)}, path)
    back = nn.load(path)
    assert tt.equal(back["t"], x.T)
    assert tt.equal(back["s"], x[::2, 1:])
    back["e"][0] = 5.0  # memory of its own
    assert back["e"].tolist() == [5.0, 1.0, 1.0]


def test_a_module_comes_back(tmp_path):
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    path = str(tmp_path / "net.safetensors")
    nn.save(net, path, metadata={"epoch": "3"})
    twin = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    twin.load_state_dict(nn.load(path))
    x = tt.rand(4, 2)
    assert tt.equal(twin(x), net(x))
    assert nn.load_metadata(path) == {"epoch": "3"}


def test_tied_weights_are_under_both_names_and_stay_tied(tmp_path):
    def tied():
        net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
        net[1].weight = net[0].weight
        return net

    net, twin = tied(), tied()
    nn.save(net, tmp_path / "net.safetensors")
    state = nn.load(tmp_path / "net.safetensors")
    assert tt.equal(state["0.weight"], state["1.weight"])
    twin.load_state_dict(state)
    assert twin[0].weight is twin[1].weight
    assert tt.equal(twin[0].weight.detach(), net[0].weight.detach())


def test_pytorchs_library_reads_our_files_and_we_its(tmp_path):
    pytest.importorskip("torch")
    from safetensors.torch import load_file, save_file

    layer = nn.Linear(3, 2)
    nn.save(layer, tmp_path / "ours.safetensors")
    theirs = load_file(tmp_path / "ours.safetensors")
    assert np.array_equal(theirs["weight"].numpy(), layer.weight.detach().numpy())
    save_file(theirs, tmp_path / "theirs.safetensors")
    assert tt.equal(nn.load(tmp_path / "theirs.safetensors")["bias"], layer.bias.detach())


def raw(path, dtype, **tensors):
    """A file of tensors (shape and bytes) of any type, written by hand."""
    header, data = {"__metadata__": {"made": "by hand"}}, b""
    for name, (shape, numbers) in tensors.items():
        begin, data = len(data), data + numbers
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def test_bfloat16_becomes_float32(tmp_path):
    path = tmp_path / "w.safetensors"
    bits = np.array([0x3FC0, 0xC000, 0x7F80, 0x0001], "<u2").tobytes()
    raw(path, "BF16", a=([1], bits[:2]), w=([2, 2], bits), e=([0, 3], b""), s=([], bits[2:4]))
    state = nn.load(path)
    assert {tensor.dtype for tensor in state.values()} == {tt.float32}
    assert state["w"].tolist() == [[1.5, -2.0], [float("inf"), 2.0**-133]]
    assert state["a"].tolist() == [1.5]
    assert (state["e"].shape, state["s"].shape, state["s"].item()) == ((0, 3), (), -2.0)
    state["w"][0, 0] = 3.0  # memory of its own, that can be written


def test_bfloat16_as_pytorchs_library_writes_it(tmp_path):
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    values = {"w": torch.randn(3, 4).bfloat16(), "b": torch.randn(5), "n": torch.tensor(3)}
    save_file(values, tmp_path / "w.safetensors")
    state = nn.load(tmp_path / "w.safetensors")
    for name, value in values.items():
        assert np.array_equal(state[name].numpy(), value.to(torch.float32).numpy())
    assert state["n"].dtype is tt.int64


def test_types_that_do_not_exist_here_are_named(tmp_path):
    raw(tmp_path / "w.safetensors", "F8_E5M2", w=([2], b"ab"))
    with pytest.raises(tt.DTypeError, match=r"'w' in .*w.safetensors' has the type F8_E5M2"):
        nn.load(tmp_path / "w.safetensors")


@pytest.mark.parametrize(
    ("obj", "metadata", "match"),
    [
        ({"a": [1.0]}, None, r"obj\['a'\]: expected a Tensor, not list"),
        ({"a": None}, None, "not NoneType"),
        ({3: tt.ones(1)}, None, "names must be strings, not 3"),
        (tt.ones(1), None, "expected a Module or a dictionary of tensors, not Tensor"),
        ({"a": tt.ones(1)}, {"epoch": 3}, r"metadata\['epoch'\]: only strings go along, not 3"),
    ],
)
def test_what_cannot_be_saved_is_refused_before_anything_is_written(tmp_path, obj, metadata, match):
    with pytest.raises(TypeError, match=match):
        nn.save(obj, tmp_path / "x.safetensors", metadata)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "net.safetensors"
    nn.save({"a": tt.arange(5.0), "b": tt.ones(2, 2)}, path)
    return path


def failing(number):
    def fail(*args, **kwargs):
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file(saved, monkeypatch, step):
    before = saved.read_bytes()
    monkeypatch.setattr(os, step, failing(errno.ENOSPC))
    with pytest.raises(OSError, match=r"net.safetensors could not be written \(No space left") as e:
        nn.save({"a": tt.zeros(100)}, saved)
    assert e.value.errno == errno.ENOSPC
    monkeypatch.undo()
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_an_interrupt_leaves_the_old_file(saved, monkeypatch):
    before = saved.read_bytes()

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        nn.save({"a": tt.zeros(100)}, saved)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere.*could not be written"):
        nn.save({"a": tt.ones(1)}, tmp_path / "nowhere" / "x.safetensors")


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_files_have_the_usual_permissions(saved):
    plain = saved.parent / "plain"
    plain.write_bytes(b"")
    assert stat.S_IMODE(saved.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_every_truncation_is_refused(saved):
    content = saved.read_bytes()
    for length in range(len(content)):
        saved.write_bytes(content[:length])
        for read in (nn.load, nn.load_metadata):
            with pytest.raises(ValueError, match=r"net.safetensors' is truncated or is not"):
                read(saved)


def test_corrupt_headers_are_refused_or_harmless(saved):
    content = saved.read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(300):
        broken = bytearray(content)
        broken[rng.integers(0, 60)] = rng.integers(0, 256)
        saved.write_bytes(bytes(broken))
        try:
            nn.load(saved)
        except ValueError as error:
            assert "net.safetensors" in str(error)  # noqa: PT017
        except tt.DTypeError as error:
            assert "net.safetensors" in str(error)  # noqa: PT017


def test_files_that_are_not_there_or_not_files(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*x.safetensors"):
        nn.load(tmp_path / "x.safetensors")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        nn.load(tmp_path)
    (tmp_path / "text").write_text("weights: none")
    with pytest.raises(ValueError, match="is not a safetensors file"):
        nn.load(tmp_path / "text")
