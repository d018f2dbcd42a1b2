"""GGUF: facts and numbers of every known type, models, and files that are refused."""

import struct

import numpy as np
import pytest

import tt_tensor as tt
from tt_autograd import no_grad
from tt_text import (
    Llama,
    LlamaConfig,
    from_gguf,
    from_llama2c,
    generate_text,
    gguf_tokenizer,
    load_llama2c,
)
from tt_text.pretrained import read_gguf
from tt_text.pretrained.gguf_blocks import FORMATS
from tt_text.tokenizers.llama2c import read_tokens

NUMBERS = {
    0: "B", 1: "b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "?", 10: "<Q", 11: "<q",
    12: "<d",
}  # fmt: skip


def text(value):
    data = value.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def fact(value):
    """Type and value of a fact: integers as int32, others as what they are."""
    match value:
        case bool():
            return struct.pack("<I?", 7, value)
        case int():
            return struct.pack("<Ii", 5, value)
        case float():
            return struct.pack("<If", 6, value)
        case str():
            return struct.pack("<I", 8) + text(value)
        case list():
            kinds = [fact(v) for v in value]
            kind = kinds[0][:4] if kinds else struct.pack("<I", 5)
            head = struct.pack("<I", 9) + kind + struct.pack("<Q", len(value))
            return head + b"".join(k[4:] for k in kinds)
        case bytes():  # as it is
            return value


def gguf_bytes(facts, tensors=(), version=3, alignment=32):
    """A file; tensors are (name, shape, format, bytes)."""
    tensors = list(tensors)
    out = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(facts))
    out += b"".join(text(name) + fact(value) for name, value in facts.items())
    offset, blob = 0, b""
    for name, shape, number, data in tensors:
        out += text(name) + struct.pack("<I", len(shape))
        out += struct.pack(f"<{len(shape)}Q", *shape[::-1])
        out += struct.pack("<IQ", number, offset)
        data += bytes(-len(data) % alignment)
        offset, blob = offset + len(data), blob + data
    return out + bytes(-len(out) % alignment) + blob


@pytest.fixture
def write(tmp_path):
    def writing(*args, **options):
        path = tmp_path / "model.gguf"
        path.write_bytes(gguf_bytes(*args, **options))
        return path

    return writing


# ---- facts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [2, 3])
def test_facts_of_every_type(write, version):
    values = {0: 200, 1: -100, 2: 60_000, 3: -3, 4: 2**31, 5: -5, 6: 0.5, 7: True, 10: 2**63, 11: -1,
              12: 0.1}  # fmt: skip
    facts = {
        f"n{kind}": struct.pack("<I", kind) + struct.pack(NUMBERS[kind], value)
        for kind, value in values.items()
    }
    facts |= {
        "text": "Grüße ▁",
        "empty": [],
        "list": [1, 2, 3],
        "texts": ["a", "", "ö"],
        "flags": [True, False],
        "lists": [[1, 2], [3]],
    }
    found = read_gguf(write(facts, version=version)).metadata
    wanted = {f"n{kind}": value for kind, value in values.items()}
    plain = {name: value for name, value in facts.items() if not isinstance(value, bytes)}
    assert found == wanted | plain
    assert [type(v) for v in found.values()] == [type(v) for v in (wanted | plain).values()]


# ---- numbers -------------------------------------------------------------------------------------


def half(data, at=0):
    return struct.unpack_from("<e", data, at)[0]


