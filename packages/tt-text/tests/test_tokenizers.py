"""Character and word tokenizers, and what all tokenizers share: batches, streams, files."""

import json
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tt_tensor as tt
from tt_text import CharTokenizer, StreamDecoder, Tokenizer, WordTokenizer
from tt_text.tokenizers import WHITESPACE, pad


class Bytes(Tokenizer):
    """The smallest tokenizer of one's own: a token is a byte, 256 starts and 257 ends a text."""

    kind = "bytes"
    special_ids: ClassVar = {"<start>": 256, "<end>": 257}
    prefix, suffix, pad_id = (256,), (257,), 257
    vocab_size = 258

    def encode_with_offsets(self, text):
        data = text.encode()
        return list(data), [(0, len(text))] * len(data)

    def token_bytes(self, token, previous=None):
        return bytes([token]) if token < 256 else b"|"

    def content(self):
        return {}

    @classmethod
    def from_content(cls, content):
        return cls()


# ---- characters ---------------------------------------------------------------------------------


@given(st.text(min_size=1))
def test_every_text_comes_back(text):
    tokenizer = CharTokenizer.train(text)
    ids, places = tokenizer.encode_with_offsets(text)
    assert ids == tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert "".join(tokenizer.stream(ids)) == text
    assert sorted(set(ids)) == list(range(len(tokenizer)))
    assert [text[a:b] for a, b in places] == list(text)


def test_characters_travel_as_json(tmp_path):
    tokenizer = CharTokenizer.train("héllo\n🙂")
    tokenizer.save(tmp_path / "t.json")
    assert CharTokenizer.load(tmp_path / "t.json").characters == tokenizer.characters


# ---- words --------------------------------------------------------------------------------------


def test_frequent_words_come_first_and_rare_ones_are_unknown():
    text = "the cat saw the dog, the dog saw the cat; the bird saw nobody"
    tokenizer = WordTokenizer.train(text, max_words=5, special=["<pad>"])
    assert tokenizer.words == ("<unk>", "<pad>", "the", "saw", "cat")
    assert tokenizer.encode("the dog saw the cat") == [2, 0, 3, 2, 4]
    assert tokenizer.decode([2, 0, 3, 2, 4]) == "the <unk> saw the cat"
    assert tokenizer.decode([2, 0, 3, 2, 4], skip_special=True) == "the saw the cat"
    assert WordTokenizer.train(text, min_count=3).words == ("<unk>", "the", "saw")


def test_patterns_decide_what_a_word_is():
    assert WordTokenizer.train("don't stop!").words == ("<unk>", "don", "'", "t", "stop", "!")
    assert WordTokenizer.train("don't  stop!", pattern=WHITESPACE).words[1:] == ("don't", "stop!")


@given(st.text())
def test_lower_case_keeps_places(text):
    tokenizer = WordTokenizer.train(text, lower=True)
    ids, places = tokenizer.encode_with_offsets(text)
    assert ids == tokenizer.encode(text)
    assert 0 not in ids
    for token, (a, b) in zip(ids, places, strict=True):
        expected = [c if len(c.lower()) > 1 else c.lower() for c in text[a:b]]
        word = tokenizer.words[token]
        assert [c.replace("ς", "σ") for c in word] == [c.replace("ς", "σ") for c in expected]


def test_lower_case_of_a_character_that_becomes_two():
    tokenizer = WordTokenizer(["<unk>", "zeit"], lower=True)
    assert tokenizer.encode_with_offsets("İ ZEIT") == ([0, 1], [(0, 1), (2, 6)])


def test_words_travel_as_json(tmp_path):
    tokenizer = WordTokenizer.train("Ein Wort, ein zweites", lower=True, special=["<pad>"])
    tokenizer.save(tmp_path / "w.json")
    again = WordTokenizer.load(tmp_path / "w.json")
    assert again.content() == tokenizer.content()
    assert again.encode("ein WORT und") == tokenizer.encode("ein wort und")


# ---- all tokenizers -----------------------------------------------------------------------------


def test_batches_are_filled_up_on_either_side():
    right = Bytes().encode_batch(["ab", "", "abc"])
    assert right.ids.tolist() == [[97, 98, 257], [257, 257, 257], [97, 98, 99]]
    assert right.mask.tolist() == [[True, True, False], [False] * 3, [True] * 3]
    left = Bytes().encode_batch(["ab", "c"], side="left", length=3, pad_id=0)
    assert left.ids.tolist() == [[0, 97, 98], [0, 0, 99]]
    assert left.mask.tolist() == [[False, True, True], [False, False, True]]
    assert (right.ids.dtype, right.mask.dtype) == (tt.int64, tt.bool)


def test_batches_keep_special_tokens_when_they_are_cut():
    ids, _ = Bytes().encode_batch(["abcdef", "a"], special=True, length=4, truncate=True)
    assert ids.tolist() == [[256, 97, 98, 257], [256, 97, 257, 257]]


def test_batches_know_the_places_of_tokens():
    words = WordTokenizer.train("one two three", special=["<pad>"])
    words.prefix, words.pad_id = (0,), 1
    texts = ["one  two", "", "three two one"]
    (ids, mask), places = words.encode_batch_with_offsets(
        texts, special=True, length=3, truncate=True
    )
    assert ids.tolist() == [[0, 2, 3], [0, 1, 1], [0, 4, 3]]
    assert mask.tolist() == [[True] * 3, [True, False, False], [True] * 3]
    assert places.tolist() == [
        [[0, 0], [0, 3], [5, 8]],
        [[0, 0], [0, 0], [0, 0]],
        [[0, 0], [0, 5], [6, 9]],
    ]
    _, left = words.encode_batch_with_offsets(texts[:2], side="left")
    assert left.tolist() == [[[0, 3], [5, 8]], [[0, 0], [0, 0]]]
    with pytest.raises(TypeError, match="several texts"):
        words.encode_batch_with_offsets("one")


