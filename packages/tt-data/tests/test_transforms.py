"""Transforms that place pixels elsewhere, and what all transforms have in common."""

import math

import numpy as np
import pytest

import tt_tensor as tt
from tt_data.transforms import (
    CenterCrop,
    ColorJitter,
    Compose,
    Normalize,
    RandomCrop,
    RandomHorizontalFlip,
    RandomRotation,
    RandomVerticalFlip,
    Resize,
    ToTensor,
    Transform,
    pad,
    resize,
    rotate,
)

RANDOM = [
    RandomCrop(6),
    RandomCrop(8, padding=2, padding_mode="reflect"),
    RandomHorizontalFlip(),
    RandomVerticalFlip(),
    RandomRotation(180),
    RandomRotation(180, interpolation="bilinear"),
    ColorJitter(0.5, 0.5, 0.5, 0.3),
]
OTHERS = [CenterCrop(5), Resize((4, 12)), Resize(3)]


def pictures(*shape, dtype=np.uint8, seed=0):
    rng = np.random.default_rng(seed)
    if dtype == np.uint8:
        return rng.integers(0, 256, shape, dtype=np.uint8)
    return rng.random(shape).astype(dtype)


# ---- what all have in common


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("transform", RANDOM + OTHERS, ids=repr)
def test_shapes_dtypes_and_kinds_are_kept(transform, dtype):
    x = pictures(2, 5, 3, 8, 9, dtype=dtype)
    before = x.copy()
    result = transform(x)
    assert isinstance(result, np.ndarray)
    assert (result.shape[:3], result.dtype) == ((2, 5, 3), dtype)
    assert transform(x[0]).shape == result.shape[1:]
    assert transform(x[0, 0]).shape == result.shape[2:]
    assert transform(x[:0]).shape == (0, *result.shape[1:])
    assert transform(x[:, :0]).shape == (2, 0, *result.shape[2:])
    assert transform(x[:, :, :1]).shape == (2, 5, 1, *result.shape[3:])
    assert np.array_equal(x, before)
    assert not np.shares_memory(result, x)
    as_tensor = transform(tt.from_numpy(x))
    assert isinstance(as_tensor, tt.Tensor)
    assert as_tensor.shape == result.shape


@pytest.mark.parametrize("transform", RANDOM, ids=repr)
def test_the_seed_determines_what_is_drawn_and_pictures_get_their_own(transform):
    x = np.repeat(pictures(1, 3, 8, 8), 20, axis=0)
    tt.manual_seed(3)
    first, second = transform(x), transform(x)
    assert not np.array_equal(first, second)
    assert len({picture.tobytes() for picture in first}) > 1
    tt.manual_seed(3)
    assert np.array_equal(transform(x), first)
    assert np.array_equal(transform(x), second)


@pytest.mark.parametrize("transform", RANDOM + OTHERS + [Normalize([0], [1])], ids=repr)
def test_what_is_no_picture_is_refused(transform):
    with pytest.raises(tt.ShapeError, match=r"\(\.\.\., channels, height, width\), it is \(8, 8\)"):
        transform(np.zeros((8, 8)))
    with pytest.raises(tt.DTypeError, match="uint8 or floating point, they are int64"):
        transform(np.zeros((3, 8, 8), np.int64))


def test_any_memory_layout_is_taken():
    last = pictures(4, 8, 9, 3).transpose(0, 3, 1, 2)
    for transform in OTHERS:
        assert np.array_equal(transform(last), transform(np.ascontiguousarray(last)))


def test_a_transform_without_apply_says_so():
    with pytest.raises(NotImplementedError, match=r"Transform: write apply\(self, batch\)"):
        Transform()(np.zeros((1, 2, 2)))


def test_compose_goes_in_order_and_knows_whether_batches_may_come():
    change = Compose([CenterCrop(4), ToTensor(), Normalize([0.5], [0.25])])
    x = pictures(5, 3, 8, 8)
    expected = (x[:, :, 2:6, 2:6] / np.float32(255) - 0.5) / 0.25
    assert change(tt.from_numpy(x)).numpy() == pytest.approx(expected, abs=1e-6)
    assert change.batched
    assert not Compose([CenterCrop(4), lambda picture: picture]).batched
    with pytest.raises(TypeError, match=r"transforms\[1\]: must be callable, .* not 3"):
        Compose([CenterCrop(4), 3])
    assert "CenterCrop(size=(4, 4)), ToTensor()" in repr(change)


