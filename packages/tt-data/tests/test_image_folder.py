"""Image folders: classes from folder names, and images that are refused by name."""

import builtins
import io
import re
import struct
import zlib

import numpy as np
import pytest

import tt_tensor as tt
from tt_data import DataLoader, ImageFolder, read_image
from tt_data.transforms import CenterCrop, Compose, RandomCrop, Resize

Image = pytest.importorskip("PIL.Image")


def pixels(height=6, width=8, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def save(path, array, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)
    return path


@pytest.fixture
def root(tmp_path):
    """Two pictures of dogs, three of cats, and things that are none."""
    save(tmp_path / "dog" / "b.png", pixels(seed=1))
    save(tmp_path / "dog" / "a.JPG", pixels(9, 7, seed=2), format="JPEG")
    save(tmp_path / "cat" / "2.bmp", pixels(seed=3))
    save(tmp_path / "cat" / "1" / "x.webp", pixels(seed=4), lossless=True)
    save(tmp_path / "cat" / "3.gif", pixels(seed=5)[..., 0])
    (tmp_path / "cat" / "notes.txt").write_text("no picture")
    (tmp_path / "cat" / "._2.bmp").write_text("left by another system")
    (tmp_path / "cat" / ".cache").mkdir()
    (tmp_path / "cat" / ".cache" / "4.bmp").write_text("left by a program")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / "list.csv").write_text("no folder")
    return tmp_path


@pytest.mark.parametrize("name", ["x.png", "x.tif"])
def test_grey_pictures_with_sixteen_bits(name, tmp_path):
    values = np.array([[0, 300], [40000, 65535]], np.uint16)  # all but 0 are above 255
    path = save(tmp_path / name, values)
    assert read_image(path, "L").tolist() == [(values / np.float32(65535)).tolist()]
    assert read_image(path).shape == (3, 2, 2)
    assert tt.equal(read_image(path)[2:], read_image(path, "L"))


@pytest.mark.parametrize("kind", [np.int32, np.float32])
def test_numbers_without_a_known_range_are_refused(kind, tmp_path):
    path = save(tmp_path / "x.tif", np.ones((2, 2), kind))
    with pytest.raises(ValueError, match=r"x.tif: .* no known range; save it with 8 or 16"):
        read_image(path)


def test_classes_are_the_folders_in_order(root):
    data = ImageFolder(str(root))
    assert data.classes == ["cat", "dog"]
    assert data.class_to_idx == {"cat": 0, "dog": 1}
    names = [path.removeprefix(str(root)).replace("\\", "/") for path, _ in data.samples]
    assert names == ["/cat/1/x.webp", "/cat/2.bmp", "/cat/3.gif", "/dog/a.JPG", "/dog/b.png"]
    assert data.targets == [0, 0, 0, 1, 1]
    assert len(data) == 5
    assert str(data) == "ImageFolder(5 pictures in 2 classes)"


def test_pictures_are_tensors_with_the_channels_first(root):
    data = ImageFolder(root)
    for index, seed in ((0, 4), (1, 3), (4, 1)):
        picture, target = data[index]
        assert (picture.dtype, target) == (tt.float32, data.targets[index])
        expected = pixels(seed=seed).transpose(2, 0, 1) / np.float32(255)
        assert np.array_equal(picture.numpy(), expected)
    assert data[3][0].shape == (3, 9, 7)
    grey = data[2][0].numpy()
    assert np.array_equal(grey[0], grey[2])


def test_transforms_make_batches_of_pictures_of_different_sizes(root):
    change = Compose([Resize(6), CenterCrop(6)])
    data = ImageFolder(root, transform=change, target_transform=lambda t: -t)
    x, y = next(iter(DataLoader(data, batch_size=5)))
    assert (x.shape, y.tolist()) == ((5, 3, 6, 6), [0, 0, 0, -1, -1])
    with pytest.raises(ValueError, match="different shapes"):
        next(iter(DataLoader(ImageFolder(root), batch_size=5)))


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_read_the_same(root, workers):
    def epoch(**options):
        tt.manual_seed(0)
        data = ImageFolder(root, transform=RandomCrop(5))
        return [x.tolist() for x, _ in DataLoader(data, 2, shuffle=True, **options)]

    assert epoch(num_workers=workers) == epoch()


