"""SentencePiece-style BPE: against llama2.c's way step by step, and the story model's vocabulary."""

import json
import struct
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tt_text import (
    SentencePieceTokenizer,
    StreamDecoder,
    load_llama2c,
    load_sentencepiece,
    load_tokenizer,
)

BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
WORDS = [*" abcé", "ab", " a", "bc", "abc", " ab", "  ", "cab", "aa", "aaa"]
TOKENS = ["<unk>", "<s>", "</s>", *BYTES, *WORDS]
SCORES = [0.0] * 259 + [-99.0] * 5 + [-1, -2, -1, -3, -2, -5, -3, -4, -6]
TEXT = st.text() | st.text("abcé  🙂▁\n")


def encode_as_llama2c(tokens, scores, text):
    """What llama2.c's program does, step by step: look at all pairs, merge the best, begin again."""
    numbers = {token: i for i, token in enumerate(tokens)}
    ids = []
    for character in " " + text if text else "":
        if character in numbers:
            ids.append(numbers[character])
        else:
            ids += [byte + 3 for byte in character.encode()]
    while True:
        best, place = -1e10, None
        for i in range(len(ids) - 1):
            joined = tokens[ids[i]] + tokens[ids[i + 1]]
            if joined in numbers and scores[numbers[joined]] > best:
                best, place = scores[numbers[joined]], i
        if place is None:
            return ids
        ids[place : place + 2] = [numbers[tokens[ids[place]] + tokens[ids[place + 1]]]]


@pytest.fixture(scope="module")
def small():
    return SentencePieceTokenizer.from_scores(TOKENS, SCORES)


@pytest.fixture(scope="module")
def stories(stories_folder):
    return load_llama2c(stories_folder / "tok512.bin")


@given(text=TEXT)
def test_tokens_are_those_of_the_definition(small, text):
    assert small.encode(text) == encode_as_llama2c(TOKENS, SCORES, text)


@given(text=TEXT)
def test_every_text_comes_back(small, text):
    ids, places = small.encode_with_offsets(text)
    assert ids == small.encode(text)
    assert small.decode(ids, errors="strict") == text
    assert small.decode(small.encode(text, bos=True, eos=True)) == text
    assert "".join(small.stream(ids)) == text
    assert len(places) == len(ids)
    assert {i for a, b in places for i in range(a, b)} == set(range(len(text)))
    for token, (a, b) in zip(ids, places, strict=True):
        data = small.token_bytes(token, previous=3)  # 3 is a byte, so spaces stay
        assert data in (" " + text[a:b]).encode()


def test_words_are_cut_only_where_no_token_reaches_across(small):
    assert small.encode("ab ab") == [TOKENS.index(" ab")] * 2
    tokens, scores = [*TOKENS, "b a"], [*SCORES, -0.5]
    across = SentencePieceTokenizer.from_scores(tokens, scores)
    assert across.encode("b ab") == encode_as_llama2c(tokens, scores, "b ab")
    assert across.encode("b a") == [TOKENS.index(" "), tokens.index("b a")]


def test_the_space_before_a_text(small):
    options = {"always": ["ab", " ab"], "missing": ["ab"], "never": []}
    space = TOKENS.index(" ab")
    for add, texts in options.items():
        tokenizer = SentencePieceTokenizer.from_scores(TOKENS, SCORES, add_space=add)
        for text in ("ab", " ab"):
            expected = encode_as_llama2c(TOKENS, SCORES, text)
            if text not in texts:  # the definition always puts one there; take it away
                expected = encode_as_llama2c(TOKENS, SCORES, text[1:]) if text[0] == " " else [264]
            assert tokenizer.encode(text) == expected
        assert tokenizer.decode([space, space]) == (" ab ab" if add == "never" else "ab ab")


def test_the_space_is_taken_away_at_the_start_and_after_the_mark_of_the_beginning(small):
    ab = TOKENS.index(" ab")
    assert small.decode([ab, ab]) == "ab ab"
    assert small.decode([1, ab, ab, 1, ab]) == "ab abab"
    assert StreamDecoder(small, previous=ab).push(ab) == " ab"
    assert StreamDecoder(small, previous=1).push(ab) == "ab"
    assert "".join(small.stream([ab, ab], previous=ab)) == " ab ab"


def test_bytes_that_are_no_character_stream_and_decode(small):
    smile = [3 + byte for byte in "🙂".encode()]
    assert list(small.stream(smile)) == ["🙂"]
    assert small.decode(smile[:2]) == "�"
    with pytest.raises(ValueError, match="position 1"):
        small.decode([259 + 1, *smile[:2]], errors="strict")


