"""Corpora: windows, packing, splits without leakage, files of tokens, and evaluation."""

import math
import os
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tt_tensor as tt
from tt_text import (
    GPT,
    BPETokenizer,
    CharTokenizer,
    GPTConfig,
    RandomWindows,
    Windows,
    evaluate_text,
    evaluate_tokens,
    open_tokens,
    pack,
    random_windows,
    save_tokens,
    split_documents,
    split_tokens,
    token_losses,
)

# ---- windows


@pytest.mark.parametrize("kind", [list, np.array, tt.tensor, lambda x: np.array(x, np.uint16)])
def test_random_windows_are_pieces_of_the_text(kind):
    text = [7 * i % 101 for i in range(60)]
    x, y = random_windows(kind(text), 200, 9, generator=tt.Generator(0))
    assert x.shape == y.shape == (200, 9)
    assert x.dtype == y.dtype == tt.int64
    pieces = {tuple(text[i : i + 10]) for i in range(51)}
    found = {(*a, b[-1]) for a, b in zip(x.tolist(), y.tolist(), strict=True)}
    assert found == pieces, "every place can be drawn, the first and the last too"
    assert tt.equal(x[:, 1:], y[:, :-1])


def test_the_generator_determines_the_windows():
    text = list(range(100))
    draws = [random_windows(text, 5, 4, generator=tt.Generator(s))[0].tolist() for s in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]
    loader = RandomWindows(text, 5, 4, steps=3, generator=tt.Generator(1))
    batches = [x.tolist() for x, _ in loader]
    assert len(loader) == len(batches) == 3
    assert batches[0] == draws[0]
    assert [x.tolist() for x, _ in loader] != batches, "each epoch has windows of its own"


@given(st.integers(2, 40), st.integers(1, 12), st.integers(1, 12))
def test_windows_cover_the_text(size, length, stride):
    text = list(range(size))
    if size <= length:
        with pytest.raises(ValueError, match="are too few"):
            Windows(text, length, stride)
        return
    data = Windows(text, length, stride)
    starts = [i for i in range(0, size, stride) if i + length < size]
    assert [data[i][0].tolist() for i in range(len(data))] == [text[i : i + length] for i in starts]
    assert [data[-1][1].tolist()] == [text[starts[-1] + 1 : starts[-1] + 1 + length]]


def test_windows_go_into_a_loader():
    loader = pytest.importorskip("tt_data").DataLoader(Windows(list(range(21)), 5), batch_size=3)
    assert [x[:, 0].tolist() for x, y in loader] == [[0, 5, 10], [15]]
    with pytest.raises(IndexError, match="index 4 is out of range for 4 windows"):
        Windows(list(range(21)), 5)[4]


def test_bad_windows_are_refused():
    with pytest.raises(ValueError, match=r"4 of them are too few for a window of 4.* 5 are needed"):
        random_windows([1, 2, 3, 4], 2, 4)
    with pytest.raises(ValueError, match="batch_size must be at least 1"):
        random_windows([1, 2, 3, 4], 0, 2)
    with pytest.raises(ValueError, match="length must be at least 1"):
        random_windows([1, 2, 3, 4], 1, 0)
    with pytest.raises(tt.ShapeError, match="expected one row of tokens"):
        random_windows([[1, 2], [3, 4]], 1, 1)
    with pytest.raises(tt.DTypeError, match="expected integers"):
        random_windows([1.5, 2.5], 1, 1)
    with pytest.raises(ValueError, match="steps must be at least 1"):
        RandomWindows([1, 2, 3], 1, 1, 0)
    with pytest.raises(ValueError, match="stride must be at least 1"):
        Windows([1, 2, 3], 1, 0)


# ---- packing and splitting


def test_documents_are_packed_with_a_separator():
    assert pack([[1, 2], [], tt.tensor([3])], 9).tolist() == [1, 2, 9, 9, 3, 9]
    assert pack([[1, 2], [3]], None).tolist() == [1, 2, 3]
    assert pack([], 9).tolist() == []
    with pytest.raises(ValueError, match=r"documents\[1\]: token -1 at position 0 is out of range"):
        pack([[1], [-1]], 0)
    with pytest.raises(ValueError, match=r"token 5 at position 1 .* vocabulary of 5 tokens"):
        pack([[1, 5]], 0, vocab_size=5)