def test_other_files_and_other_readers(root):
    data = ImageFolder(
        root, loader=len, is_valid_file=lambda path: path.endswith(".txt"), allow_empty=True
    )
    assert data.classes == ["cat", "dog"]
    assert data[0] == (len(str(root / "cat" / "notes.txt")), 0)
    assert len(data) == 1


def test_folders_without_pictures(root, tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere is not a folder"):
        ImageFolder(root / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"no folders; there must be one for each class"):
        ImageFolder(root / "dog")
    (root / "emu").mkdir()
    with pytest.raises(FileNotFoundError, match=r"no picture in .*emu.*\.jpeg.*allow_empty=True"):
        ImageFolder(root)
    assert ImageFolder(root, allow_empty=True).classes == ["cat", "dog", "emu"]


# ---- single images


def test_every_kind_of_image_becomes_rgb_or_grey(tmp_path):
    colours = Image.fromarray(pixels())
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK"):
        path = tmp_path / f"{mode}.tif"
        colours.convert(mode).save(path)
        assert read_image(path).shape == (3, 6, 8)
        assert read_image(path, "L").shape == (1, 6, 8)
    palette = colours.convert("P")
    palette.save(tmp_path / "seen_through.png", transparency=bytes(range(200)))
    assert read_image(tmp_path / "seen_through.png").shape == (3, 6, 8)
    with pytest.raises(ValueError, match="mode: 'RGB' or 'L', not 'HSV'"):
        read_image(tmp_path / "L.tif", "HSV")


def encoded(form, **options):
    file = io.BytesIO()
    Image.fromarray(pixels(60, 80)).save(file, form, **options)
    return file.getvalue()


@pytest.mark.parametrize("form", ["png", "jpeg", "bmp", "gif", "webp", "tiff"])
@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.95])
def test_truncated_images_are_named(tmp_path, form, share):
    content = encoded(form)
    path = tmp_path / "cat" / f"broken.{form}"
    path.parent.mkdir()
    path.write_bytes(content[: int(len(content) * share)])
    data = ImageFolder(tmp_path)
    with pytest.raises(
        ValueError, match=f"(?s)^{re.escape(str(path))}: the image is broken or trun"
    ):
        data[0]


def test_an_image_with_a_wrong_checksum_is_named(tmp_path):
    content = bytearray(encoded("png"))
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "x.png").write_bytes(content)
    with pytest.raises(ValueError, match=r"x\.png: the image is broken"):
        read_image(tmp_path / "x.png")


def test_the_error_of_a_worker_names_the_image_too(tmp_path):
    path = save(tmp_path / "cat" / "1.png", pixels())
    path.write_bytes(b"GIF89a, no more")
    with pytest.raises(ValueError, match=r"1\.png: the image is broken"):
        list(DataLoader(ImageFolder(tmp_path), num_workers=1))


def png_of(width, height):
    """A PNG of a few bytes that says it is this large."""

    def chunk(kind, content):
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [8200, 10_000, 50_000])
def test_images_that_would_fill_the_memory_are_not_unpacked(tmp_path, side):
    path = tmp_path / "bomb.png"
    path.write_bytes(png_of(side, side))
    with pytest.raises(ValueError, match=r"bomb\.png: .*(pixels|bomb)"):
        read_image(path)


def test_the_limit_may_be_another(tmp_path):
    path = save(tmp_path / "a.png", pixels())
    with pytest.raises(ValueError, match="an image of 8×6 pixels, more than 47 are not unpacked"):
        read_image(path, largest=47)
    assert read_image(path, largest=48).shape == (3, 6, 8)


def test_a_missing_file_is_another_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_image(tmp_path / "absent.png")


def test_without_pillow_the_error_says_what_to_install(tmp_path, monkeypatch):
    path = save(tmp_path / "a.png", pixels())
    imports = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "PIL":
            raise ImportError(name)
        return imports(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"pip install 'tt-data\[images\]'"):
        read_image(path)