# ---- numbers


def test_arrays_come_with_their_channels_last_and_tensors_with_their_channels_first():
    x = pictures(4, 6, 3)
    expected = (x / np.float32(255)).transpose(2, 0, 1)
    result = ToTensor()(x)
    assert result.dtype == tt.float32
    assert np.array_equal(result.numpy(), expected)
    assert np.array_equal(ToTensor()(x[..., 0]).numpy(), expected[:1])
    assert np.array_equal(ToTensor()(x[None]).numpy(), expected[None])
    first = tt.from_numpy(x.transpose(2, 0, 1).copy())
    assert np.array_equal(ToTensor()(first).numpy(), expected)
    assert float(ToTensor()(np.full((1, 1), 255, np.uint8)).item()) == 1.0


def test_only_bytes_are_scaled():
    x = np.array([[[2.0]]])
    for result in (ToTensor()(x), ToTensor()(tt.from_numpy(x))):
        assert result.tolist() == [[[2.0]]]
        assert result.dtype == tt.float64
        result += 1
    assert x.item() == 2.0
    for shape in ((), (3,), (1, 2, 3, 4, 5)):
        with pytest.raises(tt.ShapeError, match="channels"):
            ToTensor()(np.zeros(shape))


def test_pictures_of_pillow():
    image = pytest.importorskip("PIL.Image")
    x = pictures(4, 6, 3)
    assert np.array_equal(ToTensor()(image.fromarray(x)).numpy(), ToTensor()(x).numpy())


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_normalize_is_per_channel(dtype):
    x = pictures(2, 3, 4, 4, dtype=dtype)
    mean, std = [0.1, 0.2, 0.3], [0.5, 2.0, 4.0]
    result = Normalize(mean, std)(x)
    assert result.dtype == dtype
    for c in range(3):
        expected = (x[:, c].astype(np.float64) - mean[c]) / std[c]
        assert result[:, c] == pytest.approx(expected, abs=1e-2 if dtype == np.float16 else 1e-6)
    assert Normalize(0.5, 2)(x) == pytest.approx((x - 0.5) / 2, abs=1e-2)


def test_normalize_refuses():
    with pytest.raises(ValueError, match=r"std: no deviation can be 0, they are \[1\.0, 0\.0\]"):
        Normalize([0, 0], [1, 0])
    with pytest.raises(tt.ShapeError, match="mean: 2 numbers for pictures of 3 channels"):
        Normalize([0, 0], [1, 1, 1])(np.zeros((3, 2, 2)))
    with pytest.raises(tt.ShapeError, match="std: 2 numbers for pictures of 3 channels"):
        Normalize([0], [1, 1])(np.zeros((3, 2, 2)))
    with pytest.raises(tt.DTypeError, match=r"uint8; put ToTensor\(\) before"):
        Normalize([0], [1])(pictures(3, 2, 2))


# ---- places


def test_flips_mirror_the_chosen_pictures_whole():
    x = pictures(400, 3, 4, 5)
    tt.manual_seed(0)
    for transform, mirrored in (
        (RandomHorizontalFlip(0.25), x[..., ::-1]),
        (RandomVerticalFlip(0.25), x[..., ::-1, :]),
    ):
        result = transform(x)
        turned = np.array([np.array_equal(a, b) for a, b in zip(result, mirrored, strict=True)])
        same = np.array([np.array_equal(a, b) for a, b in zip(result, x, strict=True)])
        assert (turned ^ same).all()
        assert 60 < turned.sum() < 140
    assert np.array_equal(RandomHorizontalFlip(1)(x), x[..., ::-1])
    assert np.array_equal(RandomHorizontalFlip(0)(x), x)
    with pytest.raises(ValueError, match=r"p: a probability .* it is 1\.5"):
        RandomHorizontalFlip(1.5)


@pytest.mark.parametrize(
    ("size", "rows", "columns"),
    [(4, (1, 5), (2, 6)), ((3, 8), (2, 5), (0, 8)), ((6, 1), (0, 6), (4, 5)), (1, (2, 3), (4, 5))],
)
def test_the_middle_is_cut_out(size, rows, columns):
    x = pictures(2, 3, 6, 8)
    assert np.array_equal(CenterCrop(size)(x), x[:, :, slice(*rows), slice(*columns)])


