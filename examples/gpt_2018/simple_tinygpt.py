"""2018: a GPT learns to write like Shakespeare, character by character.

Radford, Narasimhan, Salimans and Sutskever, "Improving language understanding by generative
pre-training", 2018: a transformer that predicts the next token, learned from plain text.  This is the
well-known small configuration for a processor: 4 layers of 4 heads, 128 wide, a context of 64
characters, 2,000 steps.

    python examples/gpt_2018/simple_tinygpt.py                    # Tiny Shakespeare, minutes
    python examples/gpt_2018/simple_tinygpt.py --quick            # 40 KB of it, under a minute
    python examples/gpt_2018/simple_tinygpt.py --prompt "ROMEO:"  # then goes on with your text
    python examples/gpt_2018/simple_tinygpt.py --resume           # goes on where the last run stopped

The text (1.1 MB) is looked for in TT_DATA_HOME (or the platform's cache folder) and downloaded if it
is not there; --quick learns a part that is embedded.  The curve of the loss is written as a PNG file.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import tt_tensor as tt
from tt_data import DownloadError, data_home, shakespeare_excerpt, tiny_shakespeare
from tt_nn.functional import cross_entropy
from tt_optim import (
    AdamW,
    Checkpoints,
    CosineAnnealingLR,
    CSVLogger,
    LinearLR,
    SequentialLR,
    Trainer,
    plot_training_curves,
)
from tt_text import (
    GPT,
    CharTokenizer,
    GPTConfig,
    RandomWindows,
    evaluate_tokens,
    random_windows,
    split_tokens,
    stream,
)

sys.path.insert(0, str(Path(__file__).parents[1]))

from milestone import Result, report
from training import in_plain_words, options


@dataclass(frozen=True)
class Plan:
    """What is trained, and how long."""

    layers: int
    width: int
    steps: int
    peak: float  # the highest learning rate
    warmup: int = 100  # steps until then
    heads: int = 4
    context: int = 64
    batch: int = 12


# a network this small bears a higher learning rate than the usual 1e-3, which ends at about 1.92
FULL = Plan(layers=4, width=128, steps=2000, peak=3e-3)
QUICK = Plan(layers=2, width=64, steps=800, peak=3e-3)


def network(characters: int, plan: Plan) -> GPT:
    """A GPT without biases and dropout, for so many characters."""
    config = GPTConfig(
        characters, plan.context, plan.layers, plan.heads, plan.width, bias=False, gelu="none"
    )
    return GPT(config)


def next_character_loss(scores: tt.Tensor, targets: tt.Tensor) -> tt.Tensor:
    """How surprised the scores (N, L, V) are by the characters (N, L) that really come next."""
    return cross_entropy(scores.reshape(-1, scores.shape[-1]), targets.reshape(-1))


def trainer_for(model: GPT, plan: Plan, folder: Path | None) -> Trainer:
    """AdamW with decay of matrices alone, a warm-up, and half a cosine down to a tenth."""
    parameters = list(model.parameters())
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.1},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    optimizer = AdamW(groups, lr=plan.peak, betas=(0.9, 0.99))
    warmup = LinearLR(optimizer, 1 / plan.warmup, total_iters=plan.warmup)
    decay = CosineAnnealingLR(optimizer, plan.steps - plan.warmup, eta_min=plan.peak / 10)
    return Trainer(
        model,
        next_character_loss,
        optimizer,
        scheduler=SequentialLR(optimizer, [warmup, decay], [plan.warmup]),
        step_scheduler="batch",
        clip_norm=1.0,
        checkpoints=None if folder is None else Checkpoints(folder / "checkpoints", every=100),
        callbacks=[] if folder is None else [CSVLogger(folder / "log.csv")],
    )


def looks_ahead(model: GPT) -> bool:
    """Whether the scores of a character change with those that come after it.

    Such a model has a wonderful loss, as it sees what it is to predict, and cannot write.
    """
    tokens = tt.arange(model.context).reshape(1, -1) % model.config.vocab_size
    other = tokens.clone()
    half = model.context // 2
    other[:, half:] = (tokens[:, half:] + 1) % model.config.vocab_size
    return not tt.allclose(model(tokens)[:, :half], model(other)[:, :half], atol=1e-4)


def train(
    text: str, plan: Plan, folder: Path | None, resume: bool = False
) -> tuple[float, GPT, CharTokenizer]:
    """Learn the first 90 % of a text; returns the loss on all of the rest, and what has learned."""
    tokenizer = CharTokenizer.train(text)
    tokens, held_out = split_tokens(tokenizer.encode(text), 0.1)
    model = network(len(tokenizer), plan)
    size = sum(p.numel() for p in model.parameters())
    print(f"{len(tokens):,} characters to learn from, {len(held_out):,} held out; {size:,} weights")
    fixed = tt.Generator(0)  # the same windows at each evaluation
    shape = (plan.batch, plan.context)
    validation = [random_windows(held_out, *shape, generator=fixed) for _ in range(20)]
    trainer = trainer_for(model, plan, folder)
    trainer.fit(
        RandomWindows(tokens, *shape, steps=plan.steps // 10),
        epochs=10,
        validation=validation,
        resume="auto" if resume else None,
    )
    if folder is not None:
        print(draw(folder, trainer))
    model.eval()
    if looks_ahead(model):
        return math.inf, model, tokenizer
    loss = evaluate_tokens(model, held_out, stride=plan.context, batch_size=32).loss
    return loss, model, tokenizer


def draw(folder: Path, trainer: Trainer) -> str:
    """The curve of the loss as a PNG file; says where it is."""
    history = trainer.history
    path = folder / "loss.png"
    try:
        plot_training_curves(
            history.column("loss"), history.column("loss", "validation"), path=path
        )
    except ImportError as error:
        return f"no picture: {error}"
    return f"picture: {path}"


def write(model: GPT, tokenizer: CharTokenizer, prompt: str, length: int = 500) -> None:
    """Show a text while it is written."""
    print(f"\n{prompt}", end="", flush=True)
    for piece in stream(model, tokenizer, prompt, length, temperature=0.8, top_k=40):
        print(piece, end="", flush=True)
    print(flush=True)


def check_prompt(prompt: str, text: str) -> None:
    """Complain before anything is learned, not afterwards."""
    unknown = sorted(set(prompt) - set(text))
    if unknown or not prompt:
        sys.exit(
            f"--prompt: the text to be learned has no {unknown[0]!r}; use characters that it has"
            if unknown
            else "--prompt: it is empty; leave it out"
        )


def run(
    quick: bool,
    folder: Path | None,
    resume: bool = False,
    seed: int = 0,
    prompt: str | None = None,
) -> Result:
    """Train, evaluate on all that was held out, and write."""
    name, needed = ("2018 GPT, quick", 2.25) if quick else ("2018 GPT", 1.90)
    began = time.perf_counter()
    try:
        text = shakespeare_excerpt() if quick else tiny_shakespeare(download=True)
    except (DownloadError, ImportError, OSError) as error:
        why = (
            f"not run, as the text is not in {data_home()} and could not be downloaded "
            f"({type(error).__name__}); put it into {data_home() / 'tinyshakespeare' / 'input.txt'}, "
            "or set TT_DATA_HOME; --quick needs no file"
        )
        return Result(name, "none", None, needed, 0.0, why, "loss")
    if prompt is not None:
        check_prompt(prompt, text)
    tt.manual_seed(seed)
    loss, model, tokenizer = train(text, QUICK if quick else FULL, folder, resume)
    seconds = time.perf_counter() - began
    note = "it sees what it is to predict" if loss == math.inf else ""
    data = f"Shakespeare, {len(text) // 1000:,} KB, a tenth held out"
    write(model, tokenizer, prompt or "\n")
    return Result(name, data, loss, needed, seconds, note, "loss")


def main() -> int:
    """Train, evaluate, write."""
    chosen = options(__doc__, "gpt_2018", prompt="what the text begins with that is written")
    return report([run(chosen.quick, chosen.out, chosen.resume, chosen.seed, chosen.prompt)])


if __name__ == "__main__":
    sys.exit(in_plain_words(main))
