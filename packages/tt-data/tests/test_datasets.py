"""The data sets: what is embedded, what is read, and what is refused."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest

import tt_data
import tt_tensor as tt
from tt_data import MNIST, DataLoader, Digits, DownloadError, FashionMNIST


def idx(array):
    header = b"\x00\x00\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


def write_mnist(folder):
    """Six pictures to learn from and four to test with."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for part, n in (("train", 6), ("t10k", 4)):
        pictures = rng.integers(0, 256, (n, 28, 28)).astype(np.uint8)
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(pictures)))
        labels = np.arange(n, dtype=np.uint8)
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))


@pytest.fixture(autouse=True)
def no_data_at_home(tmp_path_factory, monkeypatch):
    """Nothing of what this machine has counts here."""
    monkeypatch.delenv("TT_DATA_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def small_mnist(tmp_path):
    write_mnist(tmp_path / "mnist")
    return tmp_path


HOMES = [
    Path(place)
    for place in (
        os.environ.get("TT_DATA_HOME"),
        *(p / "shared" / "data" for p in Path(__file__).resolve().parents),
    )
    if place
]


# ---- digits


def test_digits_are_split_with_every_class_in_its_share():
    train, test = Digits(), Digits(train=False)
    assert (len(train), len(test)) == (1442, 355)
    assert train.data.shape == (1442, 8, 8)
    assert train.data.dtype == tt.uint8
    assert train.data.array.max() == 16
    assert train.targets.dtype == tt.int64
    every = np.bincount(train.targets.numpy()) + np.bincount(test.targets.numpy())
    assert every.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(test.targets.numpy()).tolist() == [n // 5 for n in every]
    together = {row.tobytes() for row in train.data.numpy()}
    assert not any(row.tobytes() in together for row in test.data.numpy())


def test_the_split_never_changes():
    assert Digits(train=False).targets[:10].tolist() == [5, 0, 9, 8, 7, 1, 2, 6, 3, 4]
    assert int(Digits(train=False).data.array.astype(int).sum()) == 111152


def test_digits_come_in_batches():
    picture, label = Digits()[0]
    assert picture.shape == (1, 8, 8)
    assert picture.dtype == tt.float32
    assert isinstance(label, int)
    assert str(Digits()) == "Digits(1442 pictures of 8×8)"
    x, y = next(iter(DataLoader(Digits(), batch_size=32)))
    assert x.shape == (32, 1, 8, 8)
    assert (x.dtype, y.dtype) == (tt.float32, tt.int64)
    assert x[0].tolist() == picture.tolist()
    assert float(x.array.max()) == 1.0


def test_the_licence_is_beside_the_digits():
    folder = Path(tt_data.__file__).parent / "datasets"
    assert "CC BY 4.0" in (folder / "digits_LICENSE.txt").read_text(encoding="utf-8")
    assert "E. Alpaydin" in (folder / "digits.rst").read_text(encoding="utf-8")


# ---- MNIST


def test_mnist_is_read_from_idx_files(small_mnist):
    data = MNIST(small_mnist)
    assert data.data.shape == (6, 28, 28)
    assert (data.data.dtype, data.targets.dtype) == (tt.uint8, tt.int64)
    picture, label = data[3]
    assert picture.shape == (1, 28, 28)
    assert label == 3
    assert picture.tolist() == [(data.data[3].numpy() / np.float32(255)).tolist()]
    x, y = next(iter(DataLoader(data, batch_size=4)))
    assert x[3].tolist() == picture.tolist()
    assert y.tolist() == [0, 1, 2, 3]
    assert len(MNIST(str(small_mnist), train=False)) == 4
    assert data[-1][1] == 5
    with pytest.raises(IndexError):
        data[6]


def test_transforms_are_applied(small_mnist):
    data = MNIST(small_mnist, transform=lambda x: x.reshape(-1), target_transform=lambda t: t + 10)
    assert data[1][0].shape == (784,)
    assert data[1][1] == 11
    x, y = next(iter(DataLoader(data, batch_size=2)))
    assert x.shape == (2, 784)
    assert y.tolist() == [10, 11]


def test_random_transforms_differ_from_sample_to_sample(small_mnist):
    data = MNIST(small_mnist, transform=lambda x: tt.rand(1))
    x, _ = next(iter(DataLoader(data, batch_size=6)))
    assert len(set(x.flatten().tolist())) == 6


# ---- where files are looked for


def test_the_order_of_the_folders(tmp_path, monkeypatch):
    cache = Path(os.environ["XDG_CACHE_HOME"]) / "tt-data"
    monkeypatch.setattr("sys.platform", "linux")
    assert tt_data.data_home() == cache
    monkeypatch.setenv("TT_DATA_HOME", str(tmp_path / "home"))
    assert tt_data.data_home() == tmp_path / "home"
    root = tmp_path / "root"
    with pytest.raises(FileNotFoundError):
        MNIST(root)
    folders = (cache / "mnist", tmp_path / "home" / "MNIST" / "raw", root / "mnist")
    for label, folder in enumerate(folders):  # each comes before those that were there
        write_mnist(folder)
        labels = idx(np.full(6, label, np.uint8))
        (folder / "train-labels-idx1-ubyte.gz").write_bytes(labels)
        assert int(MNIST(root).targets[0]) == label


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_platform_has_a_cache_folder(platform, monkeypatch):
    monkeypatch.setattr("sys.platform", platform)
    assert tt_data.data_home().name == "tt-data"
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("LOCALAPPDATA", "")
    assert tt_data.data_home().is_relative_to(Path.home())


def test_missing_files_are_named_with_the_mend(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"(?s)fashion-mnist.*download=True.*TT_DATA_HOME"):
        FashionMNIST(tmp_path)


def test_download_does_not_touch_what_is_there(small_mnist, monkeypatch):
    monkeypatch.setattr("tt_data.datasets.mnist.fetch", None)
    assert len(MNIST(small_mnist, download=True)) == 6


@pytest.mark.parametrize("content", [None, b"half a fi"])
def test_download_brings_what_is_missing_or_broken(small_mnist, monkeypatch, content):
    path = small_mnist / "mnist" / "t10k-labels-idx1-ubyte.gz"
    good = path.read_bytes()
    path.unlink() if content is None else path.write_bytes(content)

    def fetch(resource, folder):
        assert len(resource.sha256) == 64
        assert len(resource.urls) == 2
        assert all(url.endswith("/" + path.name) for url in resource.urls)
        (folder / resource.name).write_bytes(good)
        return folder / resource.name

    monkeypatch.setattr("tt_data.datasets.mnist.fetch", fetch)
    assert len(MNIST(small_mnist, train=False, download=True)) == 4


def test_download_without_a_network_says_where_the_file_goes(tmp_path, monkeypatch):
    pytest.importorskip("requests")
    monkeypatch.setattr(FashionMNIST, "mirrors", ("http://127.0.0.1:9/",))
    with pytest.raises(DownloadError) as raised:
        FashionMNIST(tmp_path, download=True)
    assert str(tmp_path / "fashion-mnist" / "train-images-idx3-ubyte.gz") in str(raised.value)
    assert "TT_DATA_HOME to a folder that has fashion-mnist/train-images" in str(raised.value)


# ---- broken files


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(idx(np.zeros((2, 28, 28), np.uint8)))[:-40], "broken"),
        (gzip.compress(b"x" * 999)[:-8] + b"\0" * 8, "broken"),
        (idx(np.zeros((2, 28, 28), np.uint8))[:-1], "promises"),
        (idx(np.zeros((2, 28, 28), np.uint8)) + b"x", "promises"),
        (b"\x00\x00\x08\x03\x00", "header"),
        (b"not an idx file", "not an idx file of bytes; get it again"),
        (b"", "not an idx file"),
    ],
)
def test_broken_files_are_refused(small_mnist, content, words):
    path = small_mnist / "mnist" / "train-images-idx3-ubyte.gz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"(?s){path}.*{words}"):
        MNIST(small_mnist)


