"""Byte-level BPE: the fast ways against the simple ones, special tokens, places, files."""

import copy
import itertools
import json
import pickle
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tt_text import BPETokenizer, StreamDecoder
from tt_text.tokenizers import (
    GPT2_PATTERN,
    Merges,
    SpecialTokens,
    Splitter,
    bytes_to_symbols,
    symbols_to_bytes,
    train_merges,
    train_simple,
)
from tt_text.tokenizers.merging import merge_long, merge_short
from tt_text.tokenizers.word_cache import WordCache

pytest.importorskip("regex")

TEXT = (
    "It was the best of times, it was the worst of times; it was the age of wisdom, it was the "
    "age of foolishness — «naïve» 🙂🙂 1859 "
) * 3
END = "<|endoftext|>"


@pytest.fixture(scope="module")
def tokenizer():
    return BPETokenizer.train(TEXT, vocab_size=330, special=[END, "<|pad|>"])


# ---- learning -----------------------------------------------------------------------------------


@given(st.dictionaries(st.text("abc ", max_size=12).map(str.encode), st.integers(1, 5)))
def test_fast_training_finds_the_merges_of_the_definition(words):
    assert train_merges(words, 20) == train_simple(words, 20)


@given(st.text("aab \n", max_size=200))
def test_no_two_merges_make_the_same_token(text):
    tokenizer = BPETokenizer.train(text, 400)
    assert tokenizer.vocab_size == 256 + len(tokenizer.merges)
    assert None not in tokenizer._bytes_of


def test_fast_training_equals_the_definition_on_a_text():
    words = {}
    for word in Splitter(GPT2_PATTERN).words(TEXT):
        words[word.encode()] = words.get(word.encode(), 0) + 1
    merges = train_simple(words, 60)
    assert train_merges(words, 60) == merges
    assert len(merges) == 60


def test_training_by_hand():
    # aa is the pair of 4 places in "aaab" × 2 (overlaps count), then (aa, a) and (a, b) tie
    assert train_simple({b"aaab": 2}, 9) == [(97, 97), (97, 98), (256, 257)]
    assert train_simple({b"": 3, b"x": 9}, 5) == []


def test_training_takes_a_text_or_several_and_leaves_special_tokens_out():
    texts = ["the cat", "the hat"]
    a = BPETokenizer.train(texts, 262, special=[END])
    b = BPETokenizer.train(END.join(texts), 262, special=[END])
    assert a.merges == b.merges
    assert not any(b"|" in left + right for left, right in b.merges)
    assert a.special_ids == {END: 261}
    assert BPETokenizer.train("ab", 300).vocab_size == 257  # there is one pair, no more


@pytest.mark.slow
def test_a_thousand_merges_of_a_megabyte_take_seconds(shakespeare):
    import time

    start = time.perf_counter()
    tokenizer = BPETokenizer.train(shakespeare, 1256)
    assert time.perf_counter() - start < 10
    assert len(shakespeare) / len(tokenizer.encode(shakespeare)) > 2.5


# ---- merging ------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(0, 2), max_size=40),
    st.dictionaries(
        st.tuples(st.integers(0, 6), st.integers(0, 6)), st.integers(0, 9), max_size=30
    ),
)
def test_the_heap_merges_as_the_definition_does(ids, ranks):
    results = {pair: 3 + i % 4 for i, pair in enumerate(ranks)}
    assert merge_long(ids, results, ranks) == merge_short(ids, results, ranks)


def test_a_very_long_word():
    tokenizer = BPETokenizer.train("aaaaaaaa" * 9, 258)
    assert tokenizer.merges == [(b"a", b"a"), (b"aa", b"aa")]
    ids = tokenizer.encode("a" * 100_003)
    assert len(ids) == 25_002
    assert tokenizer.decode(ids) == "a" * 100_003  # looking at all pairs each time takes minutes


def test_the_leftmost_of_equal_ranks_merges_first():
    merges = Merges({(0, 1): 3, (1, 2): 4}, {(0, 1): 0.0, (1, 2): 0.0})
    assert merges.apply([0, 1, 2]) == [3, 2]
    assert merge_long([0, 1, 2], merges.results, merges.ranks) == [3, 2]


# ---- encoding and decoding ----------------------------------------------------------------------


@given(st.text())
def test_every_text_comes_back(text):
    tokenizer = BPETokenizer.train(TEXT, vocab_size=300)
    ids, places = tokenizer.encode_with_offsets(text)
    assert ids == tokenizer.encode(text)
    assert tokenizer.decode(ids, errors="strict") == text
    assert "".join(tokenizer.stream(ids)) == text
    assert len(places) == len(ids)
    for token, (a, b) in zip(ids, places, strict=True):
        assert tokenizer.token_bytes(token) in text[a:b].encode()
        assert b - a <= len(tokenizer.token_bytes(token))
    assert {i for a, b in places for i in range(a, b)} == set(range(len(text)))