def test_without_bytes_characters_are_unknown():
    tokenizer = SentencePieceTokenizer.from_scores(
        ["<unk>", " ", "a", " a"], [0, -9, -9, -1], bos=None, eos=None
    )
    assert tokenizer.encode_with_offsets("a€🙂a") == (
        [3, 0, 0, 2],
        [(0, 1), (1, 2), (2, 3), (3, 4)],
    )
    assert tokenizer.decode([3, 0]) == "a<unk>"
    assert tokenizer.decode([3, 0], skip_special=True) == "a"
    assert tokenizer.prefix == ()


def test_a_character_is_unknown_if_only_some_of_its_bytes_are_tokens():
    tokens = ["<unk>", " ", "<0xC3>"]  # é is C3 A9
    tokenizer = SentencePieceTokenizer(tokens, {}, bos=None, eos=None)
    assert tokenizer.encode("é") == [1, 0]


def test_special_tokens_in_the_text(small):
    plain = small.encode("a</s>")
    assert 2 not in plain
    assert small.decode(plain) == "a</s>"
    ids = small.encode("a</s>a", allowed_special={"</s>"})
    assert ids == [*small.encode("a"), 2, *small.encode("a")]
    assert small.encode_with_offsets("a</s>a", allowed_special="all") == (
        ids,
        [(0, 1), (1, 5), (5, 6)],
    )


def test_halves_of_surrogate_pairs(small):
    assert small.decode(small.encode("a\ud800")) == "a�"


def test_prefix_and_batches(small):
    assert small.prefix == (1,)
    ids, mask = small.encode_batch(["ab", ""], special=True, pad_id=0)
    assert ids.tolist() == [[1, TOKENS.index(" ab")], [1, 0]]
    assert mask.tolist() == [[True, True], [True, False]]


def test_it_travels_as_json(small, tmp_path):
    small.save(tmp_path / "s.json")
    again = SentencePieceTokenizer.load(tmp_path / "s.json")
    assert again.encode("abcab é🙂") == small.encode("abcab é🙂")
    assert json.dumps(again.content()) == json.dumps(small.content())
    text = (tmp_path / "s.json").read_text("utf-8").replace('"add_space"', '"x"')
    (tmp_path / "s.json").write_text(text, "utf-8")
    with pytest.raises(ValueError, match="'add_space' is missing"):
        SentencePieceTokenizer.load(tmp_path / "s.json")


# ---- the story model ----------------------------------------------------------------------------


def test_the_story_models_tokens(stories):
    assert stories.vocab_size == 512
    assert stories.encode("Once upon a time", bos=True) == [1, 403, 407, 261, 378]
    assert stories.decode([1, 403, 407, 261, 378]) == "Once upon a time"


@given(text=st.text(max_size=60) | st.text("Once upn a\n🙂", max_size=60))
def test_the_story_models_tokens_are_llama2cs(stories, text):
    scores = {a + b: -rank for (a, b), rank in stories.ranks.items()}
    aligned = [scores.get(token, -1e9) for token in stories.tokens]
    assert stories.encode(text) == encode_as_llama2c(stories.tokens, aligned, text)


def vocabulary(*tokens, longest=8):
    """A file of llama2.c's layout."""
    data = struct.pack("<i", longest)
    return data + b"".join(struct.pack("<fi", -i, len(t)) + t for i, t in enumerate(tokens))


GOOD = vocabulary(b"<unk>", b"\n<s>\n", b"\n</s>\n", b" ", b"a", b" a")


def test_a_small_file(tmp_path):
    (tmp_path / "t.bin").write_bytes(GOOD)
    assert load_llama2c(tmp_path / "t.bin").encode("a", bos=True, eos=True) == [1, 5, 2]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "0 bytes"),
        (GOOD[:-1], "ends within token 5"),
        (GOOD[:-7], "ends within token 5"),
        (vocabulary(b"<unk>"), "it has 1 tokens"),
        (vocabulary(b"<unk>", b"\n<s>\n", b"\n</s>\n", b"much too long"), "token 3 has length 13"),
        (vocabulary(b"a", b"b", b"c", b"\xff"), "token 3 is not UTF-8"),
        (vocabulary(b"a", b"b", b"c", b"x", b"x"), "'x' comes twice, at 3 and 4"),
        (b"some other file, long enough", "token 0 has length"),
    ],
)
def test_broken_files_are_refused(tmp_path, data, words):
    (tmp_path / "t.bin").write_bytes(data)
    with pytest.raises(ValueError, match=words) as caught:
        load_llama2c(tmp_path / "t.bin")
    assert "t.bin" in str(caught.value)