def test_a_picture_that_is_too_small_gets_room():
    result = CenterCrop((5, 4))(np.ones((1, 2, 6)))
    assert result[0].tolist() == [[0] * 4, [1] * 4, [1] * 4, [0] * 4, [0] * 4]


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect", "symmetric"])
@pytest.mark.parametrize(
    ("padding", "widths"),
    [(2, ((2, 2), (2, 2))), ((1, 3), ((3, 3), (1, 1))), ((1, 2, 3, 4), ((2, 4), (1, 3)))],
)
def test_pad_equals_numpys(mode, padding, widths):
    x = pictures(2, 3, 6, 8)
    options = {"constant_values": 7} if mode == "constant" else {}
    expected = np.pad(x, ((0, 0), (0, 0), *widths), mode=mode, **options)
    assert np.array_equal(pad(x, padding, fill=7, padding_mode=mode), expected)


def test_padding_that_is_none_is_refused():
    x = np.zeros((1, 1, 1))
    for padding in (-1, 1.5, (1, 2, 3), (1.5, 2)):
        with pytest.raises(ValueError, match=r"padding: 1, 2 or 4 whole numbers"):
            pad(x, padding)
        with pytest.raises(ValueError, match=r"padding: 1, 2 or 4 whole numbers"):
            RandomCrop(4, padding=padding)
    with pytest.raises(ValueError, match=r"padding_mode: one of constant, edge.* not 'wrap'"):
        RandomCrop(4, padding_mode="wrap")
    with pytest.raises(ValueError, match=r"padding_mode: one of constant, edge.* not 'wrap'"):
        pad(x, 1, padding_mode="wrap")
    with pytest.raises(tt.ShapeError, match="'reflect' needs at least 2 pixels"):
        pad(x, 1, padding_mode="reflect")
    with pytest.raises(tt.ShapeError, match="'edge' needs at least 1 pixels"):
        pad(np.zeros((1, 0, 1)), 1, padding_mode="edge")


def test_crops_are_parts_of_the_padded_picture_and_all_places_come():
    x = np.arange(6 * 8).reshape(1, 1, 6, 8) + 1.0
    around = np.pad(x[0, 0], 1)
    places = {
        around[i : i + 5, j : j + 7].tobytes(): (i, j)
        for i, j in np.ndindex(around.shape[0] - 4, around.shape[1] - 6)
    }
    tt.manual_seed(0)
    result = RandomCrop((5, 7), padding=1)(np.repeat(x, 1500, axis=0))
    counts = np.zeros((4, 4), int)
    for picture in result:
        counts[places[picture.tobytes()]] += 1
    assert counts.min() > 50  # 1500 / 16 = 94
    assert counts.max() < 150


def test_all_channels_of_a_picture_are_cropped_at_the_same_place():
    x = np.repeat(pictures(20, 1, 8, 8), 3, axis=1)
    result = RandomCrop(4)(x)
    assert np.array_equal(result[:, 0], result[:, 1])
    assert np.array_equal(result[:, 0], result[:, 2])


def test_crops_that_do_not_fit():
    x = np.ones((1, 4, 6))
    with pytest.raises(tt.ShapeError, match=r"size: 5×5 does not fit into pictures of 4×6"):
        RandomCrop(5)(x)
    assert RandomCrop(5, pad_if_needed=True)(x).shape == (1, 5, 5)
    assert RandomCrop((4, 12), pad_if_needed=True, fill=2)(x).sum() > 4 * 6
    for size in (0, -1, 2.5, (1, 2, 3), (0, 4)):
        with pytest.raises(ValueError, match="size: a positive whole number or two"):
            RandomCrop(size)
        with pytest.raises(ValueError, match="size: a positive whole number or two"):
            CenterCrop(size)
        with pytest.raises(ValueError, match="size: a positive whole number or two"):
            Resize(size)


# ---- rotation


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("side", [5, 8])
def test_quarter_turns_are_exact(interpolation, dtype, side):
    x = pictures(4, 3, side, side, dtype=dtype)
    result = rotate(x, [0, 90, 180, -90], interpolation)
    for quarters, picture, turned in zip([0, 1, 2, 3], x, result, strict=True):
        assert turned == pytest.approx(np.rot90(picture, quarters, axes=(1, 2)), abs=1e-6)


def rotated_by_hand(picture, angle, fill):
    """Pixel by pixel, as the formula says."""
    _, height, width = picture.shape
    result = np.full_like(picture, fill)
    a = math.radians(angle)
    for i in range(height):
        for j in range(width):
            x, y = j - (width - 1) / 2, i - (height - 1) / 2
            column = round(x * math.cos(a) - y * math.sin(a) + (width - 1) / 2)
            row = round(x * math.sin(a) + y * math.cos(a) + (height - 1) / 2)
            if 0 <= row < height and 0 <= column < width:
                result[:, i, j] = picture[:, row, column]
    return result