def test_places_of_characters_in_several_tokens():
    tokenizer = BPETokenizer.train("", 256)
    assert tokenizer.encode_with_offsets("aé!")[1] == [(0, 1), (1, 2), (1, 2), (2, 3)]


def test_streams_hold_back_what_is_not_complete(tokenizer):
    decoder = StreamDecoder(tokenizer)
    pieces = [decoder.push(byte) for byte in "🙂".encode()]
    assert pieces == ["", "", "", "🙂"]
    assert decoder.finish() == ""


def test_whole_words_go_before_merges():
    vocab = {bytes([i]): i for i in range(256)} | {b"ab": 256, b"bc": 257, b"abc": 258}
    merges = [(b"b", b"c"), (b"a", b"b")]
    assert BPETokenizer(vocab, merges).encode("abc") == [97, 257]
    assert BPETokenizer(vocab, merges, whole_words=True).encode("abc") == [258]


def test_halves_of_surrogate_pairs(tokenizer):
    assert tokenizer.decode(tokenizer.encode("a\ud800b")) == "a�b"
    assert tokenizer.decode(tokenizer.encode("\ud83d\ude42")) == "🙂"
    assert tokenizer.encode_with_offsets("\ud800")[0] == tokenizer.encode("�")
    ids = tokenizer.encode(f"\ud800{END}", allowed_special="all")
    assert ids == [*tokenizer.encode("�"), tokenizer.special_ids[END]]


def test_the_cache_is_bounded():
    seen = []

    def encode(word):
        seen.append(word)
        return [len(word)]

    cache = WordCache(encode, limit=2)
    assert [cache[w] for w in ("a", "bb", "a", "ccc", "a")] == [(1,), (2,), (1,), (3,), (1,)]
    assert seen == ["a", "bb", "ccc", "a"]
    assert len(cache) == 2
    assert cache["x" * 1000] == (1000,)
    assert "x" * 1000 not in cache
    assert len(WordCache(encode, limit=0)) == 0


def test_without_a_cache_the_tokens_are_the_same(tokenizer):
    bare = BPETokenizer(tokenizer.vocab, tokenizer.merges, cache_size=0)
    assert bare.encode(TEXT) == tokenizer.encode(TEXT)
    assert not bare._cache


def test_copies_and_pickles_encode_alike(tokenizer):
    tokenizer.encode(TEXT)
    for copied in (copy.deepcopy(tokenizer), pickle.loads(pickle.dumps(tokenizer))):
        assert copied.encode(TEXT) == tokenizer.encode(TEXT)
        assert copied.encode("unseen words") == tokenizer.encode("unseen words")


# ---- words --------------------------------------------------------------------------------------


@example("xaby", "(a)(b)")
@given(st.text(), st.sampled_from([GPT2_PATTERN, r"\p{L}+", r"x*", r"(a)|b", r"\d{1,3}"]))
def test_words_make_up_the_text(text, pattern):
    splitter = Splitter(pattern)
    words = splitter.words(text)
    assert "".join(words) == text
    assert all(words) or pattern == "x*"
    spans = [text[a:b] for a, b in splitter.spans(text)]
    assert spans == [word for word in words if word]


def test_letters_that_are_younger_than_unicode_16_are_none():
    young = "\U0003d000"
    assert Splitter(GPT2_PATTERN).words(f"a{young}b c") == ["a", young, "b", " c"]


# ---- special tokens -----------------------------------------------------------------------------


def test_special_tokens_are_refused_unless_asked_for(tokenizer):
    end = tokenizer.special_ids[END]
    with pytest.raises(ValueError, match="position 1 is not allowed"):
        tokenizer.encode(f"a{END}")
    with pytest.raises(ValueError, match="position 1 is not allowed"):
        tokenizer.encode_with_offsets(f"a{END}")
    assert tokenizer.encode(f"a{END}b", allowed_special={END}) == [97, end, 98]
    assert tokenizer.encode(f"{END}{END}", allowed_special="all") == [end, end]
    plain = tokenizer.encode(f"a{END}", disallowed_special=())
    assert end not in plain
    assert tokenizer.decode(plain) == f"a{END}"
    with pytest.raises(ValueError, match=r"<\|pad\|>"):
        tokenizer.encode(f"{END}<|pad|>", allowed_special={END})
    with pytest.raises(ValueError, match="not allowed"):
        tokenizer.encode(END, allowed_special={END}, disallowed_special={END})
    with pytest.raises(ValueError, match="no special token"):
        tokenizer.encode("a", allowed_special={"<|oops|>"})
    with pytest.raises(TypeError, match="expected names or 'all'"):
        tokenizer.encode("a", allowed_special=END)
    with pytest.raises(TypeError, match="expected names or 'all'"):
        tokenizer.encode("a", disallowed_special=END)
    with pytest.raises(TypeError, match="a str, not bytes"):
        tokenizer.encode(b"a")
    batch = tokenizer.encode_batch([END], allowed_special="all")
    assert batch.ids.tolist() == [[end]]


