"""The character tokenizer and the embedding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tt_tensor as tt
from tt_text import CharTokenizer, Embedding


@given(st.text(min_size=1))
def test_every_text_comes_back(text):
    tokenizer = CharTokenizer.train(text)
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert sorted(set(ids)) == list(range(len(tokenizer)))


def test_it_travels_as_json(tmp_path):
    tokenizer = CharTokenizer.train("héllo\n🙂")
    tokenizer.save(tmp_path / "t.json")
    assert CharTokenizer.load(tmp_path / "t.json").characters == tokenizer.characters
    (tmp_path / "t.json").write_text('{"type": "characters"')
    with pytest.raises(ValueError, match="not a character tokenizer"):
        CharTokenizer.load(tmp_path / "t.json")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: CharTokenizer.train("abc").encode("abx"), ValueError, "'x' at position 2"),
        (lambda: CharTokenizer.train("abc").decode([0, 3]), ValueError, "3 at position 1"),
        (lambda: CharTokenizer(["a", "a"]), ValueError, "comes twice"),
        (lambda: CharTokenizer(["ab"]), ValueError, "not a single character"),
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
