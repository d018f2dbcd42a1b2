"""Models that the transformers library makes and saves give the same numbers here."""

import json

import numpy as np
import pytest

import tt_tensor as tt
from tt_autograd import no_grad
from tt_text import from_pretrained

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def transformers():
    library = pytest.importorskip("transformers")
    library.utils.logging.set_verbosity_error()
    library.utils.logging.disable_progress_bar()
    return library


COMMON = {"bos_token_id": 1, "eos_token_id": 2}
GPT2 = {"vocab_size": 31, "n_positions": 16, "n_embd": 16, "n_layer": 3, "n_head": 4, **COMMON}
LLAMA = {
    "vocab_size": 31, "hidden_size": 32, "intermediate_size": 40, "num_hidden_layers": 3,
    "num_attention_heads": 8, "num_key_value_heads": 2, "max_position_embeddings": 16, **COMMON,
}  # fmt: skip
BERT = {
    "vocab_size": 31, "hidden_size": 16, "intermediate_size": 40, "num_hidden_layers": 3,
    "num_attention_heads": 4, "max_position_embeddings": 16,
}  # fmt: skip
TOKENS = np.random.default_rng(0).integers(0, 31, (2, 16))


def made(model_class, config):
    """A model in which every single weight matters: biases and normalisations are random, too."""
    torch.manual_seed(0)
    model = model_class(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return model


def assert_same_scores(model, folder):
    with torch.no_grad():
        wanted = model(torch.tensor(TOKENS)).logits.numpy()
    ours = from_pretrained(folder)
    assert not ours.training
    with no_grad():
        found = ours(tt.tensor(TOKENS)).numpy()
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wanted, atol=1e-5 * max(1.0, np.abs(wanted).max()))


def change(folder, **values):
    """Edit config.json; None takes a setting away."""
    path = folder / "config.json"
    config = {**json.loads(path.read_text("utf-8")), **values}
    path.write_text(json.dumps({k: v for k, v in config.items() if v is not None}), "utf-8")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"tie_word_embeddings": False},
        {"activation_function": "gelu"},
        {"activation_function": "gelu_fast"},
        {"activation_function": "gelu_python"},
        {"activation_function": "gelu_pytorch_tanh", "layer_norm_epsilon": 0.1},
    ],
    ids=lambda settings: ",".join(f"{k}={v}" for k, v in settings.items()) or "plain",
)
def test_gpt2(transformers, settings, tmp_path):
    config = transformers.GPT2Config(**GPT2, **settings)
    model = made(transformers.GPT2LMHeadModel, config)
    model.save_pretrained(tmp_path)
    assert_same_scores(model, tmp_path)


def test_gpt2_without_a_head(transformers, tmp_path):
    model = made(transformers.GPT2LMHeadModel, transformers.GPT2Config(**GPT2))
    model.transformer.save_pretrained(tmp_path)  # names without "transformer."
    assert_same_scores(model, tmp_path)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"tie_word_embeddings": True, "rms_norm_eps": 0.1},
        {"num_key_value_heads": 8},
        {"num_key_value_heads": 1},
    ],
    ids=lambda settings: ",".join(f"{k}={v}" for k, v in settings.items()) or "plain",
)
def test_llama(transformers, settings, tmp_path):
    model = made(transformers.LlamaForCausalLM, transformers.LlamaConfig(**{**LLAMA, **settings}))
    model.save_pretrained(tmp_path)
    assert_same_scores(model, tmp_path)


def test_the_base_of_the_angles_from_both_places(transformers, tmp_path):
    angles = {"rope_type": "default", "rope_theta": 50.0}
    config = transformers.LlamaConfig(**LLAMA, rope_parameters=angles)
    model = made(transformers.LlamaForCausalLM, config)
    model.save_pretrained(tmp_path)
    assert json.loads((tmp_path / "config.json").read_text("utf-8"))["rope_parameters"] == angles
    assert_same_scores(model, tmp_path)
    change(tmp_path, rope_parameters=None, rope_theta=50.0)  # as older files have it
    assert_same_scores(model, tmp_path)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision(transformers, dtype, tmp_path):
    model = made(transformers.LlamaForCausalLM, transformers.LlamaConfig(**LLAMA))
    model.to(getattr(torch, dtype)).save_pretrained(tmp_path)
    # read again, as to() has also rounded the angles, which are not in the file
    exact = transformers.LlamaForCausalLM.from_pretrained(tmp_path, dtype=torch.float32)
    assert_same_scores(exact.eval(), tmp_path)


