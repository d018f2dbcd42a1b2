"""Folders in HuggingFace's format, written by hand: what loads, and what is refused by name."""

import json
import shutil

import numpy as np
import pytest

import tt_tensor as tt
from tt_autograd import no_grad
from tt_nn import save
from tt_text import (
    BERT,
    GPT,
    BERTConfig,
    GPTConfig,
    Llama,
    LlamaConfig,
    from_pretrained,
    pretrained_tokenizer,
)

TOKENS = tt.tensor([[3, 1, 4, 1, 5]])
GPT2_JSON = {
    "model_type": "gpt2", "vocab_size": 11, "n_positions": 8, "n_embd": 8, "n_layer": 2,
    "n_head": 2, "layer_norm_epsilon": 1e-5, "activation_function": "gelu_new",
}  # fmt: skip
LLAMA_JSON = {
    "model_type": "llama", "vocab_size": 11, "max_position_embeddings": 8, "hidden_size": 8,
    "intermediate_size": 12, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "hidden_act": "silu", "rope_scaling": None,
    "tie_word_embeddings": False,
}  # fmt: skip
BERT_JSON = {
    "model_type": "bert", "vocab_size": 11, "max_position_embeddings": 8, "hidden_size": 8,
    "intermediate_size": 12, "num_hidden_layers": 2, "num_attention_heads": 2,
    "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12,
}  # fmt: skip
CONV1D = ("c_attn.weight", "c_proj.weight", "c_fc.weight")


def write(folder, config, weights):
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    save(weights, folder / "model.safetensors")


def gpt2_weights(model):
    """What HuggingFace's file of this model holds."""
    state = model.state_dict()
    return {
        f"transformer.{name}": tensor.T if name.endswith(CONV1D) else tensor
        for name, tensor in state.items()
    }


@pytest.fixture
def gpt2(tmp_path):
    """A model, its weights as they are in the file, and its folder."""
    tt.manual_seed(0)
    model = GPT(GPTConfig(11, 8, 2, 2, 8)).eval()
    weights = gpt2_weights(model)
    write(tmp_path / "gpt2", GPT2_JSON, weights)
    return model, weights, tmp_path / "gpt2"


@pytest.fixture
def llama(tmp_path):
    """The same of a Llama."""
    tt.manual_seed(0)
    model = Llama(LlamaConfig(11, 8, 2, 4, 2, 8, 12)).eval()
    state = model.state_dict()
    weights = {n if n.startswith("lm_head") else f"model.{n}": t for n, t in state.items()}
    write(tmp_path / "llama", LLAMA_JSON, weights)
    return model, weights, tmp_path / "llama"


@pytest.fixture
def bert(tmp_path):
    """The same of a BERT."""
    tt.manual_seed(0)
    model = BERT(BERTConfig(11, 8, 2, 2, 8, 12)).eval()
    weights = {f"bert.{name}": tensor for name, tensor in model.state_dict().items()}
    write(tmp_path / "bert", BERT_JSON, weights)
    return model, weights, tmp_path / "bert"


@pytest.mark.parametrize("family", ["gpt2", "llama", "bert"])
def test_a_model_comes_back(family, request):
    model, _, folder = request.getfixturevalue(family)
    loaded = from_pretrained(folder)
    assert type(loaded) is type(model)
    assert not loaded.training
    with no_grad():
        np.testing.assert_array_equal(loaded(TOKENS).numpy(), model(TOKENS).numpy())


def test_an_embedding_under_the_name_of_the_last_layer_alone(gpt2):
    model, weights, folder = gpt2
    weights["lm_head.weight"] = weights.pop("transformer.wte.weight")
    write(folder, GPT2_JSON, weights)
    with no_grad():
        np.testing.assert_array_equal(
            from_pretrained(folder)(TOKENS).numpy(), model(TOKENS).numpy()
        )


def test_ties_that_the_file_does_not_keep_are_refused(gpt2):
    _, weights, folder = gpt2
    weights["lm_head.weight"] = weights["transformer.wte.weight"] + 1
    write(folder, GPT2_JSON, weights)
    with pytest.raises(
        ValueError, match=r"lm_head\.weight: it differs from transformer\.wte\.weight"
    ):
        from_pretrained(folder)


def test_names_with_and_without_prefix_are_not_mixed(llama):
    _, weights, folder = llama
    weights["norm.weight"] = weights["model.norm.weight"] + 1
    write(folder, LLAMA_JSON, weights)
    with pytest.raises(ValueError, match=r"\n  norm\.weight: unexpected"):
        from_pretrained(folder)


