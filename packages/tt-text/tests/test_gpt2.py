"""GPT-2's published vocabulary: the tokens are tiktoken's, on any text."""

import json
import shutil

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tt_text import load_gpt2
from tt_text.tokenizers import GPT2_PATTERN, Splitter

pytest.importorskip("regex")

END = "<|endoftext|>"
# what tiktoken calls the two files
CACHED = {
    "vocab.bpe": "6d1cbeee0f20b3d9449abfede4726ed8212e3aee",
    "encoder.json": "6c7ea1a7e38e3a7f062df639a5b80947f075ffe6",
}
# hypothesis draws most characters seldom; these are where patterns and merges differ
TRICKY = st.text(
    st.sampled_from(
        "aest'SLlmvrdDé ñß中文日本語"
        '한ςΣİıſ09٣²Ⅷ½ \n\t\r\x0b\x0c\x1c\x85\xa0\u2003\u3000\u200b_-=.,!?"`🙂👍🏽\u0301\ud800'
    )
)


@pytest.fixture(scope="module")
def gpt2(gpt2_folder):
    return load_gpt2(gpt2_folder)


@pytest.fixture(scope="module")
def tiktoken(gpt2_folder, tmp_path_factory):
    """Tiktoken's gpt2, from the files beside the repository and not from the network."""
    module = pytest.importorskip("tiktoken")
    cache = tmp_path_factory.mktemp("tiktoken")
    for name, cached in CACHED.items():
        shutil.copy(gpt2_folder / name, cache / cached)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIKTOKEN_CACHE_DIR", str(cache))
        return module.get_encoding("gpt2")


# ---- against tiktoken ---------------------------------------------------------------------------


@given(text=st.text() | TRICKY)
@example(text="I'll  we've\n\n  THEY'RE 'tis\u00a0it's")
@example(text="\U000323b0a \U0003d000")  # letters of Unicode 17 and later
@example(text="\ud83d\ude42 \ud83d")
@example(text="a" * 1000 + " " * 1000 + "\n" * 300)
def test_tokens_are_tiktokens(gpt2, tiktoken, text):
    ids = tiktoken.encode_ordinary(text)
    assert gpt2.encode(text, disallowed_special=()) == ids
    assert gpt2.encode_with_offsets(text, disallowed_special=())[0] == ids
    assert gpt2.decode(ids) == tiktoken.decode(ids)
    assert "".join(gpt2.stream(ids)) == tiktoken.decode(ids)


@given(parts=st.lists(st.sampled_from([END, "<|end", "text|>", " ", "é", "\ud800"])))
def test_special_tokens_are_tiktokens(gpt2, tiktoken, parts):
    text = "".join(parts)
    for allowed, disallowed in (({END}, "all"), ("all", ()), ((), ()), ((), "all")):
        options = {"allowed_special": set(allowed) if allowed != "all" else "all"}
        options["disallowed_special"] = disallowed
        try:
            expected = tiktoken.encode(text, **options)
        except ValueError:
            with pytest.raises(ValueError, match="is not allowed"):
                gpt2.encode(text, **options)
        else:
            assert gpt2.encode(text, **options) == expected


@given(ids=st.lists(st.integers(0, 50256)))
def test_any_tokens_decode_as_tiktokens(gpt2, tiktoken, ids):
    assert gpt2.decode(ids) == tiktoken.decode(ids)
    assert gpt2.decode_bytes(ids) == tiktoken.decode_bytes(ids)
    assert "".join(gpt2.stream(ids)) == tiktoken.decode(ids)


def test_a_whole_book(gpt2, tiktoken, shakespeare):
    ids = gpt2.encode(shakespeare)
    assert ids == tiktoken.encode(shakespeare)
    assert gpt2.decode(ids) == shakespeare


