"""Tokenizers, side by side with tiktoken and HuggingFace's two: learning, encoding, decoding.

    nox -s bench                                   # writes a section of docs/benchmarks.md
    python benchmarks/tokenizers.py                # prints the tables

The text is Tiny Shakespeare, 1.1 million characters; the vocabulary GPT-2's, 50,257 tokens.  Both are
looked for in TT_DATA_HOME and in shared/data beside the repository.  Whoever is not installed does
not take part.  One thread each, its processor time; everybody in turn, round after round; medians.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.append(sys.path.pop(0))  # this folder comes last: the library has this program's name
os.environ["TOKENIZERS_PARALLELISM"] = "false"

from page import environment, write_section

from tt_text import BPETokenizer, load_gpt2
from tt_text.tokenizers import GPT2_PATTERN, Splitter, train_merges, train_simple

ROOT = Path(__file__).resolve().parents[1]
HOMES = [os.environ.get("TT_DATA_HOME"), ROOT.parent / "shared" / "data"]
CACHED = {  # what tiktoken calls the two files
    "vocab.bpe": "6d1cbeee0f20b3d9449abfede4726ed8212e3aee",
    "encoder.json": "6c7ea1a7e38e3a7f062df639a5b80947f075ffe6",
}
MERGES, SIMPLE_MERGES = 1000, 5
Encode = Callable[[str], list[int]]


def find(name: str) -> Path:
    """A folder of data."""
    for home in filter(None, HOMES):
        if (Path(home) / name).is_dir():
            return Path(home) / name
    print(
        f"{name} is neither in TT_DATA_HOME nor in shared/data beside the repository: not measured"
    )
    sys.exit()


# ---- who takes part -----------------------------------------------------------------------------


def ours(folder: Path) -> tuple[Encode, Callable[[list[int]], str]]:
    """This repository."""
    tokenizer = load_gpt2(folder)
    return tokenizer.encode, tokenizer.decode


def ours_from_nothing(folder: Path) -> tuple[Encode, None]:
    """This repository, with no word remembered from earlier texts."""
    made = load_gpt2(folder)

    def encode(text: str) -> list[int]:
        made._cache.clear()
        return made.encode(text)

    return encode, None


def theirs_tiktoken(folder: Path) -> tuple[Encode, Callable[[list[int]], str]]:
    """OpenAI's tokenizer, in Rust."""
    import tiktoken

    with tempfile.TemporaryDirectory() as cache:
        for name, cached in CACHED.items():
            shutil.copy(folder / name, Path(cache) / cached)
        os.environ["TIKTOKEN_CACHE_DIR"] = cache
        encoding = tiktoken.get_encoding("gpt2")
    return encoding.encode, encoding.decode


def theirs_fast(folder: Path) -> tuple[Encode, Callable[[list[int]], str]]:
    """HuggingFace's tokenizers, in Rust."""
    import tokenizers

    model = tokenizers.models.BPE.from_file(str(folder / "encoder.json"), str(folder / "vocab.bpe"))
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    return lambda text: tokenizer.encode(text).ids, tokenizer.decode


def theirs_slow(folder: Path) -> tuple[Encode, Callable[[list[int]], str]]:
    """HuggingFace's transformers, in Python; since version 5 there is none."""
    from transformers import GPT2Tokenizer, __version__

    if int(__version__.split(".")[0]) > 4:
        raise ImportError("since version 5 there is no tokenizer in Python")
    tokenizer = GPT2Tokenizer(str(folder / "encoder.json"), str(folder / "vocab.bpe"))
    return lambda text: tokenizer(text)["input_ids"], tokenizer.decode


ENCODERS = {
    "ours": (ours, "tt-text"),
    "ours, no word remembered": (ours_from_nothing, "tt-text"),
    "tiktoken": (theirs_tiktoken, "tiktoken"),
    "HuggingFace tokenizers (fast)": (theirs_fast, "tokenizers"),
    "HuggingFace transformers (slow)": (theirs_slow, "transformers"),
}


def learn_fast(text: str) -> int:
    """Learn with this repository."""
    return BPETokenizer.train(text, 256 + MERGES).vocab_size


def learn_theirs(text: str) -> int:
    """Learn with HuggingFace's tokenizers."""
    import tokenizers

    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=256 + MERGES,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([text], trainer)
    return int(tokenizer.get_vocab_size())


# ---- measuring ----------------------------------------------------------------------------------


