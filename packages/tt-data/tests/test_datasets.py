"""The data sets: what is embedded, what is read, and what is refused."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest

import tt_data
from tt_data import MNIST, DataLoader, Digits, FashionMNIST


def idx(array):
    header = b"\x00\x00\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


@pytest.fixture
def small_mnist(tmp_path):
    folder = tmp_path / "mnist"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for part, n in (("train", 6), ("t10k", 4)):
        pictures = rng.integers(0, 256, (n, 28, 28)).astype(np.uint8)
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(pictures)))
        labels = np.arange(n, dtype=np.uint8)
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    return tmp_path


def full_data():
    """The folder with the full data sets, if there is one."""
    places = [
        os.environ.get("TT_DATA_HOME"),
        *(p / "shared" / "data" for p in Path(__file__).parents),
    ]
    for place in places:
        if place and (Path(place) / "mnist" / "train-images-idx3-ubyte.gz").is_file():
            return Path(place)
    return None


def test_digits_are_split_with_every_class_in_its_share():
    train, test = Digits(), Digits(train=False)
    assert len(train) + len(test) == 1797
    assert 0.19 < len(test) / 1797 < 0.21
    assert train.data.shape[1:] == (8, 8)
    assert float(train.data.array.max()) == 1.0
    counts = np.bincount(test.targets.numpy(), minlength=10)
    assert counts.min() >= 34
    together = {bytes(row.tobytes()) for row in train.data.numpy()}
    assert sum(bytes(row.tobytes()) in together for row in test.data.numpy()) == 0


def test_digits_come_in_batches():
    picture, label = Digits()[0]
    assert picture.shape == (1, 8, 8)
    assert isinstance(label, int)
    x, y = next(iter(DataLoader(Digits(), batch_size=32)))
    assert x.shape == (32, 1, 8, 8)
    assert y.dtype == "int64" or str(y.dtype) == "tt.int64"
    assert x[0].tolist() == picture.tolist()


def test_mnist_is_read_from_idx_files(small_mnist):
    data = MNIST(small_mnist)
    assert data.data.shape == (6, 28, 28)
    picture, label = data[3]
    assert picture.shape == (1, 28, 28)
    assert label == 3
    assert 0 <= float(picture.array.min()) <= float(picture.array.max()) <= 1
    x, y = next(iter(DataLoader(data, batch_size=4)))
    assert x[3].tolist() == picture.tolist()
    assert y.tolist() == [0, 1, 2, 3]
    assert len(MNIST(small_mnist, train=False)) == 4


def test_transforms_are_applied(small_mnist):
    data = MNIST(small_mnist, transform=lambda x: x.reshape(-1), target_transform=lambda t: t + 10)
    assert data[1][0].shape == (784,)
    assert data[1][1] == 11
    x, y = next(iter(DataLoader(data, batch_size=2)))
    assert x.shape == (2, 784)
    assert y.tolist() == [10, 11]


def test_tt_data_home_is_where_data_are_looked_for(small_mnist, monkeypatch):
    monkeypatch.setenv("TT_DATA_HOME", str(small_mnist))
    assert tt_data.data_home() == small_mnist
    assert len(MNIST()) == 6


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_without_it_the_platforms_cache_folder_is_used(platform, monkeypatch):
    monkeypatch.delenv("TT_DATA_HOME", raising=False)
    monkeypatch.setattr("sys.platform", platform)
    assert tt_data.data_home().name == "tt-data"


def test_missing_files_are_named_with_the_mend(tmp_path):
    with pytest.raises(FileNotFoundError, match="download=True"):
        FashionMNIST(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(idx(np.zeros((2, 28, 28), np.uint8)))[:-40], "broken"),
        (idx(np.zeros((2, 28, 28), np.uint8))[:-1], "promises"),
        (b"\x00\x00\x08\x03\x00", "header"),
        (b"not an idx file", "not an idx file"),
    ],
)
def test_broken_files_are_refused(small_mnist, content, words):
    (small_mnist / "mnist" / "train-images-idx3-ubyte.gz").write_bytes(content)
    with pytest.raises(ValueError, match=words):
        MNIST(small_mnist)


def test_pictures_and_labels_must_go_together(small_mnist):
    labels = idx(np.zeros(5, np.uint8))
    (small_mnist / "mnist" / "train-labels-idx1-ubyte.gz").write_bytes(labels)
    with pytest.raises(ValueError, match="do not go with"):
        MNIST(small_mnist)


def test_the_full_mnist():
    home = full_data()
    if home is None:
        pytest.skip("MNIST is neither in TT_DATA_HOME nor beside the repository")
    train, test = MNIST(home), MNIST(home, train=False)
    assert (len(train), len(test)) == (60000, 10000)
    assert train.targets[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(test.targets.numpy()).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