def naive(number, block):
    """The numbers of one block, one after the other, as llama.cpp's description has it."""
    match number:
        case 0:
            return list(struct.unpack("<f", block))
        case 1:
            return [half(block)]
        case 30:
            return list(struct.unpack("<f", b"\0\0" + block))
        case 8:
            return [half(block) * q for q in struct.unpack_from("32b", block, 2)]
        case 2:
            q = [b & 15 for b in block[2:]] + [b >> 4 for b in block[2:]]
            return [half(block) * (x - 8) for x in q]
        case 3:
            q = [b & 15 for b in block[4:]] + [b >> 4 for b in block[4:]]
            return [half(block) * x + half(block, 2) for x in q]
        case 14:
            out = []
            for i in range(256):
                part, j = divmod(i, 128)
                low = block[64 * part + j % 64] >> 4 * (j // 64) & 15
                high = block[128 + 32 * part + j % 32] >> 2 * (j // 32) & 3
                scale = struct.unpack_from("b", block, 192 + i // 16)[0]
                out.append(half(block, 208) * scale * ((high << 4 | low) - 32))
            return out


def random_blocks(number, count):
    """Blocks of random bytes, but for the scales, which are moderate."""
    rng = np.random.default_rng(number)
    size = FORMATS[number].size
    blocks = rng.integers(0, 256, (count, size), np.uint8)
    scales = rng.uniform(-2, 2, (count, 2)).astype("<f2").view(np.uint8)  # (count, 4)
    if number in (2, 8, 1):
        blocks[:, :2] = scales[:, :2]
    elif number == 3:
        blocks[:, :4] = scales
    elif number == 14:
        blocks[:, 208:] = scales[:, :2]
    elif number in (0, 30):
        exact = rng.standard_normal((count, 1)).astype("<f4").view(np.uint8)
        blocks = exact[:, 4 - size :]
    return blocks


@pytest.mark.parametrize("number", FORMATS, ids=lambda number: FORMATS[number].name)
def test_numbers_of_every_format(write, number):
    blocks = random_blocks(number, 6)
    shape = (3, 2 * FORMATS[number].numbers)
    wanted = np.array([naive(number, block.tobytes()) for block in blocks]).reshape(shape)
    tensors = [("first", (), 0, bytes(4)), ("w", shape, number, blocks.tobytes())]
    found = read_gguf(write({"general.alignment": 64}, tensors, alignment=64)).tensors
    assert list(found) == ["first", "w"]
    assert found["first"].shape == ()
    assert found["w"].dtype == tt.float32
    np.testing.assert_allclose(found["w"].numpy(), wanted, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("number", FORMATS, ids=lambda number: FORMATS[number].name)
def test_numbers_equal_those_of_the_gguf_package(number):
    quants = pytest.importorskip("gguf.quants")
    blocks = random_blocks(number, 50)
    kind = quants.GGMLQuantizationType(number)
    np.testing.assert_array_equal(FORMATS[number].read(blocks), quants.dequantize(blocks, kind))


# ---- models --------------------------------------------------------------------------------------

FACTS = {
    "general.architecture": "llama", "llama.embedding_length": 32, "llama.block_count": 2,
    "llama.feed_forward_length": 64, "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2, "llama.context_length": 16,
    "llama.attention.layer_norm_rms_epsilon": 1e-5, "llama.vocab_size": 11,
    "llama.rope.dimension_count": 8, "llama.rope.freq_base": 500.0,
}  # fmt: skip
PARTS = {
    "embed_tokens": "token_embd", "norm": "output_norm", "lm_head": "output", "layers": "blk",
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
    "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output",
    "gate_proj": "ffn_gate", "up_proj": "ffn_up", "down_proj": "ffn_down",
}  # fmt: skip


def gguf_name(name):
    parts = [p for p in name.split(".") if p not in ("self_attn", "mlp")]
    return ".".join(PARTS.get(part, part) for part in parts)


def tensors_of(model):
    return [
        (gguf_name(name), weight.shape, 0, weight.numpy().astype("<f4").tobytes())
        for name, weight in model.state_dict().items()
    ]


@pytest.fixture(params=[True, False], ids=["tied", "untied"])
def model(request):
    tt.manual_seed(0)
    config = LlamaConfig(11, 16, 2, 4, 2, 32, 64, base=500.0, rotary="pairs", tied=request.param)
    return Llama(config).eval()


def test_a_model_comes_back(write, model):
    loaded = from_gguf(write(FACTS, tensors_of(model)))
    assert not loaded.training
    assert loaded.config.rotary == "pairs"
    assert loaded.config.tied == model.config.tied
    tokens = tt.tensor([[3, 1, 4, 1, 5]])
    with no_grad():
        np.testing.assert_array_equal(loaded(tokens).numpy(), model(tokens).numpy())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"general.architecture": "gemma"}, '"general.architecture" is "gemma", expected "llama"'),
        ({"general.architecture": None}, '"general.architecture" is null, expected "llama"'),
        ({"llama.block_count": 0}, '"llama.block_count" is 0, expected a positive integer'),
        ({"llama.context_length": None}, '"llama.context_length" is missing'),
        ({"llama.attention.head_count_kv": [2, 2]}, "expected a positive integer"),
        ({"llama.rope.scaling.type": "yarn"}, '"llama.rope.scaling.type" is "yarn"'),
        ({"llama.rope.dimension_count": 4}, '"llama.rope.dimension_count" is 4, expected 8'),
        ({"llama.expert_count": 8}, '"llama.expert_count" is 8, expected 0'),
        ({"llama.block_count": 3}, r"blk\.2\.attn_q\.weight: missing, expected shape \(32, 32\)"),
        ({"llama.block_count": 1}, r"blk\.1\.attn_q\.weight: unexpected"),
        (
            {"llama.vocab_size": 12},
            r"token_embd\.weight: expected shape \(12, 32\), found \(11, 32\)",
        ),
    ],
)
def test_models_that_are_not_known_are_refused(write, changes, words):
    tt.manual_seed(0)
    tensors = tensors_of(Llama(LlamaConfig(11, 16, 2, 4, 2, 32, 64)))
    facts = {name: value for name, value in (FACTS | changes).items() if value is not None}
    path = write(facts, tensors)
    with pytest.raises(ValueError, match=rf"model\.gguf(.|\n)*{words}"):
        from_gguf(path)