@pytest.mark.parametrize("angle", [17, -40, 133, 361])
def test_other_angles_equal_the_formula(angle):
    x = pictures(3, 9, 12)
    assert np.array_equal(rotate(x, angle, fill=7), rotated_by_hand(x, angle, 7))


@pytest.mark.parametrize("angle", [10, 77, -30, 200])
def test_rotation_equals_pillows(angle):
    image = pytest.importorskip("PIL.Image")
    smooth = np.add.outer(np.arange(40) * 4, np.arange(30) * 2).astype(np.uint8)
    for name, kind in (
        ("nearest", image.Resampling.NEAREST),
        ("bilinear", image.Resampling.BILINEAR),
    ):
        theirs = np.asarray(image.fromarray(smooth).rotate(angle, resample=kind, fillcolor=9))
        ours = rotate(smooth[None], angle, name, fill=9)[0]
        far = np.abs(ours.astype(int) - theirs) > 1
        assert far.mean() < 0.01  # pixels that lie on an edge may fall to either side


def test_turning_a_constant_leaves_it():
    x = np.full((2, 3, 6, 7), 100, np.uint8)
    assert (rotate(x, 33.0, "bilinear", fill=100) == 100).all()


def test_angles_are_drawn_from_their_range():
    ramp = np.tile(np.arange(101.0), (500, 1, 101, 1))  # rises to the right
    tt.manual_seed(0)
    turned = RandomRotation((20, 60), interpolation="bilinear")(ramp)
    # near the middle, turning by a makes the slope (cos a, -sin a)
    across = turned[:, 0, 50, 51] - turned[:, 0, 50, 50]
    angles = np.degrees(np.arccos(np.clip(across, -1, 1)))
    assert 20 <= angles.min() < 25
    assert 55 < angles.max() <= 60
    assert (turned[:, 0, 51, 50] < turned[:, 0, 50, 50]).all()


def test_rotations_that_are_none_are_refused():
    for degrees in (-5, (5, 1), (1, 2, 3)):
        with pytest.raises(ValueError, match="degrees: a number that is not negative"):
            RandomRotation(degrees)
    for make in (RandomRotation, lambda angle, kind: rotate(np.zeros((1, 2, 2)), angle, kind)):
        with pytest.raises(ValueError, match="interpolation: 'nearest' or 'bilinear', not 'cubic'"):
            make(5, "cubic")
    with pytest.raises(tt.ShapeError, match="angle: 2 angles for 3 pictures"):
        rotate(np.zeros((3, 1, 2, 2)), [1, 2])


# ---- sizes


@pytest.mark.parametrize("size", [(5, 7), (20, 3), (9, 24), (12, 16), (40, 40)])
def test_sizes_equal_pillows(size):
    image = pytest.importorskip("PIL.Image")
    x = pictures(12, 16, dtype=np.float32)
    theirs = image.fromarray(x).resize(size[::-1], image.Resampling.BILINEAR)
    assert resize(x[None], size)[0] == pytest.approx(np.asarray(theirs), abs=1e-5)
    eight_bit = pictures(12, 16)
    theirs = image.fromarray(eight_bit).resize(size[::-1], image.Resampling.BILINEAR)
    difference = resize(eight_bit[None], size)[0].astype(int) - np.asarray(theirs)
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("size", [(5, 7), (20, 3), (9, 24), (12, 16)])
@pytest.mark.parametrize("antialias", [False, True])
def test_sizes_equal_pytorchs(size, antialias):
    torch = pytest.importorskip("torch")
    x = pictures(2, 3, 12, 16, dtype=np.float32)
    theirs = torch.nn.functional.interpolate(
        torch.from_numpy(x), size, mode="bilinear", align_corners=False, antialias=antialias
    )
    assert resize(x, size, antialias) == pytest.approx(theirs.numpy(), abs=1e-5)


def test_one_number_is_the_shorter_side():
    assert Resize(6)(np.zeros((3, 12, 17))).shape == (3, 6, 8)
    assert Resize(6)(np.zeros((3, 17, 12))).shape == (3, 8, 6)
    assert Resize(6, antialias=False)(np.zeros((3, 3, 3))).shape == (3, 6, 6)
