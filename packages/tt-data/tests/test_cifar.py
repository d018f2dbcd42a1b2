"""CIFAR-10 and CIFAR-100: both layouts, archives, downloads, and files that are refused."""

import hashlib
import io
import multiprocessing
import os
import pickle
import re
import struct
import sys
import tarfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

import tt_tensor as tt
from tt_data import CIFAR10, CIFAR100, DataLoader, DownloadError, archive

EACH = 3  # pictures in a file
NAMES_10 = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]


class Python2Pickler(pickle._Pickler):
    """Writes bytes as the strings of Python 2, as in the official archives."""

    def save_bytes(self, text):
        short = len(text) < 256
        self.write(b"U" + bytes([len(text)]) if short else b"T" + struct.pack("<i", len(text)))
        self.write(text)
        self.memoize(text)


Python2Pickler.dispatch = {**pickle._Pickler.dispatch, bytes: Python2Pickler.save_bytes}


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def python2(value):
    file = io.BytesIO()
    Python2Pickler(file, protocol=2).dump(value)
    return file.getvalue().replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")


def contents(seed, classes=10):
    """Pixels (EACH, 3072) and labels of a file."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (EACH, 3072), dtype=np.uint8), rng.integers(0, classes, EACH)


def write_binary_10(home):
    folder = home / "cifar-10-batches-bin"
    folder.mkdir(parents=True)
    for seed, name in enumerate(NAMES_10):
        pixels, labels = contents(seed)
        rows = np.concatenate([labels[:, None].astype(np.uint8), pixels], axis=1)
        (folder / f"{name}.bin").write_bytes(rows.tobytes())
    return folder


def write_python_10(home, dump=python2):
    folder = home / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    for seed, name in enumerate(NAMES_10):
        pixels, labels = contents(seed)
        batch = {b"data": pixels, b"labels": labels.tolist(), b"batch_label": b"a name"}
        (folder / name).write_bytes(dump(batch))
    return folder


def write_binary_100(home):
    folder = home / "cifar-100-binary"
    folder.mkdir(parents=True)
    for seed, name in enumerate(("train", "test")):
        pixels, fine = contents(seed, 100)
        rows = np.stack([fine // 5, fine], axis=1).astype(np.uint8)
        (folder / f"{name}.bin").write_bytes(np.concatenate([rows, pixels], axis=1).tobytes())
    return folder


def write_python_100(home):
    folder = home / "cifar-100-python"
    folder.mkdir(parents=True)
    for seed, name in enumerate(("train", "test")):
        pixels, fine = contents(seed, 100)
        labels = {b"fine_labels": fine.tolist(), b"coarse_labels": (fine // 5).tolist()}
        (folder / name).write_bytes(python2({b"data": pixels, **labels}))
    return folder


def packed(folder, path):
    """The folder as an archive; the folder is taken away."""
    with tarfile.open(path, "w:gz") as tar:
        tar.add(folder, folder.name)
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    return path


@pytest.fixture(autouse=True)
def no_data_at_home(tmp_path_factory, monkeypatch):
    """Nothing of what this machine has counts here."""
    monkeypatch.delenv("TT_DATA_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path_factory.mktemp("cache")))


# ---- what is read


@pytest.mark.parametrize("write", [write_binary_10, write_python_10])
def test_cifar10_is_read(tmp_path, write):
    write(tmp_path)
    data = CIFAR10(tmp_path)
    pixels, labels = zip(*(contents(seed) for seed in range(5)), strict=True)
    assert data.data.numpy().tolist() == np.concatenate(pixels).reshape(-1, 3, 32, 32).tolist()
    assert data.targets.tolist() == np.concatenate(labels).tolist()
    assert (data.data.dtype, data.targets.dtype) == (tt.uint8, tt.int64)
    assert str(data) == "CIFAR10(15 pictures of 32×32)"
    test = CIFAR10(str(tmp_path), train=False)
    assert test.targets.tolist() == contents(5)[1].tolist()
    assert len(data.classes) == 10
    assert data.classes[9] == "truck"


def test_samples_and_batches_are_pictures_between_0_and_1(tmp_path):
    write_binary_10(tmp_path)
    data = CIFAR10(tmp_path, target_transform=lambda t: -t)
    picture, label = data[4]
    assert picture.shape == (3, 32, 32)
    assert picture.tolist() == (data.data[4].numpy() / np.float32(255)).tolist()
    assert label == -data.targets[4].item()
    x, y = next(iter(DataLoader(CIFAR10(tmp_path), batch_size=5)))
    assert (x.shape, x.dtype) == ((5, 3, 32, 32), tt.float32)
    assert x[4].tolist() == picture.tolist()
    assert y.tolist() == data.targets[:5].tolist()


@pytest.mark.parametrize("write", [write_binary_100, write_python_100])
def test_cifar100_has_two_kinds_of_labels(tmp_path, write):
    write(tmp_path)
    pixels, fine = contents(0, 100)
    data, groups = CIFAR100(tmp_path), CIFAR100(tmp_path, coarse=True)
    assert data.data.numpy().tolist() == pixels.reshape(-1, 3, 32, 32).tolist()
    assert data.targets.tolist() == fine.tolist()
    assert groups.targets.tolist() == (fine // 5).tolist()
    assert CIFAR100(tmp_path, train=False).targets.tolist() == contents(1, 100)[1].tolist()
    assert (len(data.classes), len(groups.classes)) == (100, 20)
    assert list(data.classes) == sorted(set(data.classes))
    assert list(groups.classes) == sorted(set(groups.classes))


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_pickles_of_python_3_are_read_too(tmp_path, protocol):
    write_python_10(tmp_path, lambda batch: pickle.dumps(batch, protocol))
    assert CIFAR10(tmp_path, train=False).targets.tolist() == contents(5)[1].tolist()


# ---- where it is looked for


def test_the_first_folder_counts_and_the_binary_layout_before_the_other(tmp_path, monkeypatch):
    monkeypatch.setenv("TT_DATA_HOME", str(tmp_path / "home"))
    folder = write_binary_10(tmp_path / "home")
    assert len(CIFAR10(tmp_path / "root")) == 15
    write_python_10(tmp_path / "home")
    (folder / "test_batch.bin").write_bytes(bytes(3073))
    assert len(CIFAR10(tmp_path / "root", train=False)) == 1
    write_python_10(tmp_path / "root")
    assert len(CIFAR10(tmp_path / "root", train=False)) == 3


@pytest.mark.parametrize(
    ("dataset", "write", "name"),
    [
        (CIFAR10, write_binary_10, "cifar-10-binary.tar.gz"),
        (CIFAR10, write_python_10, "cifar-10-python.tar.gz"),
        (CIFAR100, write_binary_100, "cifar-100-binary.tar.gz"),
        (CIFAR100, write_python_100, "cifar-100-python.tar.gz"),
    ],
)
def test_an_archive_is_unpacked(tmp_path, dataset, write, name):
    folder = write(tmp_path)
    packed(folder, tmp_path / name)
    assert len(dataset(tmp_path, train=False)) == 3
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted([name, folder.name])
    (tmp_path / name).unlink()
    assert len(dataset(tmp_path, train=False)) == 3


def test_an_archive_where_nobody_may_write_is_unpacked_at_home(tmp_path, monkeypatch):
    packed(write_binary_10(tmp_path), tmp_path / "cifar-10-binary.tar.gz")
    monkeypatch.setenv("TT_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    assert len(CIFAR10(tmp_path)) == 15
    assert (tmp_path / "home" / "cifar-10-batches-bin").is_dir()
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(b"is not looked into again")
    assert len(CIFAR10(tmp_path)) == 15


@pytest.mark.skipif(sys.platform != "linux", reason="starts processes by fork")
def test_processes_that_want_the_same_archive_unpack_it_once(tmp_path, monkeypatch):
    packed(write_binary_10(tmp_path), tmp_path / "cifar-10-binary.tar.gz")
    unpack = archive.extract

    def slowly(source, folder):
        with (tmp_path / "times").open("a") as file:
            file.write("once\n")
        time.sleep(0.3)
        unpack(source, folder)

    monkeypatch.setattr(archive, "extract", slowly)
    context = multiprocessing.get_context("fork")
    others = [context.Process(target=CIFAR10, args=(tmp_path,)) for _ in range(3)]
    for process in others:
        process.start()
    for process in others:
        process.join()
    assert [process.exitcode for process in others] == [0] * 3
    assert (tmp_path / "times").read_text() == "once\n"


def test_missing_files_are_named_with_the_mend(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"(?s)cifar-100-binary.*download=True.*TT_DATA"):
        CIFAR100(tmp_path)
    (write_binary_10(tmp_path) / "data_batch_3.bin").unlink()
    with pytest.raises(FileNotFoundError, match=r"data_batch_3\.bin is missing"):
        CIFAR10(tmp_path)


# ---- downloads


def test_download_does_not_touch_what_is_there(tmp_path, monkeypatch):
    write_python_10(tmp_path)
    monkeypatch.setattr("tt_data.datasets.cifar.fetch", None)
    assert len(CIFAR10(tmp_path, download=True)) == 15


@pytest.mark.parametrize("broken", [None, "file", "folder", "archive"])
def test_download_brings_what_is_missing_or_broken(tmp_path, monkeypatch, broken):
    good = packed(write_binary_10(tmp_path / "there"), tmp_path / "good").read_bytes()
    if broken in ("file", "folder"):
        folder = write_binary_10(tmp_path)
        (folder / "data_batch_2.bin").write_bytes(b"half a pictu")
        if broken == "folder":
            (folder / "data_batch_2.bin").unlink()
    if broken == "archive":
        (tmp_path / "cifar-10-binary.tar.gz").write_bytes(good[:-1000])

    def fetch(resource, folder):
        assert len(resource.sha256) == 64
        assert resource.urls == ("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",)
        (folder / resource.name).write_bytes(good)
        return folder / resource.name

    monkeypatch.setattr("tt_data.datasets.cifar.fetch", fetch)
    assert len(CIFAR10(tmp_path, download=True)) == 15


def test_download_from_a_server(tmp_path, monkeypatch):
    pytest.importorskip("requests")
    content = packed(write_binary_100(tmp_path), tmp_path / "cifar-100-binary.tar.gz").read_bytes()
    monkeypatch.setattr(CIFAR100, "checksum", hashlib.sha256(content).hexdigest())
    handler = partial(QuietHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            mirror = f"http://127.0.0.1:{server.server_port}/"
            monkeypatch.setattr(CIFAR100, "mirrors", (mirror,))
            data = CIFAR100(tmp_path / "home", train=False, download=True)
        finally:
            server.shutdown()
            thread.join()
    assert data.targets.tolist() == contents(1, 100)[1].tolist()
    assert len(CIFAR100(tmp_path / "home")) == 3  # the other part came along


def test_download_without_a_network_says_where_the_file_goes(tmp_path, monkeypatch):
    pytest.importorskip("requests")
    monkeypatch.setattr(CIFAR100, "mirrors", ("http://127.0.0.1:9/",))
    with pytest.raises(DownloadError) as raised:
        CIFAR100(tmp_path, download=True)
    assert str(tmp_path / "cifar-100-binary.tar.gz") in str(raised.value)
    assert "TT_DATA_HOME to a folder that has cifar-100-binary.tar.gz" in str(raised.value)


# ---- broken files


@pytest.mark.parametrize("size", [0, 1, 3072, 3 * 3073 - 1, 3 * 3073 + 1])
def test_truncated_binary_files_are_refused(tmp_path, size):
    path = write_binary_10(tmp_path) / "data_batch_4.bin"
    path.write_bytes((path.read_bytes() * 2)[:size])
    with pytest.raises(ValueError, match=f"(?s){re.escape(str(path))}: {size} bytes.*get it again"):
        CIFAR10(tmp_path)


def test_labels_out_of_range_are_refused(tmp_path):
    path = write_binary_10(tmp_path) / "data_batch_4.bin"
    content = bytearray(path.read_bytes())
    content[3073] = 10
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"data_batch_4.bin: picture 1 has the label 10.*10 class"):
        CIFAR10(tmp_path)
    path = write_binary_100(tmp_path) / "test.bin"
    path.write_bytes(bytes([19, 99]) + bytes(3072))
    assert CIFAR100(tmp_path, train=False).targets.tolist() == [99]
    path.write_bytes(bytes([20, 100]) + bytes(3072))
    with pytest.raises(ValueError, match="picture 0 has the label 100"):
        CIFAR100(tmp_path, train=False)
    with pytest.raises(ValueError, match="picture 0 has the label 20"):
        CIFAR100(tmp_path, train=False, coarse=True)


PIXELS = np.zeros((2, 3072), np.uint8)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([PIXELS, [1, 2]], "no dictionary"),
        ({b"data": PIXELS}, "no dictionary with 'data' and 'labels'"),
        ({b"data": b"x", b"labels": []}, "must be an array of uint8, it is bytes"),
        ({b"data": PIXELS.astype(np.int16), b"labels": [1, 2]}, "uint8, it is int16"),
        ({b"data": PIXELS[:, 1:], b"labels": [1, 2]}, r"shape \(N, 3072\), not \(2, 3071\)"),
        ({b"data": PIXELS[0], b"labels": [1, 2]}, r"not \(3072,\)"),
        ({b"data": PIXELS, b"labels": [1]}, "must be 2 whole numbers"),
        ({b"data": PIXELS, b"labels": [1, b"2"]}, "must be 2 whole numbers"),
        ({b"data": PIXELS, b"labels": [1, 1.5]}, "must be 2 whole numbers"),
        ({b"data": PIXELS, b"labels": [1, 1 << 70]}, "must be 2 whole numbers"),
        ({b"data": PIXELS, b"labels": 3}, "must be 2 whole numbers"),
        ({b"data": PIXELS, b"labels": [1, -1]}, "picture 1 has the label -1"),
    ],
)
def test_pickles_with_other_contents_are_refused(tmp_path, content, words):
    path = write_python_10(tmp_path) / "test_batch"
    path.write_bytes(python2(content))
    with pytest.raises(ValueError, match=f"{re.escape(str(path))}.*{words}"):
        CIFAR10(tmp_path, train=False)


def test_truncated_pickles_are_refused(tmp_path):
    path = write_python_10(tmp_path) / "test_batch"
    whole = path.read_bytes()
    for size in (0, 1, 50, 1000, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError, match=r"(?s)test_batch.*broken.*get it again"):
            CIFAR10(tmp_path, train=False)


# ---- the full data set, where it is


HOMES = [
    Path(place)
    for place in (
        os.environ.get("TT_DATA_HOME"),
        *(p / "shared" / "data" for p in Path(__file__).resolve().parents),
    )
    if place
]


def home_of(*names):
    for home in HOMES:
        if any((home / name).exists() for name in names):
            return home
    pytest.skip(f"{names[0]} is neither in TT_DATA_HOME nor in shared/data beside the repository")


def test_the_full_cifar10():
    home = home_of("cifar-10-batches-bin", "cifar-10-batches-py")
    train, test = CIFAR10(home), CIFAR10(home, train=False)
    assert np.bincount(train.targets.numpy()).tolist() == [5000] * 10
    assert np.bincount(test.targets.numpy()).tolist() == [1000] * 10
    assert train.targets[:5].tolist() == [6, 9, 9, 4, 1]
    means = train.data.array.mean(axis=(0, 2, 3)) / 255
    assert means == pytest.approx([0.4914, 0.4822, 0.4465], abs=1e-4)


def test_the_full_cifar100():
    home = home_of("cifar-100-binary", "cifar-100-python")
    assert np.bincount(CIFAR100(home).targets.numpy()).tolist() == [500] * 100
    coarse = CIFAR100(home, train=False, coarse=True)
    assert np.bincount(coarse.targets.numpy()).tolist() == [500] * 20
