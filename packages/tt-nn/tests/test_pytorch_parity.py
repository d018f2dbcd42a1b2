"""Files that PyTorch itself writes: what it saved is what we read."""

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt

torch = pytest.importorskip("torch")

LAYOUTS = pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])


@pytest.fixture
def through_a_file(tmp_path):
    def through(value, zipped, protocol=2):
        path = tmp_path / "model.pth"
        torch.save(value, path, pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)
        return nn.load_pytorch(path)

    return through


def same(ours, theirs):
    """Whether two structures have the same containers and the same numbers."""
    if isinstance(theirs, torch.Tensor):
        dtype = theirs.dtype if theirs.dtype != torch.bfloat16 else torch.float32
        return (
            str(ours.dtype) == str(dtype).replace("torch", "tt")
            and ours.shape == tuple(theirs.shape)
            and np.array_equal(ours.numpy(), theirs.detach().to(dtype).numpy())
        )
    if isinstance(theirs, dict):
        return list(ours) == list(theirs) and all(same(ours[key], theirs[key]) for key in theirs)
    if isinstance(theirs, (list, tuple)):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return ours == theirs


@LAYOUTS
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 2), (2, 3, 4, 5)])
@pytest.mark.parametrize(
    "dtype",
    [
        "float64",
        "float32",
        "float16",
        "bfloat16",
        "int64",
        "int32",
        "int16",
        "int8",
        "uint8",
        "bool",
    ],
)
def test_every_type_and_shape(through_a_file, zipped, shape, dtype):
    value = (torch.randn(shape) * 3).to(getattr(torch, dtype))
    assert same(through_a_file(value, zipped), value)


@LAYOUTS
def test_views(through_a_file, zipped):
    x = torch.arange(24.0).reshape(2, 3, 4)
    views = [x, x.mT, x[1], x[:, ::2, 1:3], x[..., 3], x.unsqueeze(1), x[0, 0, 0], x[:, :0]]
    views += [
        torch.ones(1).expand(3, 4),
        x.reshape(1, 2, 3, 4).to(memory_format=torch.channels_last),
    ]
    assert same(through_a_file(views, zipped), views)


@LAYOUTS
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_checkpoint(through_a_file, zipped, protocol):
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8), torch.nn.PReLU())
    adam = torch.optim.Adam(net.parameters())
    net(torch.randn(2, 3, 5, 5)).sum().backward()
    adam.step()
    saved = {
        "state_dict": torch.nn.DataParallel(net).state_dict(),
        "parameter": next(net.parameters()),
        "optimizer": adam.state_dict(),
        "rng": torch.get_rng_state(),
        "epoch": 3,
        "best_prec1": 91.25,
        "classes": ("cat", "dög"),
        "seen": {1, 2},
        "key": b"\x00\xff",
        "size": torch.Size([2, 3]),
        "huge": 2**100,
    }
    loaded = through_a_file(saved, zipped, protocol)
    assert same(loaded, saved)
    names = list(nn.extract_state_dict(loaded, strip_prefix="module."))
    assert names == list(net.state_dict())


@LAYOUTS
def test_tied_weights_share_memory(through_a_file, zipped):
    net = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Linear(4, 4))
    net[1].weight = net[0].weight
    loaded = through_a_file(net.state_dict(), zipped)
    loaded["0.weight"][0, 0] = 5.0
    assert loaded["1.weight"][0, 0].item() == 5.0
    assert not np.shares_memory(loaded["0.weight"].numpy(), loaded["0.bias"].numpy())


@LAYOUTS
def test_weights_go_into_a_network(through_a_file, zipped):
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    ours = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    ours.load_state_dict(through_a_file(theirs.state_dict(), zipped))
    x = np.random.default_rng(0).normal(size=(5, 3)).astype("f")
    expected = theirs(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(ours(tt.tensor(x)).detach().numpy(), expected, rtol=1e-5, atol=1e-6)


@LAYOUTS
@pytest.mark.parametrize("kind", ["complex64", "uint16", "float8_e5m2"])
def test_types_that_do_not_exist_here(through_a_file, zipped, kind):
    value = torch.ones(2).to(getattr(torch, kind))
    with pytest.raises(
        tt.DTypeError, match=r"model\.pth' has tensors of a type that does not exist"
    ):
        through_a_file({"a": torch.ones(2), "b": value}, zipped)


@LAYOUTS
def test_tensors_of_other_layouts(through_a_file, zipped):
    with pytest.raises(tt.DTypeError, match="does not exist here: sparse"):
        through_a_file(torch.eye(3).to_sparse(), zipped)


@LAYOUTS
def test_whole_networks_carry_code(through_a_file, zipped):
    with pytest.raises(nn.UnsafeFileError, match=r"model\.pth' (asks for torch\.nn|carries code)"):
        through_a_file(torch.nn.Linear(2, 2), zipped)


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_torchscript_carries_code(tmp_path):
    path = tmp_path / "net.pt"
    torch.jit.save(torch.jit.trace(torch.nn.ReLU(), torch.ones(2)), path)
    with pytest.raises(nn.UnsafeFileError, match=r"from torch\.jit\.save"):
        nn.load_pytorch(path)


@LAYOUTS
def test_truncated_files(tmp_path, zipped):
    path, broken = tmp_path / "whole.pth", tmp_path / "model.pth"
    value = {"state_dict": torch.nn.Linear(30, 30).state_dict(), "epoch": 1}
    torch.save(value, path, _use_new_zipfile_serialization=zipped)
    content = path.read_bytes()
    for length in range(0, len(content), 50):
        broken.write_bytes(content[:length])
        with pytest.raises(nn.BadFileError, match=r"model\.pth'"):
            nn.load_pytorch(broken)