@given(st.integers(2, 60), st.floats(0.05, 0.95), st.integers(1, 5))
def test_no_window_crosses_the_cut(size, share, length):
    text = np.arange(size)
    cut = round(size * (1 - share))
    if not 0 < cut < size:
        return
    train, validation = split_tokens(text, share)
    assert np.array_equal(np.concatenate([train, validation]), text)
    seen = [
        {t for x, y in (Windows(part, length, 1)[i] for i in range(len(part) - length)) for t in
         [*x.tolist(), *y.tolist()]}
        for part in (train, validation)
        if len(part) > length
    ]  # fmt: skip
    assert len(seen) < 2 or not seen[0] & seen[1]


def test_whole_documents_are_held_out_and_copies_stay_together():
    documents = [f"text {i % 20}" for i in range(60)]  # each three times
    train, validation = split_documents(documents, 0.25, generator=tt.Generator(0))
    assert sorted(train + validation) == sorted(documents)
    assert len(set(validation)) == 5
    assert not set(train) & set(validation)
    rows = [[1, 2], [3], [1, 2], [4], [5]]
    for seed in range(10):
        train, validation = split_documents(rows, 0.5, generator=tt.Generator(seed))
        assert ([1, 2] in train) != ([1, 2] in validation)
    assert split_documents(documents, generator=tt.Generator(3)) == split_documents(
        documents, generator=tt.Generator(3)
    )


def test_bad_splits_are_refused():
    for share in (0.0, 1.0, -0.5, math.nan):
        with pytest.raises(ValueError, match="held_out must be between 0 and 1"):
            split_tokens([1, 2, 3], share)
    with pytest.raises(ValueError, match=r"tokens: 3 cannot be split with a share of 0\.01"):
        split_tokens([1, 2, 3], 0.01)
    with pytest.raises(ValueError, match="documents: 1 cannot be split"):
        split_documents(["a", "a"], 0.5)


# ---- files


@pytest.mark.parametrize(("vocabulary", "width"), [(65_536, 2), (65_537, 4)])
def test_a_file_of_tokens_is_read_as_it_was_written(tmp_path, vocabulary, width):
    path = tmp_path / "a.tokens"
    parts = [[0, vocabulary - 1], tt.tensor([3]), [], np.arange(50, dtype=np.int32)]
    assert save_tokens(path, iter(parts), vocabulary) == 53
    tokens = open_tokens(path)
    assert tokens.tolist() == [0, vocabulary - 1, 3, *range(50)]
    assert tokens.dtype.itemsize == width
    assert path.stat().st_size == 32 + 53 * width
    with pytest.raises(ValueError, match="read-only"):
        tokens[0] = 1
    x, _ = random_windows(tokens, 3, 10)
    assert type(x.array) is np.ndarray
    save_tokens(path, [], vocabulary)
    assert open_tokens(path).tolist() == []


def test_a_large_file_is_not_read_into_memory(tmp_path):
    path = tmp_path / "a.tokens"
    save_tokens(path, (np.full(100_000, i) for i in range(40)), 50)  # 8 MB
    tracemalloc.start()
    tokens = open_tokens(path)
    for _ in range(5):
        random_windows(tokens, 8, 64)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000
    train, validation = split_tokens(tokens, 0.1)
    assert (len(train), len(validation)) == (3_600_000, 400_000)
    assert np.shares_memory(train, tokens)


def test_a_truncated_or_other_file_is_refused(tmp_path):
    path = tmp_path / "a.tokens"
    save_tokens(path, [range(100)], 200)
    whole = path.read_bytes()
    for content, message in [
        (whole[:-1], "has 231 bytes, but 100 tokens take 232; it is truncated"),
        (whole + b"x", "has 233 bytes"),
        (whole[:20], "is not a file of tokens"),
        (b"", "is not a file of tokens"),
        (b"PK" + whole, "is not a file of tokens"),
        (whole[:8] + b"\x02\x00" + whole[10:], "is of version 2"),
        (whole[:10] + b"\x03\x00" + whole[12:], "with 3 bytes per token"),
    ]:
        path.write_bytes(content)
        with pytest.raises(ValueError, match=message):
            open_tokens(path)
    with pytest.raises(FileNotFoundError):
        open_tokens(tmp_path / "b.tokens")