def seconds_of(function: Callable[[], object]) -> float:
    """How much of the processor one call takes; others on the machine disturb it little."""
    start = time.process_time()
    function()
    return time.process_time() - start


def medians(functions: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each function; they take turns."""
    for function in functions.values():
        function()
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            times[name].append(seconds_of(function))
    return {name: statistics.median(values) for name, values in times.items()}


def measure_encoding(text: str, folder: Path, rounds: int) -> list[str]:
    """The table of tokens per second."""
    encoders: dict[str, Encode] = {}
    decoders: dict[str, Callable[[list[int]], str]] = {}
    for name, (make, package) in ENCODERS.items():
        try:
            encoders[name], decode = make(folder)
        except ImportError:
            print(f"{name} does not take part: {package} is not installed, or too new", flush=True)
            continue
        if decode is not None:
            decoders[name] = decode
    ids, lines = encoders["ours"](text), text.splitlines(keepends=True)
    whole = medians({n: lambda e=e: e(text) for n, e in encoders.items()}, rounds)
    by_line = medians({n: lambda e=e: [e(line) for line in lines] for n, e in encoders.items()}, 3)
    back = medians({n: lambda d=d: d(ids) for n, d in decoders.items()}, 3)
    rows = [
        "| | whole text | ratio | line by line | ratio | decoding |",
        "|---|---|---|---|---|---|",
    ]
    million = len(ids) / 1e6
    for name, encode in encoders.items():
        assert encode(text) == ids, f"{name} has other tokens"
        package = ENCODERS[name][1]
        version = "" if package == "tt-text" else " " + importlib.metadata.version(package)
        decoding = f"{million / back[name]:.2f}" if name in back else ""
        rows.append(
            f"| {name + version} | {million / whole[name]:.2f} | {whole[name] / whole['ours']:.2f} | "
            f"{million / by_line[name]:.2f} | {by_line[name] / by_line['ours']:.2f} | {decoding} |"
        )
    return rows


def measure_learning(text: str, rounds: int) -> list[str]:
    """The table of learning 1,000 merges."""
    learners = {"ours": lambda: learn_fast(text)}
    try:
        learn_theirs("a small text")
        learners["HuggingFace tokenizers (fast)"] = lambda: learn_theirs(text)
    except ImportError:
        print("HuggingFace's trainer does not take part: tokenizers is not installed", flush=True)
    seconds = medians(learners, rounds)
    words: dict[bytes, int] = {}
    for word in Splitter(GPT2_PATTERN).words(text):
        words[word.encode()] = words.get(word.encode(), 0) + 1
    assert train_simple(words, SIMPLE_MERGES) == train_merges(words, SIMPLE_MERGES)
    simple = seconds_of(lambda: train_simple(words, SIMPLE_MERGES)) * MERGES / SIMPLE_MERGES
    rows = ["| | seconds |", "|---|---|"]
    rows += [f"| {name} | {value:.2f} |" for name, value in seconds.items()]
    rows.append(
        f"| ours, the definition (`train_simple`; from {SIMPLE_MERGES} merges) | {simple:.0f} |"
    )
    return rows


def measure(rounds: int) -> str:
    """The section."""
    text = (find("tinyshakespeare") / "input.txt").read_text("utf-8")
    encoding = measure_encoding(text, find("gpt2_bpe"), rounds)
    learning = measure_learning(text, 3)
    return "\n".join(
        [
            "## Tokenizers",
            "",
            "Written by `nox -s bench` (the program is `benchmarks/tokenizers.py`).",
            "",
            "Millions of tokens per second on Tiny Shakespeare (1.1 million characters, 338,025 tokens) with",
            "GPT-2's vocabulary; the tokens are the same. One thread each and its processor time, everybody in",
            "turn, medians. The ratio is their time divided by ours: above 1, ours is faster. Ours remembers",
            "the tokens of words it has met, so a second text is encoded faster than the first.",
            "",
            *encoding,
            "",
            "Learning 1,000 merges from the same text:",
            "",
            *learning,
            "",
            environment(),
        ]
    )


def main() -> None:
    """Measure and print, or write the section of a page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write it into this page")
    parser.add_argument("--repeats", type=int, default=9, help="rounds of encoding")
    options = parser.parse_args()
    section = measure(options.repeats)
    if options.write:
        write_section(options.write, section)
    else:
        print(section)


if __name__ == "__main__":
    main()
