"""Files that are almost right: a tokenizer loads and works, or is refused with an error that says so."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tt_text import (
    BPETokenizer,
    CharTokenizer,
    SentencePieceTokenizer,
    WordPieceTokenizer,
    WordTokenizer,
    load_tokenizer,
)

pytest.importorskip("regex")

MAKERS = {
    "char": lambda: CharTokenizer("abc é"),
    "word": lambda: WordTokenizer.train("one two, three", special=["<pad>"]),
    "bpe": lambda: BPETokenizer.train("one two one two", 260, special=["<|end|>"]),
    "sentencepiece": lambda: SentencePieceTokenizer.from_scores(
        ["<unk>", "<s>", "</s>", " ", "a", "b", " a"], [0, 0, 0, -5, -5, -5, -1]
    ),
    "wordpiece": lambda: WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##b"]),
}
WRONG = st.sampled_from(
    [None, True, -1, 0, 1, 1.5, 1e99, "", "x", "a b", [], ["a"], [[]], {}, {"a": 1}]
)


@pytest.fixture(scope="module", params=MAKERS)
def tokenizer(request):
    return MAKERS[request.param]()


def change(data, content, value):
    """Put a value in some place of a file's content."""
    while True:
        keys = list(content) if isinstance(content, dict) else range(len(content))
        key = data.draw(st.sampled_from(list(keys)))
        deeper = (
            isinstance(content[key], (dict, list)) and content[key] and data.draw(st.booleans())
        )
        if not deeper:
            content[key] = value
            return
        content = content[key]


@given(data=st.data(), value=WRONG)
def test_a_changed_file_is_refused_or_works(tokenizer, data, value, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "changed.json"
    tokenizer.save(path)
    content = json.loads(path.read_text("utf-8"))
    change(data, content, value)
    path.write_text(json.dumps(content), "utf-8")
    try:
        again = load_tokenizer(path)
    except ValueError as error:
        named = "changed.json" in str(error)
    else:
        named = works(again)
    assert named


def works(tokenizer):
    """Whether a tokenizer does what it should, or says what is wrong with the text."""
    try:
        tokenizer.decode(tokenizer.encode("one a b é"))
    except ValueError as error:  # a character that the changed vocabulary does not have
        return "text: " in str(error)
    tokenizer.decode(range(tokenizer.vocab_size) if tokenizer.vocab_size < 1000 else [97])
    return True


@given(data=st.data())
def test_a_truncated_file_is_refused(tokenizer, data, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "truncated.json"
    tokenizer.save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(ValueError, match=r"truncated\.json"):
        load_tokenizer(path)
    with pytest.raises(ValueError, match=r"truncated\.json"):
        type(tokenizer).load(path)
