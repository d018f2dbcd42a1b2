"""What holds for any shapes, strides and options: the two backends and plain definitions agree."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import tt_nn as nn
import tt_nn.functional as F
import tt_tensor as tt

sizes = st.integers(0, 4)
features = st.integers(1, 5)
seeds = st.integers(0, 2**32 - 1)


def draw_array(rng, shape, dense):
    """Random numbers; not contiguous unless ``dense``."""
    if dense:
        return rng.standard_normal(shape)
    return rng.standard_normal([2 * n for n in reversed(shape)]).T[
        tuple(slice(None, None, 2) for _ in shape)
    ]


def both_backends(function):
    """The result by NumPy, which must be the one by the explicit loops."""
    out = function()
    with tt.backend("naive"):
        np.testing.assert_allclose(function(), out, rtol=1e-10, atol=1e-12)
    return out


@given(st.lists(sizes, max_size=3), features, features, st.booleans(), st.booleans(), seeds)
@settings(max_examples=60, deadline=None)
def test_linear(batch, inputs, outputs, bias, dense, seed):
    rng = np.random.default_rng(seed)
    x, w = draw_array(rng, (*batch, inputs), dense), draw_array(rng, (outputs, inputs), dense)
    b = draw_array(rng, (outputs,), dense) if bias else None
    tensors = [None if a is None else tt.from_numpy(a).requires_grad_() for a in (x, w, b)]

    def run():
        for t in tensors:
            if t is not None:
                t.grad = None
        out = F.linear(*tensors)
        (out * out).sum().backward()
        grads = [t.grad.numpy().ravel() for t in tensors if t is not None]
        return np.concatenate([out.detach().numpy().ravel(), *grads])

    got = both_backends(run)
    expected = x @ w.T + (0 if b is None else b)
    np.testing.assert_allclose(got[: expected.size], expected.ravel(), rtol=1e-9, atol=1e-12)


@given(
    st.lists(sizes, max_size=3),
    features,
    st.sampled_from(["mean", "sum", "none"]),
    st.sampled_from([0.0, 0.2]),
    st.booleans(),
    st.booleans(),
    seeds,
)
@settings(max_examples=80, deadline=None)
def test_cross_entropy_of_classes_is_that_of_their_rows(
    rest, classes, reduction, smoothing, weighted, dense, seed
):
    """Classes and one-hot probabilities are the same question."""
    rng = np.random.default_rng(seed)
    n, *dims = rest or [3]
    scores = tt.from_numpy(draw_array(rng, (n, classes, *dims), dense))
    target = tt.from_numpy(rng.integers(0, classes, (n, *dims)))
    rows = F.one_hot(target, classes).movedim(-1, 1).double()
    weight = tt.from_numpy(rng.random(classes) + 0.5) if weighted else None
    options = {"reduction": "none", "label_smoothing": smoothing}
    by_class = F.cross_entropy(scores, target, weight, **options)
    assert by_class.shape == target.shape
    assert tt.allclose(by_class, F.cross_entropy(scores, rows, weight, **options))
    if reduction != "none" and target.numel():
        whole = F.cross_entropy(
            scores, target, weight, reduction=reduction, label_smoothing=smoothing
        )
        share = 1.0
        if reduction == "mean":
            share = target.numel() if weight is None else float(weight[target].sum())
        assert abs(whole.item() - float(by_class.sum()) / share) < 1e-9


@given(st.lists(sizes, max_size=3), st.sampled_from(["mean", "sum", "none"]), st.booleans(), seeds)
@settings(max_examples=60, deadline=None)
def test_losses_of_pairs(shape, reduction, dense, seed):
    rng = np.random.default_rng(seed)
    x, y = (tt.from_numpy(np.asarray(draw_array(rng, shape, dense))) for _ in range(2))
    p, t = tt.sigmoid(x), tt.sigmoid(y)
    cases = [
        (F.mse_loss, x, y, (x - y) ** 2),
        (F.l1_loss, x, y, (x - y).abs()),
        (F.binary_cross_entropy, p, t, -(t * tt.log(p) + (1 - t) * tt.log(1 - p))),
        (F.binary_cross_entropy_with_logits, x, t, F.binary_cross_entropy(p, t, reduction="none")),
    ]
    for loss, a, b, each in cases:
        got = both_backends(lambda f=loss, a=a, b=b: f(a, b, reduction=reduction).numpy())
        expected = each if reduction == "none" else getattr(each, reduction)()
        np.testing.assert_allclose(got, expected.numpy(), rtol=1e-9, atol=1e-12)


@given(st.lists(st.tuples(sizes, sizes), min_size=1, max_size=3), st.booleans(), seeds)
@settings(max_examples=40, deadline=None)
def test_files_give_back_what_they_got(shapes, dense, seed):
    import tempfile
    from pathlib import Path

    rng = np.random.default_rng(seed)
    state = {f"x{i}": tt.from_numpy(draw_array(rng, s, dense)) for i, s in enumerate(shapes)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.safetensors"
        nn.save(state, path)
        back = nn.load(path)
    assert list(back) == list(state)
    assert all(tt.equal(back[name], state[name]) for name in state)


@given(
    st.sampled_from(["batch", "layer", "rms", "group", "instance"]),
    st.lists(st.integers(1, 4), min_size=2, max_size=4),
    st.integers(1, 3),
    st.permutations(range(4)),
    seeds,
)
@settings(max_examples=100, deadline=None)
def test_normalisations(kind, shape, groups, order, seed):
    rng = np.random.default_rng(seed)
    shape[1] *= groups
    order = [d for d in order if d < len(shape)]  # of the dimensions in memory
    x = rng.standard_normal([shape[d] for d in order]).transpose(np.argsort(order))
    vectors = [tt.from_numpy(rng.standard_normal(shape[-1 if kind in ("layer", "rms") else 1]))]
    if kind != "rms":
        vectors.append(tt.from_numpy(rng.standard_normal(vectors[0].shape)))
    flow = tt.from_numpy(rng.standard_normal(shape))
    leaf = tt.from_numpy(x).requires_grad_()
    calls = {
        "batch": lambda w, b: F.batch_norm(leaf, None, None, w, b, training=True),
        "layer": lambda w, b: F.layer_norm(leaf, shape[-1:], w, b),
        "rms": lambda w: F.rms_norm(leaf, shape[-1:], w, eps=1e-5),
        "group": lambda w, b: F.group_norm(leaf, groups, w, b),
        "instance": lambda w, b: F.instance_norm(leaf, None, None, w, b),
    }
    # what belongs together, as the last dimension
    rows = {
        "batch": lambda a: np.moveaxis(a, 1, 0).reshape(shape[1], -1),
        "group": lambda a: a.reshape(shape[0], groups, -1),
        "instance": lambda a: a.reshape(shape[0], shape[1], -1),
    }.get(kind, lambda a: a)
    if kind in ("batch", "group", "instance") and rows(x).shape[-1] == 1:
        return  # refused

    def run():
        for t in (leaf, *vectors):
            t.requires_grad_().grad = None
        out = calls[kind](*vectors)
        out.backward(flow)
        return np.concatenate(
            [t.numpy().ravel() for t in (out.detach(), *[t.grad for t in (leaf, *vectors)])]
        )

    both_backends(run)
    for t, value in zip(vectors, (1.0, 0.0), strict=False):
        t.requires_grad_(False).fill_(value)
    normal = rows(calls[kind](*vectors).detach().numpy())
    before = rows(x)
    mean = 0 if kind == "rms" else before.mean(-1, keepdims=True)
    root = np.sqrt(((before - mean) ** 2).mean(-1, keepdims=True) + 1e-5)
    np.testing.assert_allclose(normal, (before - mean) / root, rtol=1e-9, atol=1e-12)
