"""A published model tells a story: 260,000 numbers that Andrej Karpathy trained on TinyStories.

    python examples/gpt_2018/tell_story.py                     # the text that its authors publish
    python examples/gpt_2018/tell_story.py "Tom had a dog"     # goes on with a beginning of yours

The model and its vocabulary (1 MB) are looked for in the folder stories260k of TT_DATA_HOME (or of
the platform's cache folder) and downloaded if they are not there; --folder takes them from elsewhere.

Sources: Eldan and Li, "TinyStories: how small can language models be and still speak coherent
English?", 2023; the model is https://huggingface.co/karpathy/tinyllamas (MIT licence).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import tt_tensor as tt
from tt_autograd import no_grad
from tt_data import DownloadError, Resource, data_home, fetch
from tt_text import (
    GrowingCache,
    Llama,
    SentencePieceTokenizer,
    from_llama2c,
    load_llama2c,
)

HOME = "https://huggingface.co/karpathy/tinyllamas/resolve/main/stories260K/"
CHECKSUMS = {
    "stories260K.bin": "b0a507e7ad0f626624f17112325e66691f9076d622e1d3274d103d00299f2696",
    "tok512.bin": "037cb335abb25d1fa9e8ecae30ed2a3a8ace9302862ebcdc05d51a6bbb10c312",
}


def files(folder: Path | None = None) -> tuple[Path, Path]:
    """The model and its vocabulary: in a folder, or brought to the place of all data."""
    if folder is not None:
        model, vocabulary = (folder / name for name in CHECKSUMS)
        return model, vocabulary
    place = data_home() / "stories260k"
    model, vocabulary = (
        fetch(Resource(name, checksum, (HOME + name,)), place)
        for name, checksum in CHECKSUMS.items()
    )
    return model, vocabulary


def greedy(
    model: Llama, tokenizer: SentencePieceTokenizer, prompt: str, steps: int
) -> Iterator[int]:
    """The tokens that the model finds likeliest, one after the other, until it begins a new story."""
    cache = GrowingCache()
    new = tokenizer.encode(prompt, bos=True) if prompt else tokenizer.with_special([])
    for _ in range(steps):
        with no_grad():
            scores = model(tt.tensor([new]), cache)  # (1, tokens, vocabulary)
        token = int(scores[0, -1].argmax())
        if token in tokenizer.prefix:
            return
        yield token
        new = [token]


def tell(folder: Path | None = None, prompt: str = "", steps: int = 256) -> Iterator[str]:
    """The pieces of a story, as they are written."""
    model_file, vocabulary = files(folder)
    model, tokenizer = from_llama2c(model_file), load_llama2c(vocabulary)
    yield prompt
    last = tokenizer.encode(prompt)[-1] if prompt else None
    yield from tokenizer.stream(greedy(model, tokenizer, prompt, steps), previous=last)


def main() -> int:
    """Tell the story that was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("prompt", nargs="?", default="", help="how the story begins")
    parser.add_argument("--folder", type=Path, help="holds stories260K.bin and tok512.bin")
    parser.add_argument("--tokens", type=int, default=256, help="how many at most (256)")
    options = parser.parse_args()
    try:
        for piece in tell(options.folder, options.prompt, options.tokens):
            print(piece, end="", flush=True)
    except (DownloadError, ImportError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
