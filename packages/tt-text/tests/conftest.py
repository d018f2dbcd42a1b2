"""Where the tests find files that are too large for the repository."""

import os
from pathlib import Path

import pytest


def find_data(name):
    """A folder of ``TT_DATA_HOME``, or of shared/data beside the repository."""
    homes = [os.environ.get("TT_DATA_HOME"), Path(__file__).parents[4] / "shared" / "data"]
    for home in filter(None, homes):
        if (Path(home) / name).is_dir():
            return Path(home) / name
    pytest.skip(f"{name} is neither in TT_DATA_HOME nor in shared/data beside the repository")


@pytest.fixture(scope="session")
def gpt2_folder():
    """GPT-2's encoder.json and vocab.bpe."""
    return find_data("gpt2_bpe")


@pytest.fixture(scope="session")
def shakespeare():
    """Tiny Shakespeare, 1,115,394 characters."""
    return (find_data("tinyshakespeare") / "input.txt").read_text("utf-8")


@pytest.fixture(scope="session")
def stories_folder():
    """The story model and its tokenizer."""
    return find_data("stories260k")
