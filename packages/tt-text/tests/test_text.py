"""Embeddings."""

import numpy as np
import pytest

import tt_tensor as tt
from tt_text import Embedding, embedding


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: Embedding(3, 2)(tt.tensor([3])),
            IndexError,
            "token 3 at position 0 is out of range",
        ),
        (lambda: Embedding(3, 2)(tt.tensor([-1])), IndexError, "token -1"),
        (lambda: Embedding(3, 2)(tt.tensor([1.0])), tt.DTypeError, "must be integers"),
        (lambda: Embedding(0, 2), ValueError, "at least 1"),
        (lambda: Embedding(3, 2, padding_idx=3), ValueError, "padding_idx"),
        (lambda: embedding(tt.tensor([1]), tt.ones(3, 2), 3), ValueError, "padding_idx: 3 is out"),
        (lambda: Embedding(3, 2, max_norm=0.0), ValueError, "max_norm must be positive"),
        (lambda: Embedding.from_pretrained(tt.ones(3)), tt.ShapeError, "expected a matrix"),
    ],
)
def test_bad_input_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("padding", [None, 1, -1])
def test_embedding_equals_pytorch(padding):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    weight = rng.standard_normal((5, 3)).astype("float32")
    tokens = np.array([[0, 1, 1], [4, 2, 0]])
    ours, theirs = Embedding(5, 3, padding), torch.nn.Embedding(5, 3, padding)
    assert repr(ours) == repr(theirs)
    ours.load_state_dict({"weight": tt.tensor(weight)})
    theirs.load_state_dict({"weight": torch.tensor(weight)})
    a, b = ours(tt.tensor(tokens)), theirs(torch.tensor(tokens))
    np.testing.assert_array_equal(a.detach().numpy(), b.detach().numpy())
    flow = rng.standard_normal((2, 3, 3)).astype("float32")
    a.backward(tt.tensor(flow))
    b.backward(torch.tensor(flow))
    np.testing.assert_allclose(ours.weight.grad.numpy(), theirs.weight.grad.numpy(), atol=1e-6)


def test_the_padding_row_starts_at_zero():
    assert Embedding(3, 2, padding_idx=1).weight[1].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("norm_type", [2.0, 1.0])
def test_long_rows_are_shortened_as_in_pytorch(norm_type):
    torch = pytest.importorskip("torch")
    weight = (3 * np.random.default_rng(0).standard_normal((5, 3))).astype("float32")
    weight[1] /= 100  # short enough already
    tokens = np.array([[0, 1, 1], [4, 0, 0]])
    options = {"max_norm": 1.5, "norm_type": norm_type}
    ours, theirs = Embedding(5, 3, **options), torch.nn.Embedding(5, 3, **options)
    assert repr(ours) == repr(theirs)
    ours.load_state_dict({"weight": tt.tensor(weight)})
    theirs.load_state_dict({"weight": torch.tensor(weight)})
    a, b = ours(tt.tensor(tokens)), theirs(torch.tensor(tokens))
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), 1e-6)
    np.testing.assert_allclose(ours.weight.detach().numpy(), theirs.weight.detach().numpy(), 1e-6)
    assert tt.equal(ours.weight[2].detach(), tt.tensor(weight[2]))  # not looked up
    a.sum().backward()
    b.sum().backward()
    np.testing.assert_allclose(ours.weight.grad.numpy(), theirs.weight.grad.numpy(), 1e-6)


def test_a_table_that_is_given_is_used_as_it_is():
    table = tt.tensor([[1.0, 2.0], [3.0, 4.0]])
    frozen, learned = (
        Embedding.from_pretrained(table),
        Embedding.from_pretrained(table, freeze=False),
    )
    assert frozen(tt.tensor([1])).tolist() == [[3.0, 4.0]]
    assert not frozen.weight.requires_grad
    assert learned.weight.requires_grad
    learned(tt.tensor([1])).sum().backward()
    assert learned.weight.grad.tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize("backend", ["naive", "numpy"])
def test_a_padding_token_counted_from_the_end_gets_no_gradient(backend):
    weight = tt.ones(4, 2, requires_grad=True)
    with tt.backend(backend):
        embedding(tt.tensor([3, 1, 3]), weight, -1).sum().backward()
    assert weight.grad.tolist() == [[0, 0], [1, 1], [0, 0], [0, 0]]
