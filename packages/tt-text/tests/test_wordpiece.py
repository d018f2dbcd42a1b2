"""WordPiece: BERT's words and pieces, by hand and against HuggingFace's tokenizers."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tt_text import WordPieceTokenizer, load_wordpiece
from tt_text.tokenizers.bert_text import CHUNKS, basic_words

PIECES = """
want ##want ##ed wa un runn ##ing ,
low ##er the the##x a ##a b ##b e ##e 中 日 ? - i
"""
TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *PIECES.split()]
# both sides know these characters alike; newer ones are other kinds in newer Unicode versions
TEXT = st.text(
    st.characters(max_codepoint=0x5FF, exclude_categories=["Cs", "Cn"])
    | st.sampled_from(
        "abewanted  ,-?中日本語한국ΣςİıſDžﬁ½Ⅷ🙂\u200b\u2003\u2028\x85\x0b\ufffd\ue000\u0301\ufe0f"
    )
)


@pytest.fixture(scope="module")
def tokenizer():
    return WordPieceTokenizer(TOKENS)


def words(text, **options):
    options = {"lower": True, "strip_accents": True, "split_chinese": True} | options
    return [word for chunk in CHUNKS.findall(text) for word, _ in basic_words(chunk, **options)]


# ---- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" \tHeLLo!how  \n Are yoU?  ", ["hello", "!", "how", "are", "you", "?"]),
        ("ah\u535a\u63a8zz", ["ah", "\u535a", "\u63a8", "zz"]),
        ("H\u00e9llo", ["hello"]),
        ("a\u0000b\ufffdc\u200bd\ue000e\ud800f", ["abcdef"]),
        ("$5.00 ^_^ `x`", ["$", "5", ".", "00", "^", "_", "^", "`", "x", "`"]),
        ("日本語の", ["日", "本", "語", "の"]),
        ("İI\u0307", ["ii"]),
        ("\u1fef", ["`"]),  # becomes a punctuation mark without its accent
        ("…—«»¿", list("…—«»¿")),
    ],
)
def test_words_by_hand(text, expected):
    assert words(text) == expected


def test_capitals_and_accents_stay_if_asked_for():
    assert words("HÉ llo", lower=False, strip_accents=False) == ["HÉ", "llo"]
    assert words("HÉ", strip_accents=False) == ["hé"]
    assert words("HÉ", lower=False) == ["HE"]
    assert words("a中b", split_chinese=False) == ["a中b"]


# ---- pieces -------------------------------------------------------------------------------------


def test_pieces_by_hand(tokenizer):
    pieces = lambda text: [TOKENS[i] for i in tokenizer.encode(text)]  # noqa: E731
    assert pieces("unwanted running") == ["un", "##want", "##ed", "runn", "##ing"]
    assert pieces("unwantedX running") == ["[UNK]", "runn", "##ing"]
    assert pieces("") == []
    assert pieces("LOWER, low") == ["low", "##er", ",", "low"]
    assert pieces("the") == ["the"]  # the longest, though others fit


def test_long_words_are_unknown():
    tokens = [*TOKENS]
    assert (
        WordPieceTokenizer(tokens).encode("a" * 100)
        == [tokens.index("a")] + [tokens.index("##a")] * 99
    )
    assert WordPieceTokenizer(tokens).encode("a" * 101) == [1]
    assert WordPieceTokenizer(tokens, max_characters=2).encode("aaa aa")[0] == 1


@given(text=TEXT)
@example(text="ΑΣ ΣΑΣ")
@example(text="a[UNK] the")  # their tokenizer always reads special tokens; ours when it may
def test_tokens_and_places_are_huggingfaces(tokenizer, text):
    implementations = pytest.importorskip("tokenizers.implementations")
    vocab = {token: i for i, token in enumerate(TOKENS)}
    for lower in (True, False):
        theirs = implementations.BertWordPieceTokenizer(vocab, lowercase=lower)
        ours = WordPieceTokenizer(TOKENS, lower=lower)
        expected = theirs.encode(text, add_special_tokens=False)
        ids, places = ours.encode_with_offsets(text, allowed_special="all")
        assert ids == expected.ids == ours.encode(text, allowed_special="all")
        assert places == expected.offsets


@given(text=TEXT)
def test_places_cover_the_words(tokenizer, text):
    ids, places = tokenizer.encode_with_offsets(text)
    assert ids == tokenizer.encode(text)
    for token, (a, b) in zip(ids, places, strict=True):
        assert 0 <= a < b <= len(text)
        if token != 1:
            plain = "".join(words(text[a:b]))
            assert plain == TOKENS[token].removeprefix("##")


# ---- around a text ------------------------------------------------------------------------------


def test_pairs_have_segments(tokenizer):
    assert tokenizer.encode_pair("low") == ([2, 13, 3], [0, 0, 0])
    assert tokenizer.encode_pair("low", "the low") == (
        [2, 13, 3, 15, 13, 3],
        [0, 0, 0, 1, 1, 1],
    )


def test_masks_are_special_only_if_allowed(tokenizer):
    assert tokenizer.encode("the [MASK]", allowed_special={"[MASK]"}) == [15, 4]
    assert 4 not in tokenizer.encode("the [MASK]")
    assert tokenizer.encode_with_offsets("the [MASK]low", allowed_special="all") == (
        [15, 4, 13],
        [(0, 3), (4, 10), (10, 13)],
    )
    ids, _ = tokenizer.encode_pair("low [MASK]", allowed_special="all")
    assert ids == [2, 13, 4, 3]


def test_decoding_joins_pieces(tokenizer):
    ids, _ = tokenizer.encode_pair("unwanted running, the")
    assert tokenizer.decode(ids) == "[CLS] unwanted running , the [SEP]"
    assert tokenizer.decode(ids, skip_special=True) == "unwanted running , the"
    assert "".join(tokenizer.stream(ids)) == tokenizer.decode(ids)
    assert tokenizer.decode([TOKENS.index("##ing")]) == "##ing"  # there is no word to join


def test_batches_have_padding(tokenizer):
    ids, mask = tokenizer.encode_batch(["low", "the low"], special=True)
    assert ids.tolist() == [[2, 13, 3, 0], [2, 15, 13, 3]]
    assert mask.tolist() == [[True, True, True, False], [True] * 4]


# ---- files --------------------------------------------------------------------------------------


def test_it_travels_as_json(tokenizer, tmp_path):
    tokenizer.save(tmp_path / "w.json")
    again = WordPieceTokenizer.load(tmp_path / "w.json")
    assert json.dumps(again.content()) == json.dumps(tokenizer.content())
    assert again.encode("Unwanted, ünwanted") == tokenizer.encode("Unwanted, ünwanted")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_vocabulary_files(tmp_path, end):
    (tmp_path / "vocab.txt").write_bytes((end.join(TOKENS) + end).encode())
    for path in (tmp_path, tmp_path / "vocab.txt"):
        assert load_wordpiece(path).tokens == tuple(TOKENS)
    assert load_wordpiece(tmp_path, lower=False).encode("The") == [1]


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"[UNK]\n", r"'\[PAD\]' is not among"),
        ("\n".join([*TOKENS, "a"]).encode(), "'a' comes twice, at 17 and 28"),
        (b"[UNK]\n\n[PAD]", "at 1 is empty"),
        (b"\xff", "invalid start byte"),
        (b"", "is not among"),
    ],
)
def test_broken_files_are_refused(tmp_path, data, named):
    (tmp_path / "vocab.txt").write_bytes(data)
    with pytest.raises(ValueError, match=named) as caught:
        load_wordpiece(tmp_path)
    assert "vocab.txt" in str(caught.value)


def test_a_vocabulary_without_marks():
    tokenizer = WordPieceTokenizer(["[UNK]", "a"], cls=None, sep=None, pad=None)
    assert tokenizer.encode_pair("a", "a") == ([1, 1], [0, 1])
    assert (tokenizer.prefix, tokenizer.suffix, tokenizer.pad_id) == ((), (), None)
    with pytest.raises(FileNotFoundError):
        load_wordpiece("no such file")
    with pytest.raises(ValueError, match="2 at position 0"):
        tokenizer.decode([2])
