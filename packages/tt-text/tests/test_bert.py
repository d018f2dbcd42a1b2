"""BERT: padding does not matter, order and neighbours do."""

import numpy as np
import pytest

import tt_tensor as tt
from tt_nn.utils import skip_init
from tt_text import BERT, BERTConfig, GrowingCache, mean_pool

SIZES = {"context": 8, "layers": 2, "heads": 2, "width": 8, "hidden": 12}


@pytest.fixture
def model():
    tt.manual_seed(0)
    model = BERT(BERTConfig(11, **SIZES)).eval()
    for parameter in model.parameters():
        parameter.detach().add_(tt.randn(*parameter.shape) * 0.3)
    return model


def test_what_fills_up_does_not_matter(model):
    short = tt.tensor([[1, 2, 3]])
    long = tt.tensor([[1, 2, 3, 9, 8], [1, 2, 3, 4, 5]])
    mask = tt.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    alone, together = model(short), model(long, mask)
    np.testing.assert_allclose(alone[0].tolist(), together[0, :3].tolist(), atol=1e-6)
    assert not np.allclose(alone[0].tolist(), together[1, :3].tolist(), atol=1e-2)
    pooled = mean_pool(together, mask)
    np.testing.assert_allclose(pooled[0].tolist(), mean_pool(alone)[0].tolist(), atol=1e-6)


def test_every_token_sees_those_behind_it(model):
    one, other = model(tt.tensor([[1, 2, 3]])), model(tt.tensor([[1, 2, 4]]))
    assert not np.allclose(one[0, 0].tolist(), other[0, 0].tolist(), atol=1e-3)


def test_the_text_of_a_token_matters(model):
    tokens = tt.tensor([[1, 2, 3]])
    first, second = model(tokens), model(tokens, types=tt.tensor([[0, 0, 1]]))
    np.testing.assert_array_equal(
        first.tolist(), model(tokens, types=tt.zeros(1, 3, dtype=tt.int64)).tolist()
    )
    assert not np.allclose(first.tolist(), second.tolist(), atol=1e-3)


def test_an_empty_text_gives_no_nan(model):
    tokens, mask = tt.tensor([[1, 2], [3, 4]]), tt.tensor([[False, False], [True, True]])
    vectors = model(tokens, mask)
    assert np.isfinite(vectors.detach().numpy()).all()
    assert mean_pool(vectors, mask)[0].tolist() == [0.0] * 8


def test_the_usual_sizes_are_those_of_the_published_model():
    model = skip_init(BERT, BERTConfig(30522))
    assert sum(p.numel() for p in model.parameters()) == 109_482_240  # bert-base-uncased
    assert model.encoder.layer[0].output.LayerNorm.eps == 1e-12
    assert model.encoder.layer[0].intermediate.approximate == "none"


def test_it_learns(model):
    tokens, mask = tt.tensor([[1, 2, 3]]), tt.tensor([[1, 1, 0]])
    (model.pool(model(tokens, mask)).sum() + mean_pool(model(tokens, mask), mask).sum()).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda m: m(tt.tensor([1, 2])), tt.ShapeError, r"expected \(N, L\)"),
        (lambda m: m(tt.tensor([[11]])), IndexError, "token 11"),
        (lambda m: m(tt.zeros(1, 9, dtype=tt.int64)), tt.ShapeError, "9"),
        (
            lambda m: m(tt.tensor([[1, 2]]), tt.tensor([[True]])),
            tt.ShapeError,
            r"mask: expected \(N, L\) = \(1, 2\)",
        ),
        (
            lambda m: m(tt.tensor([[1]]), tt.tensor([[1.0]])),
            tt.DTypeError,
            "mask: expected booleans",
        ),
        (
            lambda m: m(tt.tensor([[1, 2]]), types=tt.tensor([[0]])),
            tt.ShapeError,
            r"types: expected \(1, 2\)",
        ),
        (lambda m: m(tt.tensor([[1]]), types=tt.tensor([[2]])), IndexError, "2"),
        (lambda m: m(tt.tensor([[1]]), GrowingCache()), TypeError, "not GrowingCache; BERT reads"),
        (lambda m: BERTConfig(0), ValueError, "vocab_size must be at least 1"),
        (lambda m: BERTConfig(5, width=7, heads=2), ValueError, "7 is not a multiple"),
        (lambda m: BERTConfig(5, gelu="quick"), ValueError, "'quick'"),
    ],
)
def test_bad_input_is_refused(model, call, error, words):
    with pytest.raises(error, match=words):
        call(model)