def test_pictures_and_labels_must_go_together(small_mnist):
    labels = idx(np.zeros(5, np.uint8))
    (small_mnist / "mnist" / "train-labels-idx1-ubyte.gz").write_bytes(labels)
    with pytest.raises(ValueError, match="do not go with"):
        MNIST(small_mnist)


def test_labels_must_be_classes(small_mnist):
    path = small_mnist / "mnist" / "train-labels-idx1-ubyte.gz"
    path.write_bytes(idx(np.array([0, 9, 10, 0, 0, 0], np.uint8)))
    with pytest.raises(ValueError, match="MNIST, train labels: picture 2 has the label 10"):
        MNIST(small_mnist)


# ---- the full data sets, where they are


def home_of(folder):
    for home in HOMES:
        if (home / folder / "train-images-idx3-ubyte.gz").is_file():
            return home
    pytest.skip(f"{folder} is neither in TT_DATA_HOME nor in shared/data beside the repository")


def test_the_full_mnist():
    home = home_of("mnist")
    train, test = MNIST(home), MNIST(home, train=False)
    assert (len(train), len(test)) == (60000, 10000)
    assert train.targets[:5].tolist() == [5, 0, 4, 1, 9]
    assert train.data.array.mean() / 255 == pytest.approx(0.1307, abs=1e-4)
    assert np.bincount(test.targets.numpy()).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip


def test_the_full_fashion_mnist():
    home = home_of("fashion-mnist")
    assert np.bincount(FashionMNIST(home).targets.numpy()).tolist() == [6000] * 10
