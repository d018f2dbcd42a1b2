"""Pictures: they show the right numbers, nothing is cut off, and matplotlib's own state stays as it is."""

import builtins
import os
import subprocess
import sys

import numpy as np
import pytest

import tt_tensor as tt
from tt_optim import (
    plot_confusion_matrix,
    plot_lr_finder,
    plot_mistakes,
    plot_training_curves,
    save_figure,
)

pytest.importorskip("matplotlib")

NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def curves(epochs=5):
    return {
        "loss": np.linspace(2, 1, epochs),
        "validation_loss": np.linspace(1.9, 1.2, epochs),
        "accuracy": np.linspace(0.3, 0.7, epochs),
        "validation_accuracy": [0.3, 0.5, 0.65, 0.6, 0.62][:epochs],
    }


def line(axes, label):
    (found,) = [entry for entry in axes.lines if entry.get_label().startswith(label)]
    return np.asarray(found.get_xdata()).tolist(), np.asarray(found.get_ydata()).tolist()


def texts(axes):
    return [text.get_text() for text in axes.texts]


def cut_off(figure):
    """Whether anything that is drawn reaches beyond the edge of the picture."""
    figure.canvas.draw()
    (left, bottom), (right, top) = figure.get_tightbbox().get_points()
    width, height = figure.get_size_inches()
    return left < -0.01 or bottom < -0.01 or right > width + 0.01 or top > height + 0.01


EVERY = {
    "curves": lambda: plot_training_curves(**curves(), lr=np.ones(40), title="A title"),
    "matrix": lambda: plot_confusion_matrix(np.eye(10) * 90 + 1, NAMES),
    "many classes": lambda: plot_confusion_matrix(np.eye(100)),
    "two classes": lambda: plot_confusion_matrix([[1, 2], [3, 4]], ["no", "yes"]),
    "mistakes": lambda: plot_mistakes(
        np.random.default_rng(0).random((7, 3, 32, 32)), range(7), [1] * 7, [1.0] * 7, NAMES
    ),
    "rates": lambda: plot_lr_finder(np.geomspace(1e-6, 1, 30), np.linspace(3, 1, 30), 0.01),
}


@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
def test_nothing_is_cut_off(make):
    assert not cut_off(make())


def test_the_check_notices_what_is_cut_off():
    figure = EVERY["rates"]()
    figure.text(0.95, 0.5, "a long text at the edge")
    assert cut_off(figure)


def test_curves_show_the_numbers_and_the_best_epoch():
    figure = plot_training_curves(**curves(), lr=[0.1, 0.1, 0.1, 0.01, 0.01])
    loss, accuracy, rate = figure.axes
    epochs = [1, 2, 3, 4, 5]
    assert line(loss, "training") == (epochs, curves()["loss"].tolist())
    assert line(loss, "validation") == (epochs, curves()["validation_loss"].tolist())
    assert line(accuracy, "validation")[1] == [30, 50, 65, 60, 62]
    assert line(accuracy, "best epoch: 3 (65.0 %)") == ([3], [65])
    assert line(loss, "best epoch: 3")[0] == [3], "one epoch is marked in all panels"
    assert line(rate, "")[1] == [0.1, 0.1, 0.1, 0.01, 0.01]


def test_what_decides_which_epoch_is_best():
    given = {"loss": [3, 1, 2], "validation_loss": [1, 2, 3]}
    assert line(plot_training_curves(**given).axes[0], "best epoch: 1 (1.000)") == ([1], [1])
    assert line(plot_training_curves([3, 1, 2]).axes[0], "best epoch: 2")[0] == [2]
    assert line(plot_training_curves(**given, best_epoch=3).axes[0], "best")[0] == [3]
    nan = plot_training_curves([3, 1, 2], [np.nan, 2, 1]).axes[0]
    assert line(nan, "best epoch: 3")[0] == [3]


