"""Shakespeare: the embedded part, and the file that is looked for or downloaded."""

import hashlib
import os
from pathlib import Path

import pytest

from tt_data import DownloadError, shakespeare_excerpt, tiny_shakespeare
from tt_data.datasets import shakespeare


@pytest.fixture
def short(monkeypatch, tmp_path):
    """A folder with a short text that counts as the right one."""
    monkeypatch.setenv("TT_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    content = b"To be, or not to be"
    text = shakespeare.TEXT._replace(sha256=hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(shakespeare, "TEXT", text)
    folder = tmp_path / "mine" / "tinyshakespeare"
    folder.mkdir(parents=True)
    (folder / "input.txt").write_bytes(content)
    return tmp_path / "mine"


def test_the_excerpt_is_a_part_of_the_plays():
    text = shakespeare_excerpt()
    assert 35_000 < len(text) < 40_000
    assert text.startswith("GLOUCESTER:\nNow is the winter of our discontent\n")
    assert text.endswith("\n")
    assert "\r" not in text
    assert len(set(text)) < 65


def test_the_excerpt_is_where_its_note_says():
    for home in (os.environ.get("TT_DATA_HOME"), Path(__file__).parents[4] / "shared" / "data"):
        if home and (Path(home) / "tinyshakespeare").is_dir():
            break
    else:
        pytest.skip("tinyshakespeare is neither in TT_DATA_HOME nor in shared/data")
    whole = tiny_shakespeare(home)
    assert (len(whole), len(set(whole))) == (1_115_394, 65)
    excerpt = shakespeare_excerpt()
    assert whole.find(excerpt) == 154_470
    note = Path(shakespeare.__file__).with_name("shakespeare_SOURCE.txt").read_text("utf-8")
    assert f"154,470 to {154_470 + len(excerpt):,}" in note


def test_the_text_is_found_in_the_folder_or_the_home(short, monkeypatch):
    assert tiny_shakespeare(short) == "To be, or not to be"
    monkeypatch.setenv("TT_DATA_HOME", str(short))
    assert tiny_shakespeare() == tiny_shakespeare(download=True) == "To be, or not to be"


def test_a_missing_text_names_the_places(short, tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"(?s)tinyshakespeare.*download=True.*TT_DATA_HOME"
    ):
        tiny_shakespeare(tmp_path)


def test_a_truncated_text_is_refused_or_brought_again(short, monkeypatch):
    path = short / "tinyshakespeare" / "input.txt"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(ValueError, match="is not the whole text: it has 18 bytes"):
        tiny_shakespeare(short)

    def bring(resource, folder):
        (folder / resource.name).write_bytes(whole)
        return folder / resource.name

    monkeypatch.setattr(shakespeare, "fetch", bring)
    assert tiny_shakespeare(short, download=True) == "To be, or not to be"


def test_without_a_network_the_message_helps(short, tmp_path, monkeypatch):
    def fail(resource, folder):
        raise DownloadError("no connection")

    monkeypatch.setattr(shakespeare, "fetch", fail)
    with pytest.raises(
        DownloadError, match=r"(?s)no connection.*TT_DATA_HOME.*shakespeare_excerpt"
    ):
        tiny_shakespeare(tmp_path, download=True)
