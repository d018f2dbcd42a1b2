"""Public functions and methods that come down to several primitives: the same programs in PyTorch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tt_tensor as tt

RNG = np.random.default_rng(0)
ARRAYS = {
    "v": RNG.standard_normal(5),
    "m": RNG.standard_normal((3, 4)),
    "c": RNG.standard_normal((2, 3, 4)),
    "i": RNG.integers(-3, 4, (3, 4)),
    "b": RNG.random((3, 4)) < 0.5,
    "s": np.asarray(2.5),
    "e": np.zeros((0, 4)),
}

PROGRAMS = """
m.sum(); m.sum(0); m.sum(-1, keepdim=True); m.sum((0, 1)); i.sum(); b.sum(0); e.sum(); e.sum(0)
m.mean(); m.mean(1); c.mean((0, 2), keepdim=True); e.mean(0); m.prod(); i.prod(1)
m.max(); m.max(1).values; m.max(1).indices; m.max(0, keepdim=True).values; m.min(); m.min(1).indices
lib.max(m, m * 2); lib.min(m, -m); m.amax((0, 1)); c.amin((1, 2), keepdim=True); s.max()
m.argmax(); m.argmax(0); m.argmin(1, keepdim=True); s.argmax(); m.argmax(keepdim=True)
b.all(); b.any(1); b.all(0, keepdim=True); m.var(); m.var(1); m.var(0, correction=0); m.std(1, keepdim=True)
m.var(unbiased=False); lib.var_mean(m, 1)[0]; lib.var_mean(m, 1)[1]; lib.logsumexp(m, 1); lib.logsumexp(c, (0, 2))
lib.norm(m); lib.norm(m, 1); lib.norm(m, float("inf"), 1); lib.norm(m, 3.0, 0); lib.norm(v, 0); m.cumsum(1)
i.cumsum(0); m.cumprod(0); lib.count_nonzero(i); lib.count_nonzero(i, 1)
m.view(4, 3); m.view(-1); m.reshape(2, -1); m.T.reshape(12); m.flatten(); c.flatten(1); c.flatten(0, 1); s.flatten()
c.unflatten(2, (2, 2)); m.ravel(); lib.squeeze(c[:1]); c[:1].squeeze(0); c[:, :1].squeeze(1); m.unsqueeze(0)
m.unsqueeze(-1); m.unsqueeze(1); v.expand(3, 5); m.unsqueeze(1).expand(-1, 2, -1); v.expand(2, 3, 5)
c.permute(2, 0, 1); c.transpose(0, 2); c.mT; m.T; m.t(); c.movedim(0, -1); c.movedim((0, 1), (2, 0)); c.swapaxes(0, 1)
m.flip(0); m.flip((0, 1)); m.roll(1, 0); m.roll((1, 2), (0, 1)); m.roll(3); v.repeat(2); v.repeat(2, 3); m.repeat(1, 2)
m.tile((2,)); lib.broadcast_to(v, (2, 5)); v.contiguous(); m.T.contiguous(); m.narrow(1, 1, 2); m.select(0, 1)
m[0]; m[-1]; m[1, 2]; m[:, 1]; m[1:, ::2]; m[..., 0]; m[None]; m[:, None, 1]; c[..., None, 0]; c[1, ..., 2]; s[None]
m[[0, 2]]; m[[0, 2], [1, 3]]; m[lib.tensor([2, 0])]; m[:, lib.tensor([3, 3])]; m[lib.tensor([[0, 1], [2, 2]])]
m[b]; c[:, b]; m[b[:, 0]]; m[m > 0]; c[1, lib.tensor([0, 2])]; c[lib.tensor([0, 1]), :, lib.tensor([1, 2])]
c[0, :, lib.tensor([1, 2])]; c[:, 0, lib.tensor([True, False, True, True])]; m[lib.tensor(True)]; c[0, [0, 1]]
m.diagonal(1); c.diagonal(0, 1, 2); lib.diag(v); lib.diag(m, -1); m.take(lib.tensor([0, -1])); lib.nonzero(i)
lib.einsum("ii", m[:, :3]); lib.einsum("bii->b", c[:, :, :3]); m.masked_scatter(b, m * 2); m.masked_select(b)
m[lib.tensor(1)]; e[:, 1]; m[0:0]; m[5:]; v[lib.tensor([-1, -5])]
lib.cat([m, m * 2]); lib.cat([m, m[:, :1]], 1); lib.cat([m, i]); lib.stack([v, v]); lib.stack([m, m], 1); lib.stack([m, m], -1)
lib.hstack([v, v]); lib.hstack([m, m]); lib.vstack([v, v]); lib.cat([v, lib.zeros(0)])
lib.split(v, 2)[2]; lib.split(m, [1, 3], 1)[1]; lib.chunk(v, 3)[0]; lib.chunk(v, 2)[1]; lib.unbind(m, 1)[3]
lib.meshgrid(v, v[:2], indexing="ij")[1]; lib.meshgrid(v, v[:2], indexing="xy")[0]
m @ v[:4]; v[:3] @ m; m @ m.T; c @ c.mT; c @ m.T; m.mm(m.T); lib.bmm(c, c.mT); m.mv(v[:4]); v.dot(v); lib.outer(v, v)
lib.addmm(m[:, :3], m, m.T, beta=0.5, alpha=2.0); lib.einsum("ij,kj->ik", m, m); lib.einsum("bij->bji", c)
lib.einsum("...i,ji->...j", c, m); lib.einsum("ij,j", m, m[0]); lib.tensordot(m, m.T, 1); m[:3, :3].trace(); m.diagonal()
m.sort().values; m.sort(0, descending=True).indices; i.sort(stable=True).indices; m.argsort(1); m.topk(2).values
m.topk(2, 0, largest=False).indices; lib.unique(i); lib.unique(i, return_counts=True)[1]; lib.bincount(i.abs().flatten())
lib.unique(i, return_inverse=True)[1]; m.gather(1, i.abs()); lib.take_along_dim(m, i.abs(), 1)
m.scatter(1, i.abs()[:, :1], 9.0); m.scatter_add(0, i.abs()[:2].clamp(0, 2), m[:2]); m.index_select(1, lib.tensor([0, 0]))
m.index_add(0, lib.tensor([0, 0]), m[:2]); m.masked_fill(b, -1.0); m.masked_select(b); lib.nonzero(i); lib.tril(m); lib.triu(m, 1)
lib.where(b, m, 0.0); lib.where(b, i, m); lib.where(b)[1]; m.clamp(-0.5, 0.5); m.clamp(min=0); i.clamp(max=1)
m.clamp(min=m[0]); lib.lerp(m, m * 2, 0.25); lib.addcmul(m, m, m, value=0.5); lib.addcdiv(m, m, m + 9)
i / 2; i // 2; i % 2; -i // 2; i % -2; i ** 2; 2 ** m; m ** 2; m ** 0.5; 1 - m; 1 / m; 3 // i.abs().add(1); 2.5 * i; i + True
lib.div(i, 2, rounding_mode="trunc"); lib.div(m, 0.3, rounding_mode="floor"); lib.add(m, m, alpha=2); lib.sub(i, 1, alpha=3)
i & 3; i | 1; i ^ 2; ~i; ~b; b & True; b | b; i << 1; i >> 1; m > 0; m >= m; i == 1; i != i; (m < 0).sum()
m.softmax(1); m.log_softmax(0); lib.relu(m); m.sigmoid(); m.tanh(); m.exp().log(); m.abs().sqrt(); m.round(decimals=1); m.sign()
lib.isclose(m, m + 1e-9); lib.logaddexp(m, m * 2); m.float(); m.long(); m.bool(); i.double(); m.to(lib.int32); b.float(); m.half()
lib.arange(5); lib.arange(1, 2, 0.25); lib.arange(5, 0, -2); lib.linspace(0, 1, 5); lib.eye(2, 3); lib.full((2,), 7); lib.full((2,), 0.5)
lib.zeros_like(i); lib.ones_like(m); lib.full_like(i, 3); m.new_zeros((2, 2)); lib.logspace(0, 2, 3); lib.zeros((2, 0))
"""
CASES = [p.strip() for p in PROGRAMS.replace("\n", ";").split(";") if p.strip()]


@pytest.mark.parametrize("program", CASES)
@pytest.mark.parametrize("backend", ["numpy", "naive"])
def test_the_same_program_gives_the_same_result(program, backend):
    torch = pytest.importorskip("torch")
    results = []
    for lib in (tt, torch):
        names = {name: lib.tensor(array) for name, array in ARRAYS.items()}
        with tt.backend(backend):
            results.append(eval(program, {"lib": lib, **names}))
    ours, theirs = results
    assert tuple(ours.shape) == tuple(theirs.shape)
    assert str(ours.dtype)[3:] == str(theirs.dtype)[6:]
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6, atol=1e-9)


WRITES = """
x[0] = 1; x[:, 1] = y[:, 0]; x[1:, ::2] = 0; x[..., -1] = y[..., 0]; x[b] = -1; x[[0, 2]] = y[[1, 1]]; x[x > 0] *= 2
x[lib.tensor([0, 1]), lib.tensor([2, 3])] = lib.tensor([5.0, 6.0], dtype=lib.float64); x[0][1] = 9; x.T[0] = 3; x[None, 0] = 4
x += y; x -= 1; x *= y; x /= 2; x //= 0.5; x %= 0.7; x **= 2; x.add_(y, alpha=3); x.clamp_(-1, 1); x.fill_(2); x.zero_()
x.copy_(y[0]); x.masked_fill_(b, 7.0); x.scatter_(1, i, 2.0); x.scatter_add_(1, i, y); x.index_add_(0, lib.tensor([0, 0]), y[:2])
x.relu_(); x.sigmoid_(); x.tanh_(); x.exp_(); x.abs_().sqrt_(); x.neg_(); x.round_(); x[0].mul_(2); x.view(-1)[3:5].fill_(8); x.tril_()
"""


@pytest.mark.parametrize(
    "program", [p.strip() for p in WRITES.replace("\n", ";").split(";") if p.strip()]
)
def test_the_same_write_leaves_the_same_values(program):
    torch = pytest.importorskip("torch")
    results = []
    for lib in (tt, torch):
        x, y = lib.tensor(ARRAYS["m"]), lib.tensor(ARRAYS["m"][::-1].copy())
        names = {
            "lib": lib,
            "x": x,
            "y": y,
            "b": lib.tensor(ARRAYS["b"]),
            "i": lib.tensor(abs(ARRAYS["i"])),
        }
        exec(program, names)
        results.append(names["x"].numpy())
    np.testing.assert_allclose(*results)


@given(st.data())
def test_any_basic_index_equals_numpys(data):
    shape = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    array = np.arange(int(np.prod(shape))).reshape(shape)
    index, dots = [], data.draw(st.integers(0, len(shape)))
    for d, n in enumerate(shape):
        if d == dots:
            index.append(...)
            break
        start, stop = data.draw(st.integers(-n, n)), data.draw(st.integers(-n, n))
        step = data.draw(st.integers(1, 3))
        if data.draw(st.booleans()):
            index.append(None)  # beside a part, as it takes none of the array's dimensions
        index.append(
            data.draw(st.sampled_from([slice(start, stop, step), min(start, n - 1), slice(None)]))
        )
    key = tuple(index)
    taken = tt.from_numpy(array)[key]
    np.testing.assert_array_equal(taken.numpy(), array[key])
    assert taken.numel() == 0 or np.shares_memory(taken.numpy(), array)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.data())
def test_any_reduction_equals_numpys_also_of_nothing(shape, data):
    array = np.random.default_rng(0).integers(-5, 6, shape).astype(float)
    dims = data.draw(st.sets(st.integers(0, len(shape) - 1)))
    axes = tuple(dims) or None
    keepdim = data.draw(st.booleans())
    x = tt.from_numpy(array)
    got = x.sum(tuple(dims), keepdim).numpy()
    np.testing.assert_allclose(got, array.sum(axis=axes, keepdims=keepdim))
    np.testing.assert_array_equal((x > 0).any(tuple(dims)).numpy(), (array > 0).any(axis=axes))
    if array.size:
        np.testing.assert_allclose(x.amax(tuple(dims)).numpy(), array.max(axis=axes))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tt.ones(2, 3).view(4), tt.ShapeError, "6 elements"),
        (lambda: tt.ones(2, 3).reshape(-1, -1), tt.ShapeError, "do not fit"),
        (lambda: tt.ones(2, 3).transpose(0, 2), IndexError, "out of range"),
        (lambda: tt.ones(2, 3).sum(5), IndexError, "dimensions -2 to 1"),
        (lambda: tt.ones(2, 3).sum((0, 0)), RuntimeError, "comes twice"),
        (lambda: tt.tensor([1, 2]).mean(), tt.DTypeError, r"\.float\(\)"),
        (lambda: tt.ones(3)[0, 0], IndexError, "too many indices"),
        (lambda: tt.ones(3)["a"], (IndexError, TypeError, AttributeError), ""),
        (lambda: tt.ones(2, 3).expand(3, 3), tt.ShapeError, "only sizes of 1"),
        (lambda: tt.ones(2, 3).narrow(0, 1, 2), IndexError, "beyond"),
        (lambda: tt.split(tt.ones(3), 0), ValueError, "positive"),
        (lambda: tt.ones(2, 3) @ tt.ones(4), tt.ShapeError, "3 columns"),
        (lambda: tt.bmm(tt.ones(2, 3), tt.ones(3, 2)), tt.ShapeError, "batch of matrices"),
        (lambda: tt.bincount(tt.tensor([-1])), ValueError, "negative"),
        (lambda: tt.ones(2) @ tt.ones(2, dtype=tt.float64), tt.DTypeError, r"\.to\(tt.float32\)"),
        (lambda: tt.ones(1, 2).mm(tt.ones(2, 1).long()), tt.DTypeError, "not promoted"),
        (lambda: tt.from_dlpack([1]), TypeError, "use as_tensor"),
        (lambda: tt.zeros(2).__setitem__(0, None), tt.DTypeError, "not NoneType"),
        (lambda: tt.where(tt.tensor([1]), 1, 0), tt.DTypeError, "boolean"),
        (lambda: tt.zeros(0).argmax(), ValueError, "no element"),
        (lambda: tt.scatter(tt.ones(2), 0, tt.tensor([2]), 1.0), IndexError, "out of range"),
    ],
)
def test_misuse_is_refused(call, error, words):
    with pytest.raises(error) as raised:
        call()
    assert words in str(raised.value) or __import__("re").search(words, str(raised.value))


def test_means_of_half_precision_do_not_overflow():
    x = tt.full((100_000,), 2.0, dtype="float16")
    assert x.mean().item() == 2.0
    assert x.mean().dtype == tt.float16
    assert x.reshape(2, -1).mean(1).tolist() == [2.0, 2.0]


def test_what_lists_pick_lies_in_row_major_order_so_that_it_can_be_viewed():
    x, i, mask = tt.arange(24).reshape(2, 3, 4), [2, 0], tt.tensor([True, False, True])
    parts = [
        x[:, i],
        x[:, :, i],
        x[:, i, i],
        x[0, :, i],
        x[:, mask],
        x[:, i, 1:3],
        x[:, [i]],
        x[i[1:]],
    ]
    for part in parts:
        assert part.is_contiguous()
        assert part.view(-1).tolist() == part.reshape(-1).tolist()
    assert x.index_select(2, tt.tensor(i)).is_contiguous()
    assert x[:, [-1]].tolist() == x[:, 2:].tolist()
    with pytest.raises(IndexError, match="index 3 is out of bounds for dimension 1 with size 3"):
        x[:, [3]]


def test_logsumexp_of_integers_is_floating_point():
    assert tt.tensor([0, 0]).logsumexp(0).item() == pytest.approx(0.6931, abs=1e-4)
    assert tt.tensor([True]).logsumexp(0).dtype is tt.float32