def test_letters_and_numbers_are_tiktokens(tiktoken):
    import tiktoken as module

    every = "".join(chr(i) for i in range(0x40000) if not 0xD800 <= i < 0xE000)
    ranks = {bytes([i]): i for i in range(256)}
    for pattern, known in ((r"\p{L}", "a"), (r"\p{N}", "1")):
        # what the pattern does not find is left out of the tokens
        encoding = module.Encoding(
            pattern, pat_str=pattern, mergeable_ranks=ranks, special_tokens={}
        )
        theirs = set(bytes(encoding.encode_ordinary(every)).decode())
        words = Splitter(GPT2_PATTERN).words("".join([f"{known}{c}\n" for c in every]))
        assert {word[1] for word in words if len(word) == 2 and word[0] == known} == theirs


# ---- on its own ---------------------------------------------------------------------------------


def test_known_tokens(gpt2):
    assert gpt2.encode("Hello, world!") == [15496, 11, 995, 0]
    assert gpt2.encode(END, allowed_special="all") == [50256]
    assert gpt2.vocab_size == 50257
    assert gpt2.decode([15496, 11, 995, 0, 50256], skip_special=True) == "Hello, world!"


def test_huggingfaces_names_of_the_files(gpt2, gpt2_folder, tmp_path):
    shutil.copy(gpt2_folder / "encoder.json", tmp_path / "vocab.json")
    shutil.copy(gpt2_folder / "vocab.bpe", tmp_path / "merges.txt")
    assert load_gpt2(tmp_path).encode("fine words") == gpt2.encode("fine words")


def test_it_travels_as_json(gpt2, tmp_path):
    gpt2.save(tmp_path / "gpt2.json")
    again = type(gpt2).load(tmp_path / "gpt2.json")
    text = "naïve 🙂 antidisestablishmentarianism"
    assert again.encode(text) == gpt2.encode(text)
    assert again.special_ids == gpt2.special_ids


def small_files(folder, vocab=None, merges="#version: 0.2\na b\n"):
    """A vocabulary of bytes, ``ab`` and the end of text."""
    from tt_text.tokenizers import bytes_to_symbols

    tokens = {bytes_to_symbols(bytes([i])): i for i in range(256)} | {"ab": 256, END: 257}
    content = json.dumps(tokens if vocab is None else vocab(tokens))
    (folder / "encoder.json").write_text(content, "utf-8")
    data = merges if isinstance(merges, bytes) else merges.encode()
    (folder / "vocab.bpe").write_bytes(data)
    return folder


def test_small_files_load(tmp_path):
    assert load_gpt2(small_files(tmp_path)).encode("abab") == [256, 256]
    assert load_gpt2(small_files(tmp_path, merges="a b")).encode("ab") == [256]


@pytest.mark.parametrize(
    ("vocab", "merges", "words"),
    [
        (None, "a b\nb c\n", "b'bc' is not in the vocabulary"),
        (None, "a b c\n", "expected two tokens"),
        (None, b"\xff\xfe", "not UTF-8"),
        (None, "中 a\n", "stands for no byte"),
        (lambda v: [], "a b\n", "not a vocabulary"),
        (lambda v: {"a": 0}, "a b\n", "special token"),
        (lambda v: v | {"x": 97, "ab": 97}, "a b\n", "same number 97"),
        (lambda v: {k: i for k, i in v.items() if k != "q"}, "a b\n", "byte 113 has no token"),
    ],
)
def test_broken_files_are_refused(tmp_path, vocab, merges, words):
    with pytest.raises(ValueError, match=words) as caught:
        load_gpt2(small_files(tmp_path, vocab, merges))
    assert "encoder.json" in str(caught.value) or "vocab.bpe" in str(caught.value)


def test_missing_and_truncated_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="neither"):
        load_gpt2(tmp_path)
    small_files(tmp_path)
    (tmp_path / "encoder.json").write_text('{"a": 1', "utf-8")
    with pytest.raises(ValueError, match="not a vocabulary in JSON"):
        load_gpt2(tmp_path)
