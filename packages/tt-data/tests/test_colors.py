"""Transforms of colours against their definitions, Pillow and Python's colorsys."""

import colorsys

import numpy as np
import pytest

import tt_tensor as tt
from tt_data.transforms import (
    ColorJitter,
    adjust_brightness,
    adjust_contrast,
    adjust_hue,
    adjust_saturation,
    to_grey,
)

ADJUST = [adjust_brightness, adjust_contrast, adjust_saturation, adjust_hue]


def pictures(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def by_hand(name, picture, factor):
    """The definition, on one float picture (3, H, W) in [0, 1]."""
    red, green, blue = picture
    grey = 0.2989 * red + 0.587 * green + 0.114 * blue
    if name == "adjust_hue":
        result = np.empty_like(picture)
        for i, j in np.ndindex(picture.shape[1:]):
            hue, saturation, value = colorsys.rgb_to_hsv(*picture[:, i, j])
            result[:, i, j] = colorsys.hsv_to_rgb((hue + factor) % 1, saturation, value)
        return result
    other = {
        "adjust_brightness": 0.0,
        "adjust_contrast": grey.mean(),
        "adjust_saturation": grey[None],
    }[name]
    return np.clip(factor * picture + (1 - factor) * other, 0, 1)


@pytest.mark.parametrize("adjust", ADJUST, ids=lambda f: f.__name__)
@pytest.mark.parametrize("factors", [(0.0, 0.3), (0.5, -0.5), (-0.2, 0.1)])
def test_every_picture_has_its_factor(adjust, factors):
    if adjust is not adjust_hue:
        factors = [abs(f) * 4 for f in factors]
    x = pictures(2, 3, 5, 6)
    x[0, :, 0, 0] = 80  # a grey pixel
    x[0, :, 0, 1] = 0
    x = x / 255.0
    result = adjust(x, factors)
    for ours, picture, factor in zip(result, x, factors, strict=True):
        assert ours == pytest.approx(by_hand(adjust.__name__, picture, factor), abs=1e-9)
    one = adjust(tt.from_numpy(x[0]), factors[1])
    assert one.numpy() == pytest.approx(by_hand(adjust.__name__, x[0], factors[1]), abs=1e-9)


@pytest.mark.parametrize("adjust", ADJUST, ids=lambda f: f.__name__)
def test_bytes_are_as_floats_rounded(adjust):
    x = pictures(4, 3, 8, 8)
    factors = [0.0, 0.1, 0.4, 0.5]
    result = adjust(x, factors)
    assert result.dtype == np.uint8
    expected = adjust(x / 255.0, factors) * 255
    assert np.abs(result - expected).max() <= 0.5 + 1e-3


@pytest.mark.parametrize("adjust", ADJUST, ids=lambda f: f.__name__)
def test_nothing_changes_at_the_neutral_factor(adjust):
    x = pictures(4, 3, 8, 8)
    assert np.array_equal(adjust(x, 0 if adjust is adjust_hue else 1), x)


@pytest.mark.parametrize("factor", [0.0, 0.4, 1.0, 1.7])
@pytest.mark.parametrize(
    ("adjust", "theirs"),
    [
        (adjust_brightness, "Brightness"),
        (adjust_contrast, "Contrast"),
        (adjust_saturation, "Color"),
    ],
)
def test_mixtures_equal_pillows(adjust, theirs, factor):
    image = pytest.importorskip("PIL.Image")
    enhance = getattr(pytest.importorskip("PIL.ImageEnhance"), theirs)
    x = pictures(3, 16, 16)
    expected = np.asarray(enhance(image.fromarray(x.transpose(1, 2, 0))).enhance(factor))
    # Pillow rounds the grey to a byte, and its results downwards
    difference = adjust(x, factor).astype(int) - expected.transpose(2, 0, 1)
    assert np.abs(difference).max() <= 1


def test_grey():
    image = pytest.importorskip("PIL.Image")
    x = pictures(3, 16, 16)
    expected = np.asarray(image.fromarray(x.transpose(1, 2, 0)).convert("L"))
    assert to_grey(x).shape == (1, 16, 16)
    assert np.abs(to_grey(x)[0].astype(int) - expected).max() <= 1
    assert to_grey(tt.ones(2, 3, 1, 1)).flatten().tolist() == pytest.approx([0.9999] * 2)


def test_a_grey_picture_has_no_colours_to_change():
    x = pictures(1, 8, 8)
    for adjust in (adjust_saturation, adjust_hue):
        assert np.array_equal(adjust(x, 0.3), x)
    assert np.array_equal(adjust_brightness(x, 0.0), np.zeros_like(x))


def test_what_cannot_be_is_refused():
    x = np.zeros((3, 3, 2, 2))
    for adjust in ADJUST[:3]:
        with pytest.raises(ValueError, match="factor: must not be negative, it is -1"):
            adjust(x, -1)
    with pytest.raises(ValueError, match=r"factor: a hue is turned by -0\.5 to 0\.5, not by 0\.6"):
        adjust_hue(x, 0.6)
    for adjust in ADJUST:
        with pytest.raises(tt.ShapeError, match="colours need 1 or 3 channels, these have 2"):
            adjust(x[:, :2], 0.5)
        with pytest.raises(tt.ShapeError, match="factor: 2 factors for 3 pictures"):
            adjust(x, [0.1, 0.2])


# ---- drawn at random


def test_factors_are_drawn_from_their_ranges():
    x = np.full((600, 3, 1, 1), 0.25)
    tt.manual_seed(0)
    factors = ColorJitter(brightness=0.5)(x)[:, 0, 0, 0] / 0.25
    assert 0.5 <= factors.min() < 0.52
    assert 1.48 < factors.max() <= 1.5
    assert ColorJitter(brightness=3)(x).min() >= 0
    factors = ColorJitter(brightness=(0.2, 0.3))(x)[:, 0, 0, 0] / 0.25
    assert 0.2 <= factors.min() < 0.21
    assert 0.29 < factors.max() <= 0.3
    red = np.zeros((600, 3, 1, 1))
    red[:, 0] = 1
    hues = [colorsys.rgb_to_hsv(*p)[0] for p in ColorJitter(hue=0.1)(red)[:, :, 0, 0]]
    hues = np.where(np.array(hues) > 0.5, np.array(hues) - 1, hues)
    assert -0.1 <= hues.min() < -0.09
    assert 0.09 < hues.max() <= 0.1


def test_steps_come_in_every_order():
    """Brightness 2 then contrast 0, or the other way: the first is cut at 1 before the mean is taken."""
    x = np.array([0.0, 0.8]).reshape(1, 1, 1, 2).repeat(400, axis=0)
    tt.manual_seed(0)
    result = ColorJitter(brightness=(2, 2), contrast=(0, 0))(x)[:, 0, 0, 0]
    first, second = np.isclose(result, 0.5), np.isclose(result, 0.8)
    assert (first ^ second).all()
    assert 150 < first.sum() < 250


def test_without_ranges_nothing_changes():
    x = pictures(4, 3, 5, 5)
    assert np.array_equal(ColorJitter()(x), x)


@pytest.mark.parametrize(
    "options",
    [
        {"brightness": -0.1},
        {"contrast": (-0.1, 1)},
        {"saturation": (1.5, 0.5)},
        {"saturation": (1, 2, 3)},
        {"hue": 0.6},
        {"hue": (-0.6, 0)},
    ],
)
def test_ranges_that_are_none_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        ColorJitter(**options)
