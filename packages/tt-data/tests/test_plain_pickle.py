"""Pickles: arrays and plain values are read, everything else is refused before it is imported."""

import collections
import fractions
import os
import pickle
import sys

import numpy as np
import pytest

from tt_data.datasets.plain_pickle import read_plain_pickle


def written(tmp_path, content):
    path = tmp_path / "content"
    path.write_bytes(content)
    return path


def same(a, b):
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return a == b


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4])
@pytest.mark.parametrize(
    "value",
    [
        np.arange(6, dtype=np.uint8).reshape(2, 3),
        np.arange(6.0).reshape(2, 3).T,
        np.array(["1", "2"], dtype=">i4"),
        np.array([], dtype=bool),
        {b"a": [1, (2.5, None, True)], "b": {"c": b"bytes"}},
        {1, 2},
    ],
)
def test_what_is_written_is_read(tmp_path, value, protocol):
    read = read_plain_pickle(written(tmp_path, pickle.dumps(value, protocol)))
    assert same(value, read)
    nested = read_plain_pickle(written(tmp_path, pickle.dumps([{"x": (value,)}], protocol)))
    assert same(value, nested[0]["x"][0])


def test_arrays_may_be_changed(tmp_path):
    read = read_plain_pickle(written(tmp_path, pickle.dumps(np.zeros(3), 2)))
    read[0] = 1.0


class Runs:
    """As a pickle: the program ``call(*args)``."""

    def __init__(self, call, *args):
        self.call, self.args = call, args

    def __reduce__(self):
        return self.call, self.args


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_code_is_not_run(tmp_path, protocol):
    victim = tmp_path / "victim"
    victim.write_text("still there")
    for program in (Runs(os.remove, str(victim)), Runs(eval, "1 + 1"), Runs(getattr, "", "join")):
        path = written(tmp_path, pickle.dumps({"data": program}, protocol))
        with pytest.raises(ValueError, match=r"it wants to use .*, which is not allowed"):
            read_plain_pickle(path)
    assert victim.read_text() == "still there"


def test_modules_are_not_even_imported(tmp_path):
    sys.modules.pop("this", None)
    with pytest.raises(ValueError, match=r"this\.c, which is not allowed"):
        read_plain_pickle(written(tmp_path, b"cthis\nc\n."))
    assert "this" not in sys.modules


@pytest.mark.parametrize(
    "value",
    [
        fractions.Fraction(1, 2),
        collections.Counter("ab"),
        np.array([{"an": "object"}], dtype=object),
        np.array([(1, 2.0)], dtype=[("a", int), ("b", float)]),
        np.array(["text"]),
        np.ma.masked_array([1, 2], [0, 1]),
    ],
)
def test_other_objects_are_refused(tmp_path, value):
    with pytest.raises(
        ValueError, match="content: this is not a pickle of arrays and plain values"
    ):
        read_plain_pickle(written(tmp_path, pickle.dumps(value, 2)))


RECONSTRUCT = b"cnumpy.core.multiarray\n_reconstruct\n"


@pytest.mark.parametrize(
    "content",
    [
        RECONSTRUCT + b".",  # a name alone
        b"cnumpy\nndarray\n.",
        b"cnumpy\ndtype\n(U\x02u1tR.",  # a dtype alone
        RECONSTRUCT + b"(tR.",  # an array without contents
        RECONSTRUCT + b"}U\x01aK\x01sb.",  # a name that is to be changed
        RECONSTRUCT + b"(tR(K\x01(K\x04tcnumpy\ndtype\n(U\x02u1tR\x89U\x03abctb.",  # 3 bytes of 4
        RECONSTRUCT + b"(tR(K\x01(K\x04tK\x05\x89U\x04abcdtb.",  # a number for a dtype
        b"cnumpy\ndtype\n(U\x02O8tR.",
        b"]q\x00h\x00a.",  # a list that holds itself
        b"Pelsewhere\n.",
        b"\x80\x7f.",  # a protocol that does not exist
        b"",
    ],
)
def test_pickles_made_to_do_harm_are_refused(tmp_path, content):
    with pytest.raises(ValueError, match="content: this is not a pickle of arrays"):
        read_plain_pickle(written(tmp_path, content))


def test_an_array_with_too_few_bytes_is_told(tmp_path):
    content = RECONSTRUCT + b"(tR(K\x01(K\x04tcnumpy\ndtype\n(U\x02u1tR\x89U\x03abctb."
    with pytest.raises(ValueError, match=r"an array of shape \(4,\) has 3 bytes"):
        read_plain_pickle(written(tmp_path, content))


def test_a_file_that_is_not_there_is_another_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_plain_pickle(tmp_path / "absent")