def test_special_tokens_have_places_and_can_be_skipped(tokenizer):
    text = f"ab{END}é"
    ids, places = tokenizer.encode_with_offsets(text, allowed_special="all")
    assert ids == tokenizer.encode(text, allowed_special="all")
    assert "".join(dict.fromkeys(text[a:b] for a, b in places)) == text
    assert tokenizer.decode(ids) == text
    assert tokenizer.decode(ids, skip_special=True) == "abé"


def test_of_two_special_tokens_that_fit_the_longer_is_meant():
    special = SpecialTokens({"<a>": 1, "<a><b>": 2})
    parts = list(special.split("x<a><b><a>", special.ids))
    assert parts == [("x", None), ("<a><b>", 2), ("<a>", 1)]


# ---- files --------------------------------------------------------------------------------------


def test_it_travels_as_json(tmp_path, tokenizer):
    tokenizer.pad_id = tokenizer.special_ids["<|pad|>"]
    tokenizer.save(tmp_path / "t.json")
    again = BPETokenizer.load(tmp_path / "t.json")
    assert again.content() == json.loads(json.dumps(tokenizer.content())) | {
        "prefix": (),
        "suffix": (),
    }
    text = f"The naïve 🙂{END}"
    ids = tokenizer.encode(text, allowed_special="all")
    assert again.encode(text, allowed_special="all") == ids
    assert again.decode(ids) == text
    assert again.pad_id == tokenizer.pad_id


def test_bytes_have_visible_symbols():
    data = bytes(range(256))
    symbols = bytes_to_symbols(data)
    assert symbols_to_bytes(symbols) == data
    assert len(set(symbols)) == 256
    assert not any(symbol.isspace() or not symbol.isprintable() for symbol in symbols)


BYTES = {bytes([i]): i for i in range(256)}


def broken(tmp_path, tokenizer, change):
    """Load a saved tokenizer after a change to its file."""
    tokenizer.save(tmp_path / "t.json")
    content = json.loads((tmp_path / "t.json").read_text("utf-8"))
    change(content)
    (tmp_path / "t.json").write_text(json.dumps(content), "utf-8")
    return BPETokenizer.load(tmp_path / "t.json")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c["vocab"].pop("a"), "byte 97 has no token"),
        (lambda c: c["vocab"].update(new=97), "same number 97"),
        (lambda c: c["vocab"].update(new="x"), "expected 0, 1, 2"),
        (lambda c: c["vocab"].update(new=-1), "expected 0, 1, 2"),
        (lambda c: c["vocab"].update({" ": 999}), "stands for no byte"),
        (lambda c: c["merges"].append("q q"), "do not fit together"),
        (lambda c: c["merges"].append(c["merges"][0]), "comes twice"),
        (lambda c: c["merges"].append("abc"), "two tokens and a space"),
        (lambda c: c["special"].update(again=c["special"][END]), "same number"),
        (lambda c: c["special"].update(again=97), "same number 97"),
        (lambda c: c.update(pattern="("), "no regular expression"),
        (lambda c: c.update(pad_id=10**6), "out of range"),
        (lambda c: c.pop("merges"), "'merges' is missing"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(tmp_path, tokenizer, change, words):
    with pytest.raises(ValueError, match=words) as caught:
        broken(tmp_path, tokenizer, change)
    assert "t.json" in str(caught.value)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: BPETokenizer.train("a", 255), "too small"),
        (lambda: BPETokenizer.train("a", 300, special=["x", "x"]), "comes twice"),
        (lambda: BPETokenizer(BYTES, [], special={"": 256}), "empty name"),
        (
            lambda: BPETokenizer(BYTES, [], special={"x": 258}).decode([97, 257]),
            "vocabulary has gaps",
        ),
        (lambda: BPETokenizer(BYTES, []).decode([97, 256]), "256 at position 1"),
        (lambda: BPETokenizer(BYTES, []).decode([97, 255], errors="strict"), "255 at position 1"),
        (lambda: BPETokenizer(BYTES, [], prefix=[300]), "300 at position 0"),
    ],
)
def test_bad_input_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_without_the_regex_library_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "regex", None)
    with pytest.raises(ImportError, match=r"pip install 'tt-text\[bpe\]'"):
        BPETokenizer.train("a", 300)


def test_saving_keeps_the_numbers_of_all_tokens(tmp_path, tokenizer):
    tokenizer.save(tmp_path / "t.json")
    again = BPETokenizer.load(tmp_path / "t.json")
    every = range(tokenizer.vocab_size)
    for a, b in itertools.zip_longest(
        map(tokenizer.token_bytes, every), map(again.token_bytes, every)
    ):
        assert a == b