@pytest.mark.parametrize("family", ["gpt2", "llama"])
def test_several_files(transformers, family, tmp_path):
    if family == "gpt2":
        model = made(transformers.GPT2LMHeadModel, transformers.GPT2Config(**GPT2))
    else:
        model = made(transformers.LlamaForCausalLM, transformers.LlamaConfig(**LLAMA))
    model.save_pretrained(tmp_path, max_shard_size="10KB")
    assert len(list(tmp_path.glob("*.safetensors"))) > 1
    assert_same_scores(model, tmp_path)


def test_pytorchs_own_files(transformers, tmp_path):
    model = made(transformers.GPT2LMHeadModel, transformers.GPT2Config(**GPT2))
    model.config.save_pretrained(tmp_path)
    state = model.state_dict()
    assert "lm_head.weight" in state  # the same tensor under two names
    state["transformer.h.0.attn.bias"] = torch.ones(1, 1, 16, 16)  # as older files have it
    state["transformer.h.0.attn.masked_bias"] = torch.tensor(-1e4)
    torch.save(state, tmp_path / "pytorch_model.bin")
    assert_same_scores(model, tmp_path)
    names = sorted(state)
    parts = {"a.bin": names[::2], "b.bin": names[1::2]}
    for file, part in parts.items():
        torch.save({name: state[name] for name in part}, tmp_path / file)
    places = {name: file for file, part in parts.items() for name in part}
    (tmp_path / "pytorch_model.bin").unlink()
    (tmp_path / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": places}))
    assert_same_scores(model, tmp_path)


def bert_outputs(model, tokens, mask, types):
    with torch.no_grad():
        out = model(
            torch.tensor(tokens),
            attention_mask=torch.tensor(mask),
            token_type_ids=torch.tensor(types),
        )
    return out.last_hidden_state.numpy(), out.pooler_output


@pytest.mark.parametrize(
    "settings",
    [{}, {"hidden_act": "gelu_new", "layer_norm_eps": 0.1, "type_vocab_size": 3}],
    ids=["plain", "settings"],
)
def test_bert(transformers, settings, tmp_path):
    model = made(transformers.BertModel, transformers.BertConfig(**BERT, **settings))
    model.save_pretrained(tmp_path)
    ours = from_pretrained(tmp_path)
    mask = np.ones((2, 16), np.int64)
    mask[1, 9:] = 0
    types = (np.arange(16) > 5) * np.ones((2, 1), np.int64)
    wanted, pooled = bert_outputs(model, TOKENS, mask, types)
    for ours_mask in (mask, mask > 0):
        with no_grad():
            found = ours(tt.tensor(TOKENS), tt.tensor(ours_mask), tt.tensor(types))
        np.testing.assert_allclose(found.numpy(), wanted, atol=1e-5)
    np.testing.assert_allclose(ours.pool(found).detach().numpy(), pooled.numpy(), atol=1e-5)


def test_berts_with_heads_and_with_old_names(transformers, tmp_path):
    config = transformers.BertConfig(**BERT)
    model = made(transformers.BertForMaskedLM, config)  # names with "bert.", and no pooler
    model.save_pretrained(tmp_path)
    ones, zeros = np.ones((2, 16), np.int64), np.zeros((2, 16), np.int64)
    wanted, pooled = bert_outputs(model.bert, TOKENS, ones, zeros)
    assert pooled is None
    ours = from_pretrained(tmp_path)
    with no_grad():
        np.testing.assert_allclose(ours(tt.tensor(TOKENS)).numpy(), wanted, atol=1e-5)
    with pytest.raises(ValueError, match="no pooler; mean_pool"):
        ours.pool(tt.tensor(wanted))
    old = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        ): tensor
        for name, tensor in model.state_dict().items()
    }
    assert any(name.endswith("gamma") for name in old)
    (tmp_path / "model.safetensors").unlink()
    torch.save(old, tmp_path / "pytorch_model.bin")
    with no_grad():
        again = from_pretrained(tmp_path)(tt.tensor(TOKENS)).numpy()
    np.testing.assert_allclose(again, wanted, atol=1e-5)
