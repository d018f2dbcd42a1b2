"""A published model tells a story: 260,000 numbers that Andrej Karpathy trained on TinyStories.

    python examples/gpt_2018/tell_story.py                     # the text that its authors publish
    python examples/gpt_2018/tell_story.py "Tom had a dog"     # goes on with a beginning of yours

The model and its vocabulary (1 MB) are looked for in the folder stories260k of TT_DATA_HOME (or of
the platform's cache folder) and of shared/data beside the repository, and downloaded if they are
in neither; --folder takes them from elsewhere.

Sources: Eldan and Li, "TinyStories: how small can language models be and still speak coherent
English?", 2023; the model is https://huggingface.co/karpathy/tinyllamas (MIT licence).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from tt_data import DownloadError, Resource, data_home, fetch
from tt_text import from_llama2c, load_llama2c, stream

ORIGIN = "https://huggingface.co/karpathy/tinyllamas/resolve/main/stories260K/"
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "stories260k"
CHECKSUMS = {
    "stories260K.bin": "b0a507e7ad0f626624f17112325e66691f9076d622e1d3274d103d00299f2696",
    "tok512.bin": "037cb335abb25d1fa9e8ecae30ed2a3a8ace9302862ebcdc05d51a6bbb10c312",
}


def files(folder: Path | None = None) -> tuple[Path, Path]:
    """The model and its vocabulary: in a folder, or brought to the place of all data."""
    home = data_home() / "stories260k"
    if folder is None and BESIDE.is_dir() and not home.is_dir():
        folder = BESIDE
    if folder is None:
        for name, checksum in CHECKSUMS.items():
            fetch(Resource(name, checksum, (ORIGIN + name,)), home)
    model, vocabulary = ((folder or home) / name for name in CHECKSUMS)
    return model, vocabulary


def tell(folder: Path | None = None, prompt: str = "", tokens: int = 256) -> Iterator[str]:
    """The pieces of a story, as they are written: always the token that the model finds likeliest.

    The model begins a new story with the token that it began this one with; there the story ends.
    """
    model_file, vocabulary = files(folder)
    model, tokenizer = from_llama2c(model_file), load_llama2c(vocabulary)
    yield prompt
    yield from stream(
        model, tokenizer, prompt, tokens, temperature=0, eos=tokenizer.bos_id, overflow="stop"
    )


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