def test_what_fails_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.tokens"
    save_tokens(path, [[1, 2, 3]], 10)
    with pytest.raises(ValueError, match="token 10 at position 4 is out of range for a vocabulary"):
        save_tokens(path, [[1, 2, 3], [4, 10]], 10)
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="could not be written"):
        save_tokens(path, [[9]], 10)
    monkeypatch.undo()
    assert open_tokens(path).tolist() == [1, 2, 3]
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(ValueError, match="vocab_size"):
        save_tokens(path, [], 0)


# ---- evaluation


@pytest.fixture
def model():
    tt.manual_seed(0)
    model = GPT(GPTConfig(11, 8, 2, 2, 16, dropout=0.5))
    for parameter in model.parameters():
        if parameter.ndim > 1:
            parameter.array[...] *= 10
    return model


def direct(model, text, stride):
    """The loss of each target, one at a time: its window is the first that reaches it."""
    model.eval()
    losses = []
    end = min(8, len(text) - 1)  # of the window, in targets
    for target in range(1, len(text)):
        if target > end:
            end = min(end + stride, len(text) - 1)
        window = text[max(end - 8, 0) : target]
        scores = model(tt.tensor([window]))[0, -1]
        losses.append(-float(tt.log_softmax(scores, -1)[text[target]]))
    model.train()
    return losses


@pytest.mark.parametrize("size", [2, 5, 8, 9, 10, 16, 17, 41])
@pytest.mark.parametrize("stride", [1, 3, 4, 8])
def test_every_token_is_scored_once_with_what_comes_before(model, size, stride):
    text = np.random.default_rng(size).integers(0, 11, size).tolist()
    expected = direct(model, text, stride)
    for batch_size in (1, 2, 50):
        losses = token_losses(model, text, stride=stride, batch_size=batch_size)
        assert np.allclose(losses, expected, atol=1e-4)
    found = evaluate_tokens(model, np.array(text, np.uint16), stride=stride, batch_size=3)
    assert found.tokens == size - 1
    assert found.loss == pytest.approx(np.mean(expected), abs=1e-4)
    assert found.perplexity == pytest.approx(math.exp(np.mean(expected)), rel=1e-4)
    assert model.training


def test_half_of_the_context_is_the_stride_by_default(model):
    text = list(range(11)) * 3
    assert np.array_equal(token_losses(model, text), token_losses(model, text, stride=4))


def test_bits_are_counted_per_character_and_per_byte(model):
    text = "aébécadédi" * 3
    tokenizer = CharTokenizer("abcdefghié")
    found = evaluate_text(model, tokenizer, text)
    losses = token_losses(model, tokenizer.encode(text))
    bits = float(losses.sum()) / math.log(2)
    assert found.bits_per_character == pytest.approx(bits / 29)
    assert found.bits_per_byte == pytest.approx(bits / (29 + 9))
    with pytest.raises(ValueError, match="number of characters is not known"):
        _ = evaluate_tokens(model, [1, 2, 3]).bits_per_character


def test_with_a_prefix_the_first_token_is_scored_too():
    tokenizer = BPETokenizer.train("", vocab_size=256)
    tokenizer.prefix = (7, 8)
    tt.manual_seed(0)
    model = GPT(GPTConfig(256, 8, 1, 2, 16))
    found = evaluate_text(model, tokenizer, "héllo")
    assert (found.tokens, found.characters, found.bytes) == (6, 5, 6)
    losses = token_losses(model, [7, 8, *tokenizer.encode("héllo")])
    assert found.nats == pytest.approx(float(losses[1:].sum()))


def test_bad_evaluations_are_refused(model):
    with pytest.raises(ValueError, match="1 of them are too few"):
        evaluate_tokens(model, [1])
    with pytest.raises(ValueError, match="too few"):
        evaluate_text(model, CharTokenizer("ab"), "a")
    for stride in (0, 9):
        with pytest.raises(ValueError, match="stride must be between 1 and the context, 8"):
            token_losses(model, [1, 2, 3], stride=stride)
    with pytest.raises(ValueError, match="batch_size"):
        token_losses(model, [1, 2, 3], batch_size=0)
    with pytest.raises(IndexError, match="token 11"):
        token_losses(model, [1, 11, 3])
