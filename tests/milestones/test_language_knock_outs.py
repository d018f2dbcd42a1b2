"""Tasks of a second each that a language model must pass, and cannot with a part knocked out.

*Recall*: which token came three places ago? It takes attention to fetch it and positions to know
which one it is; whoever fetches without positions knows only what there is. *Chance*: the next token
of a text of random tokens cannot be known; a model that does better looks ahead. And whoever
recalls repeats a text when it writes, if its cache holds what came before.
"""

import numpy as np
import pytest

import tt_tensor as tt
from tt_optim import AdamW
from tt_text import GPT, GPTConfig, GrowingCache, Llama, LlamaConfig, generate
from tt_text.models import gpt, llama

TOKENS, LENGTH, BACK = 8, 12, 3
CHANCE = float(np.log(TOKENS))


def small(kind):
    """A model of one block."""
    tt.manual_seed(0)
    if kind == "gpt":
        return GPT(GPTConfig(TOKENS, context=LENGTH, layers=1, heads=2, width=32))
    sizes = LlamaConfig(TOKENS, context=LENGTH, layers=1, heads=2, kv_heads=1, width=32, hidden=32)
    return Llama(sizes)


def recall(x):
    """The targets are the tokens of three places ago; -100, which is ignored, before that."""
    y = np.full_like(x, -100)
    y[:, BACK:] = x[:, :-BACK]
    return x, y


def chance(x):
    """The targets are the next tokens."""
    return x[:, :-1], x[:, 1:]


def learn(model, task, steps=200):
    """Train on random texts; returns the loss and the share of right answers on new ones."""
    rng = np.random.default_rng(0)
    optimizer = AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    for _ in range(steps):
        optimizer.zero_grad()
        model.loss(*map(tt.from_numpy, task(rng.integers(0, TOKENS, (32, LENGTH))))).backward()
        optimizer.step()
    x, y = task(rng.integers(0, TOKENS, (64, LENGTH)))
    best = model.eval()(tt.from_numpy(x)).detach().numpy().argmax(-1)
    loss = model.loss(tt.from_numpy(x), tt.from_numpy(y)).item()
    return loss, (best == y)[y >= 0].mean()


def recalls(model):
    return learn(model, recall)[1] > 0.95


def keeps_to_chance(model):
    return learn(model, chance, steps=60)[0] > CHANCE - 0.1


class Forgetful(GrowingCache):
    """Gives back what is new alone."""

    def append(self, layer, key, value):
        super().append(layer, key, value)
        return key, value


def without_positions(model):
    if isinstance(model, GPT):
        model.wpe.forward = lambda vectors, start=0, padding=None: vectors
    else:
        model.turn.forward = lambda vectors, start=0: vectors


def without_attention(model):
    blocks = model.h if isinstance(model, GPT) else model.layers
    for block in blocks:
        last = block.attn.c_proj if isinstance(model, GPT) else block.self_attn.o_proj
        last.forward = lambda mixed: mixed * 0


def without_gradient_of_attention(model):
    for name, parameter in model.named_parameters():
        if "attn" in name:
            parameter.register_hook(lambda grad: grad * 0)


@pytest.mark.parametrize("kind", ["gpt", "llama"])
def test_a_whole_model_passes(kind):
    assert recalls(small(kind))
    assert keeps_to_chance(small(kind))


@pytest.mark.parametrize("kind", ["gpt", "llama"])
@pytest.mark.parametrize(
    "knock_out", [without_positions, without_attention, without_gradient_of_attention]
)
def test_it_cannot_recall(kind, knock_out):
    model = small(kind)
    knock_out(model)
    assert not recalls(model)


@pytest.mark.parametrize(("kind", "module"), [("gpt", gpt), ("llama", llama)])
def test_it_looks_ahead_without_the_mask(kind, module, monkeypatch):
    whole = module.scaled_dot_product_attention

    def unmasked(q, k, v, mask=None, dropout_p=0.0, is_causal=False, **options):
        return whole(q, k, v, None, dropout_p, **options)

    monkeypatch.setattr(module, "scaled_dot_product_attention", unmasked)
    assert not keeps_to_chance(small(kind))


@pytest.mark.parametrize("kind", ["gpt", "llama"])
def test_it_cannot_write_with_a_cache_that_forgets(kind):
    model = small(kind)
    assert recalls(model)
    prompt = [5, 0, 3, 6]
    repeated = [[*prompt, *prompt, 5, 0]]  # what comes next is what came three places ago
    assert generate(model, [prompt], 6, temperature=0) == repeated
    assert generate(model, [prompt], 6, temperature=0, cache=Forgetful) != repeated
