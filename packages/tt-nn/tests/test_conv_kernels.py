"""The convolution's fast kernels on their less usual ways: many chunks, Winograd's tiles, threads."""

import itertools

import numpy as np
import pytest

import tt_tensor as tt
from tt_nn.functional.conv import columns, fast, naive, scatter, winograd
from tt_nn.testing.records import convolution
from tt_tensor.testing import check_kernels

RECORDS = {record.primitive: record for record in convolution.RECORDS}
ONE = (1, 1)


@pytest.fixture(params=[0, 1000], ids=["as many", "as few"])
def few(request, monkeypatch):
    """All numbers of channels are treated as if they were many, or as if they were few."""
    monkeypatch.setattr(fast, "FEW", request.param)
    monkeypatch.setattr(fast, "FEW_FILTERS", request.param)


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("size", [1, 300, 3000])
def test_chunks_of_any_size_give_the_same(name, size, few, monkeypatch):
    monkeypatch.setattr(columns, "CHUNK", size)  # bytes: one window; part of an image; an image
    monkeypatch.setattr(scatter, "CHUNK", size)
    check_kernels(RECORDS[name], "float64")


@pytest.mark.parametrize("name", RECORDS)
def test_two_threads_give_the_same(name, few, monkeypatch):
    before = tt.get_num_threads()
    tt.set_num_threads(2)
    monkeypatch.setattr(fast, "ENOUGH", 0)
    try:
        check_kernels(RECORDS[name], "float64")
    finally:
        tt.set_num_threads(before)


@pytest.mark.parametrize("size", [(4, 4), (6, 8), (8, 4)])
@pytest.mark.parametrize("padding", [(0, 0), (1, 1), (2, 2), (1, 0), (0, 2)])
@pytest.mark.parametrize("chunk", [1, 10_000])
def test_winograds_tiles_equal_the_definition(size, padding, chunk, monkeypatch):
    used = count_calls(monkeypatch, winograd, "tiles")
    monkeypatch.setattr(fast, "FEW", 0)
    monkeypatch.setattr(fast, "FEW_FILTERS", 0)
    monkeypatch.setattr(winograd, "FEWEST", 1)
    monkeypatch.setattr(winograd, "CHUNK", chunk)
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((3, 2, *size)), rng.standard_normal((4, 2, 3, 3))
    bias = rng.standard_normal(4)
    options = (ONE, padding, ONE, 1)
    out = fast.conv2d(x, w, bias, *options)
    np.testing.assert_allclose(out, naive.conv2d(x, w, bias, *options), atol=1e-12)
    grad = rng.standard_normal(out.shape)
    for function, args in (
        ("conv2d_input_grad", (grad, w, size, *options)),
        ("conv2d_weight_grad", (grad, x, (3, 3), *options)),
    ):
        got, right = getattr(fast, function)(*args), getattr(naive, function)(*args)
        np.testing.assert_allclose(got, right, atol=1e-12)
    assert len(used) == 3


def test_winograds_tiles_take_images_that_lie_anyhow(monkeypatch):
    monkeypatch.setattr(winograd, "FEWEST", 1)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((8, 6, 5, 3)).transpose(3, 2, 1, 0)[::2]
    grad = np.broadcast_to(rng.standard_normal((2, 4, 1, 1)), (2, 4, 6, 8))  # as of a mean
    for image in (x, x[:, ::-1, ::-1]):
        w = rng.standard_normal((4, 5, 3, 3))[:, ::-1]
        out = fast.conv2d(image, w, None, ONE, ONE, ONE, 1)
        np.testing.assert_allclose(out, naive.conv2d(image, w, None, ONE, ONE, ONE, 1), atol=1e-12)
        args = (grad, image, (3, 3), ONE, ONE, ONE, 1)
        right = naive.conv2d_weight_grad(*args)
        np.testing.assert_allclose(fast.conv2d_weight_grad(*args), right, atol=1e-12)


def test_winograds_tiles_are_left_to_what_they_can_do(monkeypatch):
    """Wherever another option than padding is set, or a size is odd, columns are taken."""
    used = count_calls(monkeypatch, winograd, "tiles")
    monkeypatch.setattr(fast, "FEW", 0)
    monkeypatch.setattr(fast, "FEW_FILTERS", 0)
    monkeypatch.setattr(winograd, "FEWEST", 1)
    rng = np.random.default_rng(0)
    cases = itertools.chain(
        [
            ((8, 8), (3, 3), *options)
            for options in (((2, 2), ONE, 1), (ONE, (2, 2), 1), (ONE, ONE, 2))
        ],
        [
            ((7, 8), (3, 3), ONE, ONE, 1),
            ((8, 9), (3, 3), ONE, ONE, 1),
            ((8, 8), (3, 1), ONE, ONE, 1),
        ],
        [((8, 8), (5, 5), (2, 2), ONE, 1)],
    )
    for size, kernel, stride, dilation, groups in cases:
        x, w = rng.standard_normal((2, 4, *size)), rng.standard_normal((4, 4 // groups, *kernel))
        options = (stride, ONE, dilation, groups)
        out = fast.conv2d(x, w, None, *options)
        np.testing.assert_allclose(out, naive.conv2d(x, w, None, *options), atol=1e-12)
        got = fast.conv2d_input_grad(out, w, size, *options)
        right = naive.conv2d_input_grad(out, w, size, *options)
        np.testing.assert_allclose(got, right, atol=1e-11)
    monkeypatch.setattr(winograd, "LARGEST", 4 * 8 * 8 * 4 - 1)
    fast.conv2d(rng.standard_normal((2, 4, 8, 8)), w[:, :, :3, :3], None, ONE, ONE, ONE, 1)
    assert not used  # nor for an image whose tiles are too many
    monkeypatch.setattr(winograd, "LARGEST", 4 * 8 * 8 * 4)
    fast.conv2d(rng.standard_normal((2, 4, 8, 8)), w[:, :, :3, :3], None, ONE, ONE, ONE, 1)
    assert used


def test_images_and_results_are_channels_last_in_memory():
    x = np.zeros((2, 8, 6, 4)).transpose(0, 3, 1, 2)
    w = np.zeros((5, 4, 3, 3))
    out = fast.conv2d(x, w, None, ONE, ONE, ONE, 1)
    assert out.transpose(0, 2, 3, 1).flags.c_contiguous
    back = fast.conv2d_input_grad(out, w, (8, 6), ONE, ONE, ONE, 1)
    assert back.transpose(0, 2, 3, 1).flags.c_contiguous
    grey = np.zeros((2, 1, 8, 6))  # one channel: rows of pixels are longer than a window's
    assert fast.conv2d(grey, w[:, :1], None, ONE, ONE, ONE, 1).flags.c_contiguous


def count_calls(monkeypatch, module, name):
    """A list that grows by one at every call of a function."""
    function, calls = getattr(module, name), []

    def counted(*args):
        calls.append(args)
        return function(*args)

    monkeypatch.setattr(module, name, counted)
    return calls