def test_an_empty_batch_has_no_rows():
    assert pad([], 0).ids.shape == (0, 0)
    assert pad([], 0, length=3).mask.shape == (0, 3)
    assert pad([[], []], None).ids.shape == (2, 0)


def test_tensors_and_arrays_are_decoded_as_lists_are():
    tokenizer = CharTokenizer("abc")
    assert tokenizer.decode(tt.tensor([0, 2])) == tokenizer.decode(np.array([0, 2])) == "ac"
    assert tokenizer.decode_batch(tt.tensor([[0, 1], [2, 2]])) == ["ab", "cc"]
    assert tokenizer.decode_batch([[0], [1, 2]]) == ["a", "bc"]


def test_a_stream_waits_for_whole_characters():
    euro, smile = "€".encode(), "🙂".encode()
    assert list(Bytes().stream([*euro, 97, *smile])) == ["€", "a", "🙂"]
    assert list(Bytes().stream([*smile[:3]])) == ["�"]
    decoder = StreamDecoder(Bytes())
    assert [decoder.push(byte) for byte in euro] == ["", "", "€"]
    with pytest.raises(ValueError, match="999 at position 3"):
        decoder.push(999)


def test_bytes_that_are_not_utf8():
    assert Bytes().decode([97, 0xC3, 98]) == "a�b"
    assert Bytes().decode([97, 0xC3, 98], errors="ignore") == "ab"
    with pytest.raises(ValueError, match="195 at position 2"):
        Bytes().decode([97, 256, 0xC3, 98], errors="strict")
    with pytest.raises(ValueError, match="195 at position 2"):
        Bytes().decode([97, 256, 0xC3, 98], errors="strict", skip_special=True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"type": "characters"', "Expecting"),
        ('{"type": "characters"}', "'characters' is missing"),
        ('{"type": "words", "words": []}', "of type 'words'"),
        ('{"type": "characters", "characters": [1]}', "not a tokenizer"),
        ('{"type": "characters", "characters": ["ab"]}', "not a single character"),
        ("[]", "not a tokenizer"),
        (b"\xff", "invalid start byte"),
        ('{"type": "characters", "characters": ["a"], "type": "characters"}', "'type' comes twice"),
    ],
)
def test_broken_files_are_refused(tmp_path, content, words):
    path = tmp_path / "t.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=words) as caught:
        CharTokenizer.load(path)
    assert "t.json" in str(caught.value)


def test_a_file_is_written_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "t.json"
    CharTokenizer("ab").save(path)
    monkeypatch.setattr(json, "dumps", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        CharTokenizer("xyz").save(path)
    monkeypatch.undo()
    assert CharTokenizer.load(path).characters == ("a", "b")
    assert [p.name for p in tmp_path.iterdir()] == ["t.json"]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: CharTokenizer.train("abc").encode("abx"), ValueError, "'x' at position 2"),
        (lambda: CharTokenizer.train("abc").decode([0, 3]), ValueError, "3 at position 1"),
        (lambda: CharTokenizer.train("abc").decode([0, -1]), ValueError, "-1 at position 1"),
        (lambda: CharTokenizer.train("abc").decode([0.5]), TypeError, "list of integers"),
        (lambda: CharTokenizer.train("abc").decode([[0]]), TypeError, "decode_batch"),
        (lambda: CharTokenizer("abc").encode(b"a"), TypeError, "decode it first"),
        (lambda: CharTokenizer("abc").encode(None), TypeError, "a str, not NoneType"),
        (lambda: WordTokenizer(["<unk>"]).encode(["a"]), TypeError, "a str, not list"),
        (lambda: WordTokenizer(["<unk>"]).encode_with_offsets(1), TypeError, "a str, not int"),
        (lambda: CharTokenizer(["a", "a"]), ValueError, "comes twice"),
        (lambda: CharTokenizer(["ab"]), ValueError, "not a single character"),
        (lambda: CharTokenizer(["\ud800"]), ValueError, "not a single character"),
        (lambda: CharTokenizer("ab").encode_batch(["a", "ab"]), ValueError, "no padding token"),
        (lambda: Bytes().encode_batch("ab"), TypeError, "several texts"),
        (lambda: Bytes().encode_batch(["a", "abc"], length=2), ValueError, "row 1 has 3 tokens"),
        (
            lambda: Bytes().encode_batch(["a"], special=True, length=1, truncate=True),
            ValueError,
            "no room for 2",
        ),
        (lambda: pad([[1]], 0, side="top"), ValueError, "side"),
        (lambda: WordTokenizer(["a", "a", "<unk>"]), ValueError, "'a' comes twice, at 0 and 1"),
        (lambda: WordTokenizer(["a"]), ValueError, "'<unk>' is not among"),
        (lambda: WordTokenizer(["<unk>", ""]), ValueError, "at 1 is empty"),
        (lambda: WordTokenizer(["<unk>"], pattern="(a)"), ValueError, "has groups"),
        (lambda: WordTokenizer(["<unk>"], pattern="("), ValueError, "no regular expression"),
        (lambda: WordTokenizer.train("a", 0), ValueError, "max_words: 0"),
    ],
)
def test_bad_input_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