def shrink(name):
    return lambda weights: weights.update({name: weights[name][:-1]})


@pytest.mark.parametrize(
    ("family", "change", "words"),
    [
        (
            "gpt2",
            lambda w: w.pop("transformer.h.1.ln_2.bias"),
            r"transformer\.h\.1\.ln_2\.bias: missing, expected shape \(8,\)",
        ),
        (
            "gpt2",
            shrink("transformer.h.0.attn.c_attn.weight"),  # (in, out) in the file
            r"transformer\.h\.0\.attn\.c_attn\.weight: expected shape \(8, 24\), found \(7, 24\)",
        ),
        (
            "llama",
            shrink("model.layers.1.self_attn.k_proj.weight"),
            r"model\.layers\.1\.self_attn\.k_proj\.weight: expected shape \(4, 8\), found \(3, 8\)",
        ),
        (
            "llama",
            lambda w: w.update({"model.layers.2.mlp.up_proj.weight": tt.zeros(12, 8)}),
            r"model\.layers\.2\.mlp\.up_proj\.weight: unexpected, found with shape \(12, 8\)",
        ),
        ("llama", lambda w: w.pop("lm_head.weight"), r"lm_head\.weight: missing"),
        (
            "llama",
            lambda w: w.update({"model.norm.weight": tt.ones(8, dtype=tt.int64)}),
            r"model\.norm\.weight: expected floating point, found tt\.int64",
        ),
        (
            "bert",
            lambda w: w.pop("bert.pooler.dense.bias"),
            r"bert\.pooler\.dense\.bias: missing, expected shape \(8,\)",
        ),
    ],
)
def test_tensors_that_do_not_fit_are_named(family, change, words, request):
    _, weights, folder = request.getfixturevalue(family)
    config = {"gpt2": GPT2_JSON, "llama": LLAMA_JSON, "bert": BERT_JSON}[family]
    change(weights)
    write(folder, config, weights)
    with pytest.raises(
        ValueError, match=rf"folder: '.*{family}': the weights do not fit(.|\n)*{words}"
    ):
        from_pretrained(folder)


@pytest.mark.parametrize(
    ("family", "settings", "words"),
    [
        (
            "gpt2",
            {"model_type": "mamba"},
            '"model_type" is "mamba", expected one of bert, gpt2, llama',
        ),
        ("gpt2", {"model_type": ["gpt2"]}, "model_type"),
        (
            "gpt2",
            {"activation_function": "relu"},
            '"activation_function" is "relu", expected one of',
        ),
        ("gpt2", {"n_embd": "8"}, '"n_embd" is "8", expected a positive integer'),
        ("gpt2", {"n_layer": 0}, '"n_layer" is 0, expected a positive integer'),
        (
            "gpt2",
            {"n_layer": 10**9},
            '"n_layer" is 1000000000, expected a positive integer up to 16',
        ),
        ("gpt2", {"n_layer": 10**6}, "28 tensors are not the weights of 1000000 layers"),
        ("llama", {"vocab_size": 2**24, "hidden_size": 2**24}, "does not fit into the memory"),
        ("gpt2", {"n_head": None}, '"n_head" is missing'),
        ("gpt2", {"n_head": 3}, "8 is not a multiple of heads=3"),
        ("gpt2", {"n_inner": 9}, '"n_inner" is 9, expected null or 32'),
        (
            "gpt2",
            {"layer_norm_epsilon": -1},
            '"layer_norm_epsilon" is -1, expected a positive number',
        ),
        ("gpt2", {"layer_norm_epsilon": float("inf")}, "is Infinity, expected a positive number"),
        ("gpt2", {"layer_norm_epsilon": float("nan")}, "is NaN, expected a positive number"),
        ("gpt2", {"layer_norm_epsilon": 10**400}, "expected a positive number"),
        ("gpt2", {"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx"),
        ("gpt2", {"tie_word_embeddings": 1}, '"tie_word_embeddings" is 1, expected true or false'),
        ("gpt2", {"n_layer": 3}, r"transformer\.h\.2\.ln_1\.weight: missing"),
        ("llama", {"rope_scaling": {"rope_type": "yarn", "factor": 2}}, '"rope_scaling" is .*yarn'),
        ("llama", {"rope_scaling": {"type": "linear", "factor": 2}}, '"rope_scaling" is .*linear'),
        ("llama", {"rope_parameters": {"rope_type": "llama3"}}, '"rope_parameters" is .*llama3'),
        ("llama", {"rope_scaling": 2}, '"rope_scaling" is 2'),
        ("llama", {"hidden_act": "gelu"}, '"hidden_act" is "gelu", expected "silu"'),
        ("llama", {"attention_bias": True}, '"attention_bias" is true, expected false'),
        ("llama", {"head_dim": 4}, '"head_dim" is 4, expected null or 2'),
        ("llama", {"num_key_value_heads": 3}, "4 is not a multiple of kv_heads=3"),
        ("bert", {"position_embedding_type": "relative_key"}, '"position_embedding_type" is'),
        ("bert", {"is_decoder": True}, '"is_decoder" is true'),
        (
            "bert",
            {"hidden_act": "swish"},
            '"hidden_act" is "swish", expected one of gelu, gelu_python',
        ),
    ],
)
def test_settings_that_are_not_known_are_named(family, settings, words, request):
    _, weights, folder = request.getfixturevalue(family)
    config = {"gpt2": GPT2_JSON, "llama": LLAMA_JSON, "bert": BERT_JSON}[family]
    write(folder, {**config, **settings}, weights)
    with pytest.raises(ValueError, match=words):
        from_pretrained(folder)


def test_folders_that_lack_something(gpt2, tmp_path):
    _, _, folder = gpt2
    with pytest.raises(
        FileNotFoundError, match=r"there is no folder '.*nowhere'; nothing is downloaded"
    ):
        from_pretrained(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"there is no file '.*config\.json'"):
        from_pretrained(tmp_path)
    (folder / "model.safetensors").unlink()
    with pytest.raises(
        FileNotFoundError, match=r"has none of model\.safetensors, pytorch_model\.bin"
    ):
        from_pretrained(folder)


@pytest.mark.parametrize("content", [b"", b"[1]", b'{"model_type": "gp', b"\xff{}", b"[" * 100_000])
def test_a_broken_config_is_refused(content, tmp_path):
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"config\.json: the file is not an object in JSON"):
        from_pretrained(tmp_path)


