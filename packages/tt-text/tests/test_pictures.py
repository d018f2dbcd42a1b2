"""Pictures: they show the right numbers and texts, and nothing is cut off."""

import builtins
import warnings

import numpy as np
import pytest

import tt_tensor as tt
from tt_text import (
    GPT,
    GPTConfig,
    Llama,
    LlamaConfig,
    plot_attention,
    plot_embeddings,
    plot_token_losses,
    principal_components,
    scaled_dot_product_attention,
    watch_attention,
)


@pytest.fixture
def drawn():
    pytest.importorskip("matplotlib")


def texts(axes):
    return [text.get_text() for text in axes.texts]


def cut_off(figure):
    """Whether anything that is drawn reaches beyond the edge of the picture."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        figure.canvas.draw()
    (left, bottom), (right, top) = figure.get_tightbbox().get_points()
    width, height = figure.get_size_inches()
    return left < -0.01 or bottom < -0.01 or right > width + 0.01 or top > height + 0.01


# ---- attention


@pytest.mark.parametrize(
    "model",
    [
        lambda: GPT(GPTConfig(11, 8, 3, 4, 16)),
        lambda: Llama(LlamaConfig(11, 8, 3, 4, 2, 16, 32)),
    ],
)
def test_the_weights_of_every_layer_are_noted_while_somebody_watches(model):
    model = model()
    tokens = tt.tensor([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]])
    with watch_attention() as maps:
        model(tokens)
        with watch_attention() as inner:
            model(tokens)
        assert len(inner) == 3
    model(tokens)
    assert [m.shape for m in maps] == [(2, 4, 5, 5)] * 3
    for weights in maps:
        assert np.allclose(weights.array.sum(-1), 1, atol=1e-5)
        assert not np.triu(weights.array, 1).any()


def test_noted_weights_are_those_that_were_used():
    q, k, v = (tt.randn(2, 3, 4) for _ in range(3))
    with watch_attention() as maps:
        out = scaled_dot_product_attention(q, k, v)
    assert tt.allclose(maps[0] @ v, out, atol=1e-6)


def test_attention_is_shown_head_by_head(drawn, tmp_path):
    tokens = ["To", " be", "\n", "$x$", "日"]
    weights = np.tril(np.random.default_rng(0).random((5, 5, 5)))
    figure = plot_attention(tt.tensor(weights), tokens, title="$5", path=tmp_path / "a.png")
    shown = [axes for axes in figure.axes if axes.get_visible() and axes.images]
    for axes, expected in zip(shown, weights, strict=True):
        assert np.array_equal(axes.images[0].get_array(), expected)
    labels = [label.get_text() for label in shown[0].get_yticklabels()]
    assert labels == ["To", "·be", "↵", "$x$", "日"]
    assert [label.get_text() for label in shown[3].get_xticklabels()] == labels
    assert not cut_off(figure)
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_of_very_many_tokens_not_each_is_named(drawn):
    figure = plot_attention(np.eye(300), ["a"] * 300)
    assert len(figure.axes[0].get_xticks()) == 60
    assert not cut_off(figure)


# ---- embeddings


def test_components_are_directions_of_the_largest_variance():
    rng = np.random.default_rng(0)
    turn = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    hidden = rng.normal(size=(200, 6)) * [9, 5, 1, 1, 1, 1]
    x = hidden @ turn.T + 7
    places, shares = principal_components(tt.tensor(x), 2)
    values, vectors = np.linalg.eigh(np.cov(x.T))  # another way to the same
    assert np.allclose(shares.array, values[::-1][:2] / values.sum())
    expected = (x - x.mean(0)) @ vectors[:, ::-1][:, :2]
    assert np.allclose(np.abs(places.array), np.abs(expected))
    assert np.allclose(principal_components(tt.tensor(-x), 2)[0].array, -places.array)
    assert principal_components(tt.zeros(3, 2))[1].tolist() == [0, 0]


def test_each_token_stands_where_its_vector_lies(drawn, tmp_path):
    vectors = tt.randn(30, 8, generator=tt.Generator(0)).requires_grad_()
    tokens = [f"w{i}" for i in range(29)] + ["$ "]
    figure = plot_embeddings(vectors, tokens, title="words", path=tmp_path / "a.png")
    axes = figure.axes[0]
    assert texts(axes) == [*tokens[:-1], "$·"]
    places = principal_components(vectors.detach())[0].array
    assert np.allclose([text.get_position() for text in axes.texts], places)
    assert not cut_off(figure)


# ---- losses


def test_a_text_is_laid_out_in_lines_and_coloured(drawn, tmp_path):
    tokens = ["To", " be,\n\nor", " not to", "$"]
    losses = np.array([0.5, 8.0, 2.0])
    figure = plot_token_losses(tokens, losses, width=8, title="x", path=tmp_path / "a.png")
    axes = figure.axes[0]
    assert texts(axes) == ["To", "·be,↵", "↵", "or", "·not·t", "o", "$"]
    places = [tuple(map(round, patch.get_xy())) for patch in axes.patches]
    assert places == [(0, 0), (2, 0), (0, 1), (0, 2), (2, 2), (0, 3), (1, 3)]
    faces = [patch.get_facecolor() for patch in axes.patches]
    assert faces[0] == (1, 1, 1, 1), "nothing is known of the first token"
    assert len({faces[1], faces[2], faces[3]}) == 1
    lightness = [sum(face[:3]) for face in faces]
    assert lightness[1] > lightness[6] > lightness[4] == lightness[5]
    assert not cut_off(figure)
    plot_token_losses(["a"], [1.0])
    plot_token_losses(["a"], [])


# ---- bad input


def test_what_does_not_fit_is_refused(drawn, tmp_path):
    with pytest.raises(tt.ShapeError, match=r"expected \(heads, 2, 2\) for 2 tokens"):
        plot_attention(np.eye(3), ["a", "b"])
    with pytest.raises(tt.ShapeError, match=r"expected \(2, D\), but the shape is \(3, 4\)"):
        plot_embeddings(tt.randn(3, 4), ["a", "b"])
    with pytest.raises(tt.ShapeError, match="N ≥ 2"):
        principal_components(tt.zeros(1, 4))
    with pytest.raises(ValueError, match="count must be between 1 and 2, not 3"):
        principal_components(tt.zeros(5, 2), 3)
    with pytest.raises(tt.ShapeError, match=r"expected \(3,\), or one fewer"):
        plot_token_losses(["a", "b", "c"], [1.0])
    with pytest.raises(ValueError, match="at least one"):
        plot_token_losses([], [])
    with pytest.raises(ValueError, match=r"ends in '\.png', not 'a\.jpg'"):
        plot_token_losses(["a"], [1.0], path=tmp_path / "a.jpg")


def test_without_matplotlib_the_message_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"pip install 'tt-text\[plot\]'"):
        plot_token_losses(["a"], [1.0])
