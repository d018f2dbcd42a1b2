"""HuggingFace's tokenizer.json: written by their library, read by ours, the same tokens."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tt_text import (
    BPETokenizer,
    CharTokenizer,
    SentencePieceTokenizer,
    WordPieceTokenizer,
    load_tokenizer,
)
from tt_text.tokenizers import bytes_to_symbols, load_tokenizer_json

hf = pytest.importorskip("tokenizers")
pytest.importorskip("regex")

LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
TEXT = st.text(st.sampled_from("abcdeThSsſ'lé中🙂09 ▁\n\r\t\u2003.,-_!<|>"))
LEARNED = BPETokenizer.train(
    "the cat sat on the mat; these 1000 cats can't be here, they said — naïve 🙂" * 3, 320
)


def byte_level(pre_tokenizer, **options):
    """Their byte-level BPE with our merges."""
    vocab = {bytes_to_symbols(token): i for token, i in LEARNED.vocab.items()}
    vocab["edc"] = len(vocab)  # no merge makes it; whoever looks for whole words first finds it
    merges = [tuple(map(bytes_to_symbols, pair)) for pair in LEARNED.merges]
    tokenizer = hf.Tokenizer(hf.models.BPE(vocab, merges, **options))
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = hf.decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|end|>"])
    return tokenizer


def gpt2_kind():
    return byte_level(hf.pre_tokenizers.ByteLevel(add_prefix_space=False))


def llama3_kind():
    tokenizer = byte_level(
        hf.pre_tokenizers.Sequence(
            [
                hf.pre_tokenizers.Split(hf.Regex(LLAMA3), "isolated"),
                hf.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        ),
        ignore_merges=True,
    )
    template = hf.processors.TemplateProcessing(
        single="<|end|> $A", special_tokens=[("<|end|>", tokenizer.token_to_id("<|end|>"))]
    )
    tokenizer.post_processor = hf.processors.Sequence([hf.processors.ByteLevel(), template])
    return tokenizer


def llama2_kind(spaces):
    """Their SentencePiece-style BPE: ▁ for spaces, bytes for unknown characters."""
    letters = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    letters += list("▁abcdeThlés'")
    merges = [("▁", "a"), ("T", "h"), ("▁", "▁"), ("h", "e"), ("▁", "Th"), ("b", "c"), ("▁a", "bc")]
    merges += [("▁▁", "▁▁"), ("Th", "e"), ("▁Th", "e"), ("▁", "The"), ("l", "l")]
    tokens = list(dict.fromkeys([*letters, *(a + b for a, b in merges)]))
    vocab = {token: i for i, token in enumerate(tokens)}
    tokenizer = hf.Tokenizer(
        hf.models.BPE(vocab, merges, byte_fallback=True, fuse_unk=True, unk_token="<unk>")
    )
    if spaces == "normalizer":
        tokenizer.normalizer = hf.normalizers.Sequence(
            [hf.normalizers.Prepend("▁"), hf.normalizers.Replace(" ", "▁")]
        )
    else:
        scheme, split = spaces
        tokenizer.pre_tokenizer = hf.pre_tokenizers.Metaspace(prepend_scheme=scheme, split=split)
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = hf.processors.TemplateProcessing(
        single="<s> $A" if spaces == "normalizer" else "<s> $A </s>",
        special_tokens=[("<s>", 1), ("</s>", 2)],
    )
    return tokenizer


def bert_kind(lower=True):
    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "the",
        "cat",
        "##s",
        "a",
        "##b",
        "T",
        ",",
    ]
    vocab = {token: i for i, token in enumerate(words)}
    tokenizer = hf.Tokenizer(hf.models.WordPiece(vocab, unk_token="[UNK]"))
    tokenizer.normalizer = hf.normalizers.BertNormalizer(lowercase=lower)
    tokenizer.pre_tokenizer = hf.pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = hf.processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")
    return tokenizer


KINDS = {
    "gpt2": (gpt2_kind, BPETokenizer),
    "llama3": (llama3_kind, BPETokenizer),
    "llama2": (lambda: llama2_kind("normalizer"), SentencePieceTokenizer),
    "metaspace first": (lambda: llama2_kind(("first", False)), SentencePieceTokenizer),
    "metaspace always": (lambda: llama2_kind(("always", True)), SentencePieceTokenizer),
    "metaspace never": (lambda: llama2_kind(("never", False)), SentencePieceTokenizer),
    "bert": (bert_kind, WordPieceTokenizer),
    "bert cased": (lambda: bert_kind(lower=False), WordPieceTokenizer),
}


@pytest.fixture(scope="module", params=KINDS)
def pair(request, tmp_path_factory):
    """Their tokenizer, and ours from its file."""
    make, kind = KINDS[request.param]
    theirs = make()
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    theirs.save(str(path))
    theirs.no_padding()
    ours = load_tokenizer(path.parent)
    assert type(ours) is kind
    return theirs, ours


@given(text=TEXT)
@example(text="  The  abc\n\n can't")
@example(text="▁a abc ▁")
@example(text="<s>")
@example(text="edc edc")
def test_tokens_are_theirs(pair, text):
    theirs, ours = pair
    expected = theirs.encode(text, add_special_tokens=False).ids
    assert ours.encode_with_offsets(text, allowed_special="all")[0] == expected
    assert ours.with_special(expected) == theirs.encode(text).ids


@given(parts=st.lists(st.sampled_from(["a", "abc", " ", " a", "<mark>", "The"]), max_size=6))
def test_special_tokens_in_texts_are_theirs(pair, parts):
    theirs, ours = pair
    mark = max(ours.special_ids, key=lambda name: ours.special_ids[name])
    text = "".join(parts).replace("<mark>", mark)
    expected = theirs.encode(text, add_special_tokens=False).ids
    assert ours.encode(text, allowed_special="all") == expected


def test_it_becomes_a_file_of_ours(pair, tmp_path):
    _, ours = pair
    ours.save(tmp_path / "ours.json")
    again = load_tokenizer(tmp_path / "ours.json")
    assert type(again) is type(ours)
    assert json.dumps(again.content()) == json.dumps(ours.content())
    text = " The cats can't, abc ▁ naïve"
    assert again.encode(text) == ours.encode(text)
    assert again.pad_id == ours.pad_id


def test_gpt2_as_tokenizer_json(gpt2_folder, tmp_path):
    theirs = hf.Tokenizer(
        hf.models.BPE.from_file(str(gpt2_folder / "encoder.json"), str(gpt2_folder / "vocab.bpe"))
    )
    theirs.pre_tokenizer = hf.pre_tokenizers.ByteLevel(add_prefix_space=False)
    theirs.add_special_tokens(["<|endoftext|>"])
    theirs.save(str(tmp_path / "tokenizer.json"))
    ours, direct = load_tokenizer_json(tmp_path), load_tokenizer(gpt2_folder)
    assert ours.vocab == direct.vocab
    assert ours.merges == direct.merges
    assert ours.special_ids == {"<|endoftext|>": 50256}


@pytest.mark.parametrize(
    ("make", "change", "words"),
    [
        (gpt2_kind, lambda c: c["model"].update(type="Unigram"), "type 'Unigram'"),
        (gpt2_kind, lambda c: c["model"].update(dropout=0.1), "dropout"),
        (gpt2_kind, lambda c: c.update(normalizer={"type": "NFC"}), "normalizer"),
        (gpt2_kind, lambda c: c["pre_tokenizer"].update(add_prefix_space=True), "add_prefix_space"),
        (gpt2_kind, lambda c: c["pre_tokenizer"].update(use_regex=False), "one Split"),
        (gpt2_kind, lambda c: c["model"]["vocab"].pop("a"), "byte 97 has no token"),
        (gpt2_kind, lambda c: c["model"]["merges"].append(["q", "q"]), "do not fit together"),
        (gpt2_kind, lambda c: c["added_tokens"].append(c["added_tokens"][0]), "comes twice"),
        (gpt2_kind, lambda c: c.pop("model"), "'model' is missing"),
        (gpt2_kind, lambda c: c.update(post_processor={"type": "New"}), "post-processor New"),
        (
            llama3_kind,
            lambda c: c["pre_tokenizer"]["pretokenizers"][0].update(behavior="Removed"),
            "words that are not kept",
        ),
        (
            lambda: llama2_kind("normalizer"),
            lambda c: c["model"].update(byte_fallback=False),
            "neither ByteLevel nor byte_fallback",
        ),
        (
            lambda: llama2_kind("normalizer"),
            lambda c: c["normalizer"]["normalizers"].append({"type": "NFKC"}),
            "normalizer {'type': 'NFKC'}",
        ),
        (
            lambda: llama2_kind("normalizer"),
            lambda c: c.update(normalizer=None),
            "without ▁ for spaces",
        ),
        (
            lambda: llama2_kind("normalizer"),
            lambda c: c["model"]["vocab"].update(new=999),
            "'new' has number 999",
        ),
        (bert_kind, lambda c: c["normalizer"].update(clean_text=False), "control characters"),
        (bert_kind, lambda c: c["pre_tokenizer"].update(type="Whitespace"), "words of Whitespace"),
        (bert_kind, lambda c: c["model"].update(continuing_subword_prefix="@@"), "begin with ##"),
    ],
)
def test_what_is_not_known_is_refused(tmp_path, make, change, words):
    content = json.loads(make().to_str())
    change(content)
    (tmp_path / "tokenizer.json").write_text(json.dumps(content), "utf-8")
    with pytest.raises(ValueError, match=words) as caught:
        load_tokenizer_json(tmp_path)
    assert "tokenizer.json" in str(caught.value)


def test_load_tokenizer_knows_all_files(tmp_path, stories_folder):
    assert load_tokenizer(stories_folder / "tok512.bin").vocab_size == 512
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n", "utf-8")
    assert type(load_tokenizer(tmp_path)) is type(load_tokenizer(tmp_path / "vocab.txt"))
    CharTokenizer("ab").save(tmp_path / "c.json")
    assert load_tokenizer(tmp_path / "c.json").encode("ba") == [1, 0]


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "is no tokenizer"), ("[]", "is no tokenizer"), ('{"type": "x"}', "holds 'x'")],
)
def test_files_of_no_known_kind_are_refused(tmp_path, content, words):
    (tmp_path / "t.json").write_text(content, "utf-8")
    with pytest.raises(ValueError, match=words):
        load_tokenizer(tmp_path / "t.json")
    with pytest.raises(FileNotFoundError, match=r"has no tokenizer\.json"):
        load_tokenizer(tmp_path)