def test_steps_are_spread_over_the_epochs():
    figure = plot_training_curves([2, 1], step_loss=[4, 3, 2, 1], lr=[0.1, 0.2, 0.3, 0.4])
    loss, rate = figure.axes
    assert np.asarray(loss.lines[0].get_xdata()).tolist() == [0.5, 1, 1.5, 2]
    assert np.asarray(rate.lines[0].get_xdata()).tolist() == [0.5, 1, 1.5, 2]


def test_a_matrix_shows_shares_of_rows():
    axes = plot_confusion_matrix([[9, 1, 0], [0, 0, 0], [1, 1, 1]], ["a", "b", "c"]).axes[0]
    found = {(t.get_position()[1], t.get_position()[0]): t.get_text() for t in axes.texts}
    assert found == {
        (0, 0): "90", (0, 1): "10", (2, 0): "33", (2, 1): "33", (2, 2): "33",
    }  # fmt: skip
    assert [t.get_text() for t in axes.get_yticklabels()] == ["a", "b", "c"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted class", "true class")
    assert axes.get_title() == "76.9 % of 13 samples are right"
    small = plot_confusion_matrix([[199, 1], [0, 5]]).axes[0]
    assert texts(small) == ["100", "0.5", "100"]


def test_numbers_can_be_read_on_their_cells():
    counts = np.zeros((20, 20))
    counts[:, 0] = np.linspace(1, 52.5, 20)
    counts[:, 1] = 100 - counts[:, 0]
    axes = plot_confusion_matrix(counts).axes[0]
    assert len(axes.texts) == 40
    image = axes.images[0]
    for text in axes.texts:
        column, row = text.get_position()
        red, green, blue, _ = image.cmap(image.norm(image.get_array()[row, column]))
        light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
        ink = {"white": 1.0, "black": 0.0}[text.get_color()]
        contrast = (max(light, ink) + 0.05) / (min(light, ink) + 0.05)
        assert contrast > 4.5, (text.get_text(), contrast)  # as WCAG demands of small text


def test_very_many_classes_are_not_all_named():
    axes = plot_confusion_matrix(np.eye(120)).axes[0]
    assert not axes.texts
    assert 25 < len(axes.get_xticklabels()) <= 50


def test_an_empty_matrix():
    axes = plot_confusion_matrix(np.zeros((3, 3), int)).axes[0]
    assert not axes.texts
    assert axes.get_title() == "0.0 % of 0 samples are right"


def test_mistakes_name_both_classes():
    images = tt.tensor(np.zeros((5, 1, 4, 4), "float32"))
    wrong = tt.tensor([1, 2, 3, 4, 5])
    figure = plot_mistakes(images, [0] * 5, wrong, [0.5, 0.994, 1, 0.25, 0.1], NAMES, columns=3)
    assert len(figure.axes) == 6
    assert [axes.get_title() for axes in figure.axes] == ["airplane"] * 5 + [""]
    below = [texts(axes) for axes in figure.axes]
    assert below[:2] == [["automobile (50 %)"], ["bird (99 %)"]]
    assert not figure.axes[5].images


def shown(images):
    figure = plot_mistakes(images, [0] * len(images), [1] * len(images), [1] * len(images))
    return [np.asarray(axes.images[0].get_array()) for axes in figure.axes[: len(images)]]


def test_images_of_all_kinds():
    rng = np.random.default_rng(0)
    color = rng.random((2, 3, 5, 4))
    np.testing.assert_allclose(shown(color), color.transpose(0, 2, 3, 1))
    levels = rng.integers(0, 256, (2, 5, 4)).astype("uint8")
    np.testing.assert_allclose(shown(levels), levels / 255, rtol=1e-6)
    np.testing.assert_allclose(shown(levels[:, None]), levels / 255, rtol=1e-6)
    normalised = rng.standard_normal((2, 5, 4)) * 3
    assert [(image.min(), image.max()) for image in shown(normalised)] == [(0, 1), (0, 1)]
    np.testing.assert_allclose(shown(np.full((1, 2, 2), 7.0)), 0)
    assert normalised.min() < -1, "the caller's array is untouched"


def test_the_suggested_rate_is_on_the_curve_and_the_explosion_is_left_out():
    rates = np.geomspace(1e-4, 1, 5)
    axes = plot_lr_finder(
        rates, [2.0, 1.5, 1.0, 1.2, 5e9], 1e-3, smoothed=[2, 1.6, 1, 1.1, 4e9]
    ).axes[0]
    (x,), (y,) = line(axes, "suggested: 0.001")
    assert (x, y) == (1e-3, pytest.approx(1.6))
    assert axes.get_ylim()[1] < 10
    assert axes.get_ylim()[0] < 1
    assert plot_lr_finder([0.1], [np.nan]).axes[0].get_ylim() == (0, 1)


def test_pictures_are_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "matrix.png"
    figure = plot_confusion_matrix(np.eye(3), path=path)
    picture = path.read_bytes()
    assert picture.startswith(b"\x89PNG")
    save_figure(figure, str(path), dpi=50)
    assert 0 < len(path.read_bytes()) < len(picture)
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space")))
    with pytest.raises(OSError, match="what was there is intact"):
        save_figure(figure, path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert os.listdir(tmp_path) == ["matrix.png"]
    with pytest.raises(ValueError, match=r"ends in '.png', not 'matrix.pdf'"):
        save_figure(figure, tmp_path / "matrix.pdf")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: plot_training_curves([1, 2], [1]),
            ValueError,
            "validation_loss: 1 numbers, but 2",
        ),
        (lambda: plot_training_curves([]), ValueError, "loss: 0 numbers"),
        (lambda: plot_training_curves([[1]]), tt.ShapeError, "loss: expected a sequence"),
        (lambda: plot_training_curves([1, 2], best_epoch=3), ValueError, "from 1 to 2, it is 3"),
        (lambda: plot_confusion_matrix([[1, 2]]), tt.ShapeError, r"not an array \(1, 2\)"),
        (lambda: plot_confusion_matrix([[1, -2], [0, 0]]), ValueError, "not be negative"),
        (lambda: plot_confusion_matrix(np.eye(2), ["a"]), ValueError, "1 names for 2 classes"),
        (lambda: plot_mistakes(np.ones((2, 2, 3, 3)), [], [], []), tt.ShapeError, "C = 1 or 3"),
        (
            lambda: plot_mistakes(np.ones((2, 3, 3)), [0], [0, 1], [1, 1]),
            tt.ShapeError,
            "true: 1 values for 2 images",
        ),
        (
            lambda: plot_mistakes(np.ones((1, 3, 3)), [0], [1], [1], columns=0),
            ValueError,
            "columns must",
        ),
        (lambda: plot_lr_finder([], []), ValueError, "at least one learning rate"),
        (lambda: plot_lr_finder([0.1, 0], [1, 2]), ValueError, "all above 0"),
        (lambda: plot_lr_finder([0.1], [1, 2]), ValueError, "2 numbers for 1 learning rates"),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_matplotlib_is_loaded_when_it_is_needed_and_left_as_it_was():
    code = """
import sys, tt_optim
assert "matplotlib" not in sys.modules
tt_optim.plot_training_curves([1, 2], lr=[1, 2])
tt_optim.plot_confusion_matrix([[1, 2], [3, 4]])
assert "matplotlib.pyplot" not in sys.modules
import matplotlib
settings = dict(matplotlib.rcParams)
tt_optim.plot_training_curves([1, 2], lr=[1, 2])
tt_optim.plot_mistakes([[[0, 1]]], [0], [1], [1.0])
tt_optim.plot_lr_finder([0.1, 1], [1, 2])
assert settings == dict(matplotlib.rcParams)
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_without_the_library(monkeypatch):
    real = builtins.__import__

    def no_matplotlib(name, *args, **kwargs):
        if name.split(".")[0] == "matplotlib":
            raise ImportError("No module named 'matplotlib'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_matplotlib)
    with pytest.raises(ImportError, match=r"pip install 'tt-optim\[plot\]'"):
        plot_training_curves([1, 2])
