"""Pooling, padding and interpolation of any shapes, windows and memory orders: both backends agree."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import tt_nn.functional as F
import tt_tensor as tt

pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))
seeds = st.integers(0, 2**32 - 1)
orders = st.permutations(range(4))
shapes = st.tuples(st.integers(0, 2), st.integers(1, 3), st.integers(1, 7), st.integers(1, 7))
kinds = st.sampled_from(["any", "ties", "nan"])


def images(shape, order, seed, kind="any"):
    """Random images whose dimensions lie in the memory in this order."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal([shape[axis] for axis in order]).transpose(np.argsort(order))
    if kind == "ties":
        x = np.maximum(np.round(x), 0)
    if kind == "nan":
        x[rng.random(shape) < 0.2] = np.nan
    return x


def agree(function, x):
    """Values and gradients by NumPy and by the explicit loops, with a gradient in another order."""
    results = []
    for name in ("numpy", "naive"):
        with tt.backend(name):
            tensor = tt.from_numpy(x).requires_grad_()
            out = function(tensor)
            flow = np.sin(np.arange(out.numel())).reshape(out.shape[::-1]).T
            out.backward(tt.from_numpy(flow))
            results.append((out.detach().numpy(), tensor.grad.numpy()))
    for fast, slow in zip(*results, strict=True):
        np.testing.assert_allclose(fast, slow, atol=1e-12)


@given(shapes, orders, seeds, kinds, pairs, pairs, pairs, pairs, st.booleans())
@settings(max_examples=100, deadline=None)
def test_max_pool(shape, order, seed, kind, kernel, stride, padding, dilation, ceil_mode):
    padding = tuple(
        min(p - 1, (d * (k - 1) + 1) // 2)
        for p, d, k in zip(padding, dilation, kernel, strict=True)
    )
    x = images(shape, order, seed, kind)
    options = kernel, stride, padding, dilation, ceil_mode
    try:
        F.max_pool2d(tt.from_numpy(x), *options)
    except tt.ShapeError:
        assume(False)  # the window is too large
    agree(lambda t: F.max_pool2d(t, *options), x)
    values, indices = F.max_pool2d(tt.from_numpy(x), *options, return_indices=True)
    there = np.take_along_axis(
        x.reshape(*shape[:2], shape[2] * shape[3]), indices.flatten(2).numpy(), -1
    )
    np.testing.assert_array_equal(there, values.flatten(2).numpy())


@given(shapes, orders, seeds, pairs, pairs, pairs, st.booleans(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_avg_pool(shape, order, seed, kernel, stride, padding, ceil_mode, count_include_pad):
    padding = tuple(min(p - 1, k // 2) for p, k in zip(padding, kernel, strict=True))
    x = images(shape, order, seed)
    options = kernel, stride, padding, ceil_mode, count_include_pad
    try:
        F.avg_pool2d(tt.from_numpy(x), *options)
    except tt.ShapeError:
        assume(False)  # the window is too large
    agree(lambda t: F.avg_pool2d(t, *options), x)


@given(shapes, orders, seeds, kinds, st.tuples(st.integers(1, 9), st.integers(1, 9)))
@settings(max_examples=60, deadline=None)
def test_adaptive_pool(shape, order, seed, kind, size):
    x = images(shape, order, seed, kind)
    agree(lambda t: F.adaptive_max_pool2d(t, size), x)
    if kind != "nan":
        agree(lambda t: F.adaptive_avg_pool2d(t, size), x)


@given(
    shapes,
    orders,
    seeds,
    st.tuples(st.integers(1, 15), st.integers(1, 15)),
    st.sampled_from(["nearest", "nearest-exact", "bilinear"]),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_interpolate(shape, order, seed, size, mode, align):
    corners = align if mode == "bilinear" else None
    agree(lambda t: F.interpolate(t, size, None, mode, corners), images(shape, order, seed))


@given(
    shapes,
    orders,
    seeds,
    st.lists(st.integers(-3, 4), min_size=4, max_size=4),
    st.sampled_from(["constant", "reflect", "replicate", "circular"]),
)
@settings(max_examples=60, deadline=None)
def test_pad(shape, order, seed, widths, mode):
    x = images(shape, order, seed)
    try:
        F.pad(tt.from_numpy(x), widths, mode)
    except tt.ShapeError:
        assume(False)  # cuts too much, or reaches too far for the mode
    agree(lambda t: F.pad(t, widths, mode), x)
