"""GPT: the same losses as PyTorch, a cache that changes nothing, and knock-outs that show."""

import numpy as np
import pytest

import tt_tensor as tt
from tt_autograd import no_grad
from tt_text import GPT, GPTConfig, GrowingCache, Llama, LlamaConfig

CONFIG = GPTConfig(vocab_size=17, context=12, layers=2, heads=2, width=16)


def twin(torch, model):
    """The same network in PyTorch, with the same weights."""
    functional, nn = torch.nn.functional, torch.nn
    config = model.config

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            wide = config.width
            self.ln_1, self.ln_2 = nn.LayerNorm(wide), nn.LayerNorm(wide)
            self.attn = nn.ModuleDict(
                {"c_attn": nn.Linear(wide, 3 * wide), "c_proj": nn.Linear(wide, wide)}
            )
            self.mlp = nn.ModuleDict(
                {"c_fc": nn.Linear(wide, 4 * wide), "c_proj": nn.Linear(4 * wide, wide)}
            )

        def forward(self, x):
            n, length, wide = x.shape
            q, k, v = (
                part.view(n, length, config.heads, -1).transpose(1, 2)
                for part in self.attn.c_attn(self.ln_1(x)).split(wide, 2)
            )
            y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.attn.c_proj(y.transpose(1, 2).reshape(n, length, wide))
            hidden = functional.gelu(self.mlp.c_fc(self.ln_2(x)), approximate=config.gelu)
            return x + self.mlp.c_proj(hidden)

    class Twin(nn.Module):
        def __init__(self):
            super().__init__()
            self.wte = nn.Embedding(config.vocab_size, config.width)
            self.wpe = nn.Embedding(config.context, config.width)
            self.h = nn.ModuleList([Block() for _ in range(config.layers)])
            self.ln_f = nn.LayerNorm(config.width)

        def forward(self, tokens):
            x = self.wte(tokens) + self.wpe(torch.arange(tokens.shape[1]))
            for block in self.h:
                x = block(x)
            return self.ln_f(x) @ self.wte.weight.T

    out = Twin()
    out.load_state_dict({k: torch.tensor(v.numpy()) for k, v in model.state_dict().items()})
    return out


@pytest.mark.parametrize("gelu", ["tanh", "none"])
def test_the_loss_curve_equals_pytorchs(gelu):
    torch = pytest.importorskip("torch")
    from tt_optim import AdamW, clip_grad_norm_

    tt.manual_seed(0)
    model = GPT(GPTConfig(17, 12, 2, 2, 16, gelu=gelu))
    theirs = twin(torch, model)
    options = {"lr": 3e-3, "betas": (0.9, 0.95), "weight_decay": 0.1}
    ours_optimizer = AdamW(model.parameters(), **options)
    their_optimizer = torch.optim.AdamW(theirs.parameters(), **options)
    rng = np.random.default_rng(0)
    for _ in range(50):
        text = rng.integers(0, 17, (4, 13))
        text[:, 1::2] = text[:, :-1:2]  # every other token can be learned
        tokens, targets = text[:, :-1].copy(), text[:, 1:].copy()
        ours_optimizer.zero_grad()
        loss = model.loss(tt.tensor(tokens), tt.tensor(targets))
        loss.backward()
        clip_grad_norm_(model.parameters(), 1.0)
        ours_optimizer.step()
        their_optimizer.zero_grad()
        scores = theirs(torch.tensor(tokens))
        expected = torch.nn.functional.cross_entropy(
            scores.view(-1, 17), torch.tensor(targets).view(-1)
        )
        expected.backward()
        torch.nn.utils.clip_grad_norm_(theirs.parameters(), 1.0)
        their_optimizer.step()
        assert loss.item() == pytest.approx(expected.item(), abs=1e-4)
    assert loss.item() < 2.5  # it has learned something: ln 17 = 2.83


@pytest.mark.parametrize("pieces", [[1] * 8, [5, 1, 2], [3, 5], [8]])
def test_a_cache_changes_nothing(pieces):
    tt.manual_seed(0)
    model = GPT(CONFIG).eval()
    tokens = tt.randint(0, 17, (2, 8))
    with no_grad():
        whole = model(tokens)
        cache, parts, start = GrowingCache(), [], 0
        for n in pieces:
            parts.append(model(tokens[:, start : start + n], cache))
            start += n
    assert cache.length == 8
    assert tt.allclose(tt.cat(parts, 1), whole, atol=1e-5)


def llama():
    return Llama(LlamaConfig(17, 12, layers=2, heads=4, kv_heads=2, width=16, hidden=24))