def test_the_story_model_tells_the_same_from_both_formats(write, stories_folder):
    model = from_llama2c(stories_folder / "stories260K.bin")
    tokenizer = load_llama2c(stories_folder / "tok512.bin")
    c = model.config
    names, scores = read_tokens((stories_folder / "tok512.bin").read_bytes())
    facts = {
        "general.architecture": "llama", "llama.embedding_length": c.width,
        "llama.block_count": c.layers, "llama.feed_forward_length": c.hidden,
        "llama.attention.head_count": c.heads, "llama.attention.head_count_kv": c.kv_heads,
        "llama.context_length": c.context, "llama.attention.layer_norm_rms_epsilon": c.eps,
        "tokenizer.ggml.model": "llama", "tokenizer.ggml.scores": scores,
        "tokenizer.ggml.tokens": [*tokenizer.tokens[:3], *(n.replace(" ", "▁") for n in names[3:])],
    }  # fmt: skip
    path = write(facts, tensors_of(model))
    prompt = "Once upon a time, Tom had a cat"
    wanted = generate_text(model, tokenizer, prompt, 20, temperature=0)
    assert generate_text(from_gguf(path), gguf_tokenizer(path), prompt, 20, temperature=0) == wanted
    assert len(wanted) > 20


@pytest.mark.parametrize("kind", ["F32", "F16", "Q8_0", "Q4_0", "Q4_1"])
def test_a_model_that_others_have_converted(tmp_path, kind):
    """A Llama of the transformers library, written as llama.cpp's converter writes it."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    gguf = pytest.importorskip("gguf")
    config = transformers.LlamaConfig(
        vocab_size=11, hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=16,
        bos_token_id=1, eos_token_id=2, rope_parameters={"rope_type": "default", "rope_theta": 500.0},
    )  # fmt: skip
    torch.manual_seed(0)
    theirs = transformers.LlamaForCausalLM(config).eval()
    number = gguf.GGMLQuantizationType[kind]
    writer = gguf.GGUFWriter(tmp_path / "model.gguf", "llama")
    writer.add_embedding_length(32)
    writer.add_block_count(2)
    writer.add_feed_forward_length(64)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_context_length(16)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(11)
    writer.add_rope_freq_base(500.0)
    with torch.no_grad():
        for name, weight in theirs.named_parameters():
            weight.add_(torch.randn_like(weight) * 0.1)
            data = weight.numpy()
            heads = {"q_proj": 4, "k_proj": 2}.get(name.split(".")[-2])
            stored = number if data.ndim > 1 else gguf.GGMLQuantizationType.F32
            packed = gguf.quants.quantize(permuted(data, heads) if heads else data, stored)
            rounded = gguf.quants.dequantize(packed, stored)
            weight.copy_(torch.tensor(permuted(rounded, heads, back=True) if heads else rounded))
            writer.add_tensor(gguf_name(name.removeprefix("model.")), packed, raw_dtype=stored)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        tokens = np.random.default_rng(0).integers(0, 11, (2, 16))
        wanted = theirs(torch.tensor(tokens)).logits.numpy()
    with no_grad():
        found = from_gguf(tmp_path / "model.gguf")(tt.tensor(tokens)).numpy()
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def permuted(weight, heads, back=False):
    """Rows of a head: first halves and second halves become neighbours, as llama.cpp wants them."""
    pair = (-1, 2) if back else (2, -1)
    split = weight.reshape(heads, *pair, weight.shape[1])
    return np.ascontiguousarray(split.swapaxes(1, 2)).reshape(weight.shape)


# ---- the tokenizer -------------------------------------------------------------------------------

TOKENS = ["<unk>", "<s>", "</s>", "▁", "a", "b", "▁a", "▁ab", "<x>"]
VOCABULARY = {
    "tokenizer.ggml.model": "llama",
    "tokenizer.ggml.tokens": TOKENS,
    "tokenizer.ggml.scores": [0.0, 0.0, 0.0, -9.0, -9.0, -9.0, -1.0, -2.0, 0.0],
    "tokenizer.ggml.token_type": [2, 3, 3, 1, 1, 1, 1, 1, 3],
}


def test_the_tokenizer(write):
    tokenizer = gguf_tokenizer(write(VOCABULARY))
    assert tokenizer.encode("ab b") == [7, 3, 5]
    assert tokenizer.with_special(tokenizer.encode("ab")) == [1, 7]
    assert tokenizer.encode("a<x>", allowed_special="all") == [6, 8]
    assert tokenizer.decode([1, 7, 3, 5]) == "ab b"
    facts = {"tokenizer.ggml.add_space_prefix": False, "tokenizer.ggml.add_bos_token": False}
    bare = gguf_tokenizer(write(VOCABULARY | facts))
    assert bare.with_special(bare.encode("ab b")) == [4, 5, 3, 5]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tokenizer.ggml.model": "gpt2"}, '"tokenizer.ggml.model" is "gpt2"'),
        ({"tokenizer.ggml.model": 1}, '"tokenizer.ggml.model" is 1'),
        (
            {"tokenizer.ggml.scores": [0.0]},
            r"tokenizer\.ggml\.scores is missing or not a list of 9",
        ),
        ({"tokenizer.ggml.token_type": ["a"] * 9}, r"token_type is missing or not a list of 9 int"),
        ({"tokenizer.ggml.tokens": ["a"] * 9}, "comes twice|come twice|twice"),
        (
            {"tokenizer.ggml.bos_token_id": 9},
            '"tokenizer.ggml.bos_token_id" is 9, expected a number',
        ),
    ],
)
def test_tokenizers_that_are_not_known_are_refused(write, changes, words):
    with pytest.raises(ValueError, match=words):
        gguf_tokenizer(write(VOCABULARY | changes))


def test_a_file_without_a_tokenizer(write):
    with pytest.raises(ValueError, match=r'"tokenizer\.ggml\.model" is null'):
        gguf_tokenizer(write({}))


# ---- broken files --------------------------------------------------------------------------------

W = ("w", (2, 32), 8, bytes(68))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it has 0 bytes, the least is 24"),
        (b"ggml" + bytes(40), "it begins with b'ggml'"),
        (gguf_bytes({}, version=1), r"version 1, expected one of \(2, 3\)"),
        (gguf_bytes({}, version=3 << 24), "big-endian"),
        (gguf_bytes({}, [W])[:-33], r"truncated: w of shape \(2, 32\) lacks \d+ bytes"),
        (gguf_bytes({"a": "b" * 99}, [W])[:90], "truncated: it ends within a, at byte 90"),
        (gguf_bytes({}, [W])[:30], "truncated: it ends within a tensor's name"),
        (gguf_bytes({"a": struct.pack("<IIQ", 9, 4, 2**60)}), "truncated: it ends within a,"),
        (gguf_bytes({"a": struct.pack("<IIQ", 9, 8, 2**60)}), "truncated: it ends within a,"),
        (gguf_bytes({"a": struct.pack("<IQ", 8, 2**63)}), "truncated: it ends within a,"),
        (gguf_bytes({"a": struct.pack("<I", 13)}), "a has the unknown type 13"),
        (gguf_bytes({"a": struct.pack("<IQ", 8, 1) + b"\xff"}), "a is not UTF-8"),
        (gguf_bytes({"a": struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 5000}), "lists of lists"),
        (gguf_bytes({}, [W, W]), "the name 'w' comes twice"),
        (gguf_bytes({}, [("w", (1,) * 5, 0, b"")]), "w has 5 dimensions, 4 are the most"),
        (gguf_bytes({}, [("w", (256,), 12, bytes(144))]), r"w has the format 12, known here are 0 \(F32\)"),
        (gguf_bytes({}, [("w", (16, 2), 8, bytes(34))]), r"w: rows of shape \(16, 2\) are no blocks of 32"),
        (gguf_bytes({}, [("w", (2**40, 2**40), 0, b"")]), "truncated: w of shape"),
        (gguf_bytes({"general.alignment": 0}), "general.alignment is 0"),
        (gguf_bytes({"general.alignment": "8"}), "general.alignment is 8"),
        (gguf_bytes({"general.alignment": 64}, [W, ("v", (1,), 0, bytes(4))], alignment=32), "v begins at"),
    ],
)  # fmt: skip
def test_broken_files_are_refused(tmp_path, data, words):
    path = tmp_path / "model.gguf"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=rf"model\.gguf' is no GGUF file: .*{words}"):
        read_gguf(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.gguf"):
        from_gguf(tmp_path / "nowhere.gguf")
