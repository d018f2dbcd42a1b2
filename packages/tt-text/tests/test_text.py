"""Embeddings."""

import numpy as np
import pytest

import tt_tensor as tt
from tt_text import Embedding


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
