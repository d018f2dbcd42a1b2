"""A small GPT, side by side with PyTorch eager: a training step, and writing with a cache.

    nox -s bench                             # writes its section of docs/benchmarks.md
    python benchmarks/language.py            # prints it

Each library is in a process of its own and they take turns, as in vision_training.py.  The ratio of
times is PyTorch's divided by ours: above 1, ours is faster.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
from page import environment
from turns import Child, command_line

from tt_perf import race

Step = Callable[[], object]
VOCABULARY, NEW_TOKENS = 65, 255


# what is measured, in words; how much of PyTorch's speed is the goal; how many pairs of blocks
WORKLOADS = {
    "train": ("training step, 4×128, context 64, batch 12, AdamW", 0.6, 31),
    "decode-4x128": (f"writing {NEW_TOKENS} tokens at batch 1, 4×128", 2.0, 15),
    "decode-6x384": (f"writing {NEW_TOKENS} tokens at batch 1, 6×384", 1.1, 11),
}
SIZES = {
    "train": (64, 4, 4, 128),
    "decode-4x128": (256, 4, 4, 128),
    "decode-6x384": (256, 6, 6, 384),
}


def ours(workload: str) -> Step:
    """The step with the wheels of this repository."""
    import tt_tensor as tt
    from tt_autograd import no_grad
    from tt_optim import AdamW, clip_grad_norm_
    from tt_text import GPT, GPTConfig, GrowingCache

    tt.keep_memory()
    context, layers, heads, width = SIZES[workload]
    model = GPT(GPTConfig(VOCABULARY, context, layers, heads, width, bias=False, gelu="none"))
    x, y = (tt.from_numpy(array) for array in texts(workload))
    optimizer = AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1)

    def train() -> None:
        optimizer.zero_grad()
        model.loss(x, y).backward()
        clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    @no_grad()
    def write() -> None:
        model.eval()
        cache = GrowingCache()
        scores = model(x, cache)
        for _ in range(NEW_TOKENS):
            token = scores[:, -1].argmax(-1, keepdim=True)
            scores = model(token, cache)

    return train if workload == "train" else write


def theirs(workload: str) -> Step:
    """The same with PyTorch."""
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    model = their_gpt(*SIZES[workload])
    x, y = (torch.from_numpy(array) for array in texts(workload))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1)

    def train() -> None:
        optimizer.zero_grad()
        scores = model(x, None)
        torch.nn.functional.cross_entropy(scores.flatten(0, 1), y.flatten()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    @torch.no_grad()
    def write() -> None:
        model.eval()
        cache: list[Any] = [None] * SIZES[workload][1]
        scores = model(x, cache)
        for _ in range(NEW_TOKENS):
            token = scores[:, -1].argmax(-1, keepdim=True)
            scores = model(token, cache)

    return train if workload == "train" else write


def their_gpt(context: int, layers: int, heads: int, width: int) -> Any:
    """The network of tt_text.GPT, with PyTorch's fused attention and a cache that grows by cat."""
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ln_1, self.ln_2 = (nn.LayerNorm(width, bias=False) for _ in range(2))
            self.c_attn = nn.Linear(width, 3 * width, bias=False)
            self.c_proj = nn.Linear(width, width, bias=False)
            self.c_fc = nn.Linear(width, 4 * width, bias=False)
            self.c_out = nn.Linear(4 * width, width, bias=False)

        def forward(self, x: Any, layer: int, cache: list[Any] | None) -> Any:
            n, length, _ = x.shape
            parts = self.c_attn(self.ln_1(x)).split(width, 2)
            q, k, v = (part.view(n, length, heads, -1).transpose(1, 2) for part in parts)
            if cache is not None:
                if cache[layer] is not None:
                    k, v = (torch.cat(pair, 2) for pair in zip(cache[layer], (k, v), strict=True))
                cache[layer] = k, v
            y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=length > 1)
            x = x + self.c_proj(y.transpose(1, 2).reshape(n, length, width))
            return x + self.c_out(nn.functional.gelu(self.c_fc(self.ln_2(x))))

    class GPT(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.wte = nn.Embedding(VOCABULARY, width)
            self.wpe = nn.Embedding(context, width)
            self.blocks = nn.ModuleList([Block() for _ in range(layers)])
            self.ln_f = nn.LayerNorm(width, bias=False)

        def forward(self, tokens: Any, cache: list[Any] | None) -> Any:
            start = cache[0][0].shape[2] if cache and cache[0] is not None else 0
            x = self.wte(tokens) + self.wpe(torch.arange(start, start + tokens.shape[1]))
            for layer, block in enumerate(self.blocks):
                x = block(x, layer, cache)
            return self.ln_f(x) @ self.wte.weight.T

    return GPT()


def texts(workload: str) -> tuple[np.ndarray, np.ndarray]:
    """Random tokens and those that follow: 12 texts to train on, or a first token."""
    rng = np.random.default_rng(0)
    shape = (12, 64) if workload == "train" else (1, 1)
    return rng.integers(0, VOCABULARY, shape), rng.integers(0, VOCABULARY, shape)


def measure(repeats: float, threads: int) -> str:
    """The whole section; ``repeats`` scales how many pairs of blocks are measured."""
    rows = ["| workload | ours, ms | PyTorch, ms | ratio | 95 % | goal |", "|---" * 6 + "|"]
    memory, missed = [], []
    for workload, (name, goal, pairs) in WORKLOADS.items():
        with (
            Child(__file__, "ours", workload, threads) as mine,
            Child(__file__, "theirs", workload, threads) as other,
        ):
            a, b, result = race(mine, other, repeats=max(int(pairs * repeats), 3), min_time=0.05)
            memory.append(f"{mine.memory:.0f} against {other.memory:.0f} MB")
        low, high = result.interval
        print(f"{name}: {result}; {memory[-1]}", flush=True)
        rows.append(
            f"| {name} | {1e3 * a.median:.1f} | {1e3 * b.median:.1f} | {result.ratio:.2f} "
            f"| {low:.2f} to {high:.2f} | {goal} |"
        )
        missed += [name] * (result.ratio < goal)
    return "\n".join(
        [
            "## Language",
            "",
            "Written by `nox -s bench` (the program is `benchmarks/language.py`). Each library is in a process",
            f"of its own with {threads} threads; steps in turn, medians; the ratio is PyTorch's time divided by",
            "ours. Peak memory of the whole process, in the order of the rows: " + "; ".join(memory) + ".",
            "",
            *rows,
            "",
            "Not reached here: " + ("; ".join(missed) or "none") + ".",
            "",
            environment(),
        ]
    )  # fmt: skip


if __name__ == "__main__":
    command_line(__doc__, measure, {"ours": ours, "theirs": theirs})