@pytest.mark.parametrize("make", [lambda: GPT(CONFIG), llama])
def test_padding_on_the_left_changes_nothing(make):
    tt.manual_seed(0)
    model = make().eval()
    short, long = tt.randint(0, 17, (1, 3)), tt.randint(0, 17, (1, 5))
    batch = tt.cat([tt.cat([tt.zeros(1, 2).long(), short], 1), long])
    padding, following = tt.tensor([2, 0]), tt.tensor([[4], [5]])
    with no_grad():
        cache = GrowingCache()
        first, second = model(batch, cache, padding), model(following, cache, padding)
        alone = GrowingCache()
        assert tt.allclose(first[:1, 2:], model(short, alone), atol=1e-5)
        assert tt.allclose(second[:1], model(following[:1], alone), atol=1e-5)
        assert tt.allclose(first[1:], model(long), atol=1e-5)
    assert bool(tt.isfinite(first).all())


@pytest.mark.parametrize("pieces", [[1] * 8, [5, 3]])
def test_llamas_cache_changes_nothing(pieces):
    tt.manual_seed(0)
    model, cache, start, parts = llama().eval(), GrowingCache(), 0, []
    tokens = tt.randint(0, 17, (2, 8))
    with no_grad():
        for n in pieces:
            parts.append(model(tokens[:, start : start + n], cache))
            start += n
        assert tt.allclose(tt.cat(parts, 1), model(tokens), atol=1e-5)


def test_a_later_token_has_no_influence_on_earlier_scores():
    tt.manual_seed(0)
    model = GPT(CONFIG).eval()
    tokens = tt.randint(0, 17, (1, 8))
    changed = tokens.clone()
    changed[0, 5] = (changed[0, 5] + 1) % 17
    before, after = model(tokens), model(changed)
    assert tt.equal(before[:, :5], after[:, :5])
    assert not tt.allclose(before[:, 5:], after[:, 5:])


def test_order_counts_only_through_positions():
    """Without a mask and positions, the last token's scores would not depend on the order."""
    tt.manual_seed(0)
    model = GPT(CONFIG).eval()
    forward, swapped = tt.tensor([[1, 2, 3, 4]]), tt.tensor([[2, 1, 3, 4]])
    assert not tt.allclose(model(forward)[:, -1], model(swapped)[:, -1], atol=1e-4)
    model.wpe.weight.detach().zero_()
    one_layer = GPT(GPTConfig(17, 12, 1, 2, 16)).eval()
    one_layer.wpe.weight.detach().zero_()
    assert tt.allclose(one_layer(forward)[:, -1], one_layer(swapped)[:, -1], atol=1e-5)


def test_the_last_layer_shares_the_table_or_has_its_own():
    assert "lm_head.weight" not in GPT(CONFIG).state_dict()
    own = GPT(GPTConfig(17, 12, 1, 2, 16, tied=False))
    assert own.state_dict()["lm_head.weight"].shape == (17, 16)
    # GPT-2's smallest model: 124,439,808 parameters; here by formula, without the memory
    wide, layers, vocabulary, context = 768, 12, 50257, 1024
    per_block = 12 * wide * wide + 13 * wide
    assert (vocabulary + context) * wide + layers * per_block + 2 * wide == 124_439_808
    small = GPT(CONFIG)
    count = sum(p.numel() for p in small.parameters())
    assert count == (17 + 12) * 16 + 2 * (12 * 16 * 16 + 13 * 16) + 2 * 16


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: GPT(CONFIG)(tt.tensor([[17]])), IndexError, r"token 17 at position \[0, 0\]"),
        (lambda: GPT(CONFIG)(tt.zeros(1, 13).long()), tt.ShapeError, "13 positions are more than"),
        (lambda: GPT(CONFIG)(tt.tensor([1])), tt.ShapeError, r"expected \(N, L\)"),
        (lambda: GPTConfig(10, width=10, heads=3), ValueError, "not a multiple of heads=3"),
        (
            lambda: GPT(CONFIG)(tt.tensor([[1]]), None, tt.tensor([[1]])),
            tt.ShapeError,
            "padding: exp",
        ),
        (lambda: GPT(CONFIG)([[1]]), TypeError, r"expected a tensor \(N, L\), not list"),
        (
            lambda: GPT(CONFIG)(tt.tensor([[1]]), None, tt.tensor([-1])),
            ValueError,
            "padding: amounts cannot be negative",
        ),
        (
            lambda: GPT(CONFIG).loss(tt.ones(2, 3).long(), tt.ones(3, 2).long()),
            tt.ShapeError,
            r"targets: expected \(2, 3\) like the tokens, not \(3, 2\)",
        ),
        (lambda: llama().loss(tt.ones(2, 3).long(), tt.ones(6).long()), tt.ShapeError, "targets"),
        (lambda: LlamaConfig(10, heads=4, kv_heads=3), ValueError, "multiple of kv_heads=3"),
        (lambda: llama()(tt.zeros(1, 13).long()), tt.ShapeError, "13 positions are more than"),
        (lambda: GPTConfig(0), ValueError, "vocab_size must be at least 1"),
        (lambda: GPTConfig(1, gelu="exact"), ValueError, "gelu must be"),
    ],
)
def test_bad_input_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