# ---- SentencePiece's own file -------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A model that SentencePiece has learned, and the folder that holds it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what its C++ is wrapped with
        spm = pytest.importorskip("sentencepiece")
    folder = tmp_path_factory.mktemp("sentencepiece")
    text = "the cat sat on the mat; the café was shut\nabc ab a bca\n  two  spaces\n" * 30
    (folder / "text.txt").write_text(text, "utf-8")
    spm.SentencePieceTrainer.train(
        input=str(folder / "text.txt"),
        model_prefix=str(folder / "tokenizer"),
        vocab_size=320,
        model_type="bpe",
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        minloglevel=5,
    )
    return spm.SentencePieceProcessor(str(folder / "tokenizer.model")), folder


@given(text=st.text() | st.text("abcthe tméß🙂▁  \n"))
def test_tokens_are_sentencepieces(trained, text):
    theirs, folder = trained
    ours = load_sentencepiece(folder / "tokenizer.model")
    text = text.replace("\0", "")  # they end the text there
    assert ours.encode(text) == theirs.encode(text)
    assert ours.encode(text, bos=True, eos=True) == [1, *theirs.encode(text), 2]
    assert ours.decode(ours.encode(text)) == theirs.decode(theirs.encode(text))
    assert load_tokenizer(folder).tokens == ours.tokens


def field(number, value):
    """A field of a message of protocol buffers."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    size = len(value)
    return bytes([number << 3 | 2, size & 0x7F | 0x80, size >> 7]) + value


def piece(text, score=0.0, kind=1):
    body = field(1, text.encode()) + bytes([2 << 3 | 5]) + struct.pack("<f", score) + field(3, kind)
    return field(1, body)


IS_BPE, KEEPS_SPACES = field(3, 2), field(4, 0)


def model(*pieces, trainer=IS_BPE, normalizer=KEEPS_SPACES, bytes_=256):
    """A file of SentencePiece's."""
    start = piece("<unk>", kind=2) + piece("<s>", kind=3) + piece("</s>", kind=3)
    start += b"".join(piece(name, kind=6) for name in BYTES[:bytes_])
    return start + b"".join(pieces) + field(2, trainer) + field(3, normalizer)


def test_a_model_made_by_hand(tmp_path):
    parts = (piece("▁", -9), piece("a", -9), piece("▁a", -1), piece("<pad>", kind=3))
    (tmp_path / "tokenizer.model").write_bytes(model(*parts))
    tokenizer = load_tokenizer(tmp_path / "tokenizer.model")
    assert tokenizer.encode("a aa", bos=True) == [1, 261, 261, 260]
    assert tokenizer.special_ids == {"<unk>": 0, "<s>": 1, "</s>": 2, "<pad>": 262}
    (tmp_path / "tokenizer.model").write_bytes(model(*parts, normalizer=field(3, 0) + field(4, 0)))
    assert load_tokenizer(tmp_path).encode("a") == [260]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (model(trainer=field(3, 1)), "only BPE"),
        (model(bytes_=255), "fall back to bytes"),
        (model(normalizer=b""), "do not rewrite"),
        (model(normalizer=field(4, 0) + field(2, b"table")), "do not rewrite"),
        (model(piece("x", kind=4)), "'x' has type 4"),
        (model(piece("x"), piece("x")), "'x' comes twice"),
        (model()[:-1], "truncated"),
        (model()[:30], "truncated"),
        (b"\x0f", "coding 7"),
        (b"", "only BPE"),
        (field(1, 5), "not the number 5"),
        (field(1, field(1, b"\xff")), "can't decode"),
        (field(1, bytes([2 << 3 | 1]) + bytes(8)), "truncated"),
    ],
)
def test_models_that_are_not_known_are_refused(tmp_path, data, words):
    (tmp_path / "tokenizer.model").write_bytes(data)
    with pytest.raises(ValueError, match=words) as caught:
        load_sentencepiece(tmp_path / "tokenizer.model")
    assert "tokenizer.model" in str(caught.value)


# ---- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: SentencePieceTokenizer(["a"], {}), "'<unk>' is not among"),
        (lambda: SentencePieceTokenizer(["<unk>", "a", "a"], {}), "'a' comes twice, at 1 and 2"),
        (lambda: SentencePieceTokenizer(["<unk>", ""], {}), "at 1 is empty"),
        (lambda: SentencePieceTokenizer(TOKENS, {("a", "q"): 0}), "'q' is not in the vocabulary"),
        (lambda: SentencePieceTokenizer.from_scores(TOKENS, [0.0]), "1 of them for 273"),
        (lambda: SentencePieceTokenizer(TOKENS, {}, pad_id=999), "999 at position 1"),
        (
            lambda: SentencePieceTokenizer(["<unk>"], {}, bos=None, eos=None).encode("", bos=True),
            "bos",
        ),
        (lambda: SentencePieceTokenizer(TOKENS, {}).decode([5, 273]), "273 at position 1"),
        (
            lambda: SentencePieceTokenizer(TOKENS, {}).encode("a", allowed_special={"<x>"}),
            "no special token",
        ),
    ],
)
def test_bad_input_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