def test_truncated_weights_are_refused(gpt2):
    _, _, folder = gpt2
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[:-5])
    with pytest.raises(ValueError, match=r"model\.safetensors' is truncated"):
        from_pretrained(folder)


def split(folder, weights, **changes):
    """The weights in two files with an index."""
    names = sorted(weights)
    parts = {"one.safetensors": names[::2], "two.safetensors": names[1::2]}
    for file, part in parts.items():
        save({name: weights[name] for name in part}, folder / file)
    places = {name: file for file, part in parts.items() for name in part} | changes
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": places}))


def test_weights_in_several_files(llama):
    model, weights, folder = llama
    split(folder, weights)
    with no_grad():
        np.testing.assert_array_equal(
            from_pretrained(folder)(TOKENS).numpy(), model(TOKENS).numpy()
        )
    (folder / "two.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match=r"index\.json: it names 'two\.safetensors'"):
        from_pretrained(folder)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("one.safetensors", "'none' is not in 'one.safetensors'"),
        ("../one.safetensors", "'../one.safetensors' is not the name of a file"),
        (7, '"weight_map" must give the file of every tensor'),
    ],
)
def test_an_index_that_makes_no_sense(llama, place, words):
    _, weights, folder = llama
    split(folder, weights, none=place)
    shutil.copy(folder / "one.safetensors", folder.parent)
    with pytest.raises(ValueError, match=rf"model\.safetensors\.index\.json: .*{words}"):
        from_pretrained(folder)


def test_the_tokenizer_must_not_have_more_tokens_than_the_model(bert):
    model, _, folder = bert
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "A", "b", "c", "d", "e"]
    (folder / "vocab.txt").write_text("\n".join(words))
    tokenizer = pretrained_tokenizer(folder, model)
    assert tokenizer.encode_pair("a A", "b") == ([2, 5, 5, 3, 7, 3], [0, 0, 0, 0, 1, 1])
    (folder / "vocab.txt").write_text("\n".join([*words, "f"]))
    with pytest.raises(ValueError, match="has 12 tokens, but the model has 11"):
        pretrained_tokenizer(folder, model)


def test_a_bert_that_tells_capitals_from_small_letters(bert):
    model, _, folder = bert
    (folder / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nA")
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": false}')
    assert pretrained_tokenizer(folder, model).encode("a A") == [4, 5]


def test_a_folder_without_a_tokenizer(gpt2):
    model, _, folder = gpt2
    with pytest.raises(FileNotFoundError, match=r"tokenizer\.json"):
        pretrained_tokenizer(folder, model)


def test_loading_draws_nothing(gpt2):
    _, _, folder = gpt2
    before = tt.default_generator().get_state()
    from_pretrained(folder)
    assert tt.default_generator().get_state() == before
