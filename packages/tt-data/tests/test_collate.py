"""Collating: the structure stays, the values become tensors."""

from collections import namedtuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tt_tensor as tt
from tt_data import default_collate

Pair = namedtuple("Pair", "left right")


def test_structures_are_gone_into():
    batch = default_collate([{"x": np.ones(2), "y": (1, "a")}, {"x": np.zeros(2), "y": (2, "b")}])
    assert batch["x"].tolist() == [[1, 1], [0, 0]]
    assert batch["y"][0].tolist() == [1, 2]
    assert batch["y"][1] == ["a", "b"]


def test_named_tuples_and_lists_keep_their_type():
    batch = default_collate([Pair(1, [2.0]), Pair(3, [4.0])])
    assert isinstance(batch, Pair)
    assert isinstance(batch.right, list)
    assert batch.left.tolist() == [1, 3]
    assert batch.right[0].tolist() == [2.0, 4.0]


@pytest.mark.parametrize(
    ("samples", "dtype"),
    [
        ([True, False], tt.bool),
        ([1, 2], tt.int64),
        ([1.0, 2.0], tt.float32),
        ([np.float64(1), np.float64(2)], tt.float64),
        ([np.uint8(1), np.uint8(2)], tt.uint8),
        ([np.zeros(2, np.float16)] * 2, tt.float16),
        ([tt.zeros(2, dtype="int8")] * 2, tt.int8),
    ],
)
def test_dtypes(samples, dtype):
    assert default_collate(samples).dtype == dtype


leaves = st.sampled_from(["number", "array", "text"])
structures = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)


def sample(structure, i, make):
    if isinstance(structure, list):
        return [sample(s, i, make) for s in structure]
    if isinstance(structure, dict):
        return {k: sample(s, i, make) for k, s in structure.items()}
    return {"number": i, "text": f"t{i}", "array": make(np.full((2, 3), i))}[structure]


def plain(batch):
    if isinstance(batch, (list, tuple)):  # PyTorch makes tuples of transposed lists of strings
        return [plain(b) for b in batch]
    if isinstance(batch, dict):
        return {k: plain(b) for k, b in batch.items()}
    return batch if isinstance(batch, str) else batch.tolist()


@given(structures, st.integers(1, 4))
def test_structures_are_pytorchs(structure, count):
    torch = pytest.importorskip("torch")
    ours = default_collate([sample(structure, i, tt.from_numpy) for i in range(count)])
    theirs = torch.utils.data.default_collate(
        [sample(structure, i, torch.from_numpy) for i in range(count)]
    )
    assert plain(ours) == plain(theirs)


@pytest.mark.parametrize(
    ("batch", "error", "words"),
    [
        ([], ValueError, "no sample"),
        ([object()], TypeError, "type object cannot be batched; give the loader a collate_fn"),
        ([None, None], TypeError, "NoneType"),
        ([np.array(["a"])], TypeError, "dtype <U1"),
        ([(1, 2), (1,)], ValueError, "different numbers of parts: \\[2, 1\\]"),
        ([{"a": 1}, {"b": 1}], ValueError, "different keys"),
        ([tt.ones(2), tt.ones(3)], ValueError, "different shapes .*collate_fn that pads"),
    ],
)
def test_bad_input_is_refused(batch, error, words):
    with pytest.raises(error, match=words):
        default_collate(batch)
