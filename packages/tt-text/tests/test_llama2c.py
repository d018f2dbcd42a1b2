"""llama2.c's files: the story model tells what its authors say, broken files are refused."""

import importlib.util
import struct
from pathlib import Path

import numpy as np
import pytest

import tt_tensor as tt
from tt_autograd import no_grad
from tt_text import Llama, LlamaConfig, from_llama2c

EXAMPLE = Path(__file__).parents[3] / "examples" / "gpt_2018" / "tell_story.py"
SIZES = {
    "dim": 8, "hidden_dim": 12, "n_layers": 2, "n_heads": 2, "n_kv_heads": 1, "vocab_size": 11,
    "seq_len": 16,
}  # fmt: skip


def as_bytes(model, sizes):
    """A model's file, in the order in which llama2.c's export writes it."""
    state = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    per_layer = [
        "input_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj",
        "self_attn.o_proj", "post_attention_layernorm", "mlp.gate_proj", "mlp.down_proj",
        "mlp.up_proj",
    ]  # fmt: skip
    blocks = [state["embed_tokens.weight"]]
    for part in per_layer:
        blocks += [state[f"layers.{i}.{part}.weight"] for i in range(sizes["n_layers"])]
    half = sizes["dim"] // sizes["n_heads"] // 2
    blocks += [state["norm.weight"], np.full((2, sizes["seq_len"], half), 7.0)]
    if sizes["vocab_size"] < 0:
        blocks.append(state["lm_head.weight"])
    numbers = np.concatenate([np.ravel(block) for block in blocks]).astype("<f4")
    return struct.pack("<7i", *sizes.values()) + numbers.tobytes()


@pytest.mark.parametrize("tied", [True, False])
def test_a_model_comes_back(tied, tmp_path):
    sizes = {**SIZES, "vocab_size": 11 if tied else -11}
    config = LlamaConfig(11, 16, 2, 2, 1, 8, 12, rotary="pairs", tied=tied)
    model = Llama(config)
    path = tmp_path / "model.bin"
    path.write_bytes(as_bytes(model, sizes))
    loaded = from_llama2c(path)
    assert loaded.config == config
    assert not loaded.training
    tokens = tt.tensor([[3, 1, 4, 1, 5]])
    with no_grad():
        np.testing.assert_array_equal(loaded(tokens).numpy(), model(tokens).numpy())


def header(**changes):
    return struct.pack("<7i", *{**SIZES, **changes}.values())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "0 bytes, its header alone has 28"),
        (header() + bytes(100), r"truncated: it has 128 bytes, and Header\(dim=8.* needs 4,"),
        (header() + bytes(10_000), "too long: it has 10,028 bytes"),
        (struct.pack("<7i", 0x616B3432, 2, 8, 12, 2, 2, 1), "version 2.*--version 0"),
        (header(n_layers=0), "n_layers=0, which no model has"),
        (header(vocab_size=0), "vocab_size=0"),
        (header(dim=-8), "dim=-8"),
        (header(seq_len=2**30), "seq_len=1073741824"),
        (header(n_heads=3), "dim must be a multiple of 2·n_heads"),
        (header(n_heads=8), "dim must be a multiple of 2·n_heads"),  # heads of one number
        (header(n_kv_heads=4), "n_heads one of n_kv_heads"),
    ],
)
def test_broken_files_are_refused(data, words, tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=rf"model\.bin' is no llama2\.c model: .*{words}"):
        from_llama2c(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.bin"):
        from_llama2c(tmp_path / "nowhere.bin")


@pytest.fixture(scope="module")
def example():
    if not EXAMPLE.is_file():
        pytest.skip("the examples of the repository are not here")
    spec = importlib.util.spec_from_file_location("tell_story", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_story_is_the_one_that_the_authors_publish(example, stories_folder):
    page = (stories_folder / "stories260K.md").read_text("utf-8")
    story = page.split("-t 0.0\n")[1].split("\n```")[0]
    assert story.startswith("Once upon a time")
    assert "".join(example.tell(stories_folder)) == story


def test_a_prompt_is_continued(example, stories_folder):
    story = "".join(example.tell(stories_folder, "Once upon a time, there was", tokens=20))
    assert story.startswith("Once upon a time, there was a little girl named Lily.")
