"""The history of a training, in memory and on the disk."""

import json
import math
import os

import pytest

from tt_optim import EpochRecord, History


def example():
    return History(
        [
            EpochRecord(1, {"loss": 0.5, "accuracy": 0.25}, {}, 0.1, 1.5),
            EpochRecord(2, {"loss": 0.25, "accuracy": 0.5}, {"loss": 0.75}, 0.05, 1.25),
        ]
    )


def test_columns():
    assert example().column("accuracy") == [0.25, 0.5]
    with pytest.raises(KeyError, match="'f1': epoch 1 has 'loss', 'accuracy' in its train part"):
        example().column("f1")
    with pytest.raises(KeyError, match="epoch 1 has nothing in its validation part"):
        example().column("loss", "validation")
    with pytest.raises(ValueError, match="part must be"):
        example().column("loss", "test")


def test_it_travels_as_json(tmp_path):
    example().save(tmp_path / "history.json")
    assert History.load(tmp_path / "history.json") == example()
    History().save(str(tmp_path / "history.json"))
    assert History.load(tmp_path / "history.json") == History()
    assert os.listdir(tmp_path) == ["history.json"]


def test_numbers_that_json_does_not_have_survive(tmp_path):
    path = tmp_path / "history.json"
    odd = {"nan": math.nan, "up": math.inf, "down": -math.inf}
    History([EpochRecord(1, odd, {}, 0.1, 1.0)]).save(path)

    def refuse(name):
        raise AssertionError(name)

    json.loads(path.read_text(), parse_constant=refuse)
    back = History.load(path).epochs[0].train
    assert math.isnan(back["nan"])
    assert (back["up"], back["down"]) == (math.inf, -math.inf)


@pytest.mark.parametrize(
    "text",
    ["", "[{", "3", "[3]", '[{"epoch": 1}]', '{"a": 1}', "[[1, 2, 3, 4, 5]]", "\udcff"],
)
def test_other_files_are_refused(text, tmp_path):
    path = tmp_path / "broken.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError, match=r"broken.json.*is not a history"):
        History.load(path)


def test_a_truncated_file_is_refused(tmp_path):
    path = tmp_path / "history.json"
    example().save(path)
    whole = path.read_bytes()
    for size in range(len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError, match="not a whole one"):
            History.load(path)


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "history.json"
    example().save(path)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"history.json could not be written \(No space left"):
        History().save(path)
    assert History.load(path) == example()
    assert os.listdir(tmp_path) == ["history.json"]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="could not be written"):
        example().save(tmp_path / "missing" / "history.json")
    with pytest.raises(FileNotFoundError):
        History.load(tmp_path / "missing.json")
