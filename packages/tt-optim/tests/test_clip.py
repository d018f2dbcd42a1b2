"""Clipping gradients, against PyTorch and at the edges."""

import numpy as np
import pytest

import tt_tensor as tt
from tt_optim import clip_grad_norm_, clip_grad_value_

SHAPES = [(2, 3), (4,), (), (0, 2)]


def with_gradients(dtype="float64", seed=0):
    rng = np.random.default_rng(seed)
    params = [tt.zeros(s, dtype=dtype, requires_grad=True) for s in SHAPES]
    for p in params:
        p.grad = tt.tensor(np.asarray(rng.standard_normal(p.shape), dtype))
    return params


@pytest.mark.parametrize("norm_type", [1.0, 2, 3.5, float("inf"), "inf"])
@pytest.mark.parametrize("limit", [0.0, 0.5, 100.0])
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-6)])
def test_the_norm_is_clipped_as_in_pytorch(norm_type, limit, dtype, tolerance):
    torch = pytest.importorskip("torch")
    ours = [*with_gradients(dtype)[:3], tt.zeros(2, requires_grad=True)]  # the last has none
    theirs = [torch.zeros(p.shape, dtype=getattr(torch, dtype)) for p in ours[:3]]
    for p, q in zip(ours, theirs, strict=False):
        q.grad = torch.tensor(p.grad.numpy().copy())
    total = clip_grad_norm_(ours, limit, norm_type)
    expected = torch.nn.utils.clip_grad_norm_(theirs, limit, norm_type)
    assert str(total.dtype).removeprefix("tt.") == dtype
    assert total.shape == ()
    assert total.item() == pytest.approx(expected.item(), rel=tolerance)
    for p, q in zip(ours, theirs, strict=False):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=4 * tolerance)


def test_directions_stay_and_the_norm_is_the_limit():
    params = with_gradients()
    before = [p.grad.clone() for p in params]
    total = clip_grad_norm_((p for p in params), 0.5)
    assert clip_grad_norm_(params, 100.0).item() == pytest.approx(0.5, rel=1e-5)
    for p, old in zip(params, before, strict=True):
        assert tt.allclose(p.grad * (total / 0.5), old, rtol=1e-5)


def test_small_norms_are_left_alone():
    params = with_gradients()
    before = [p.grad.clone() for p in params]
    clip_grad_norm_(params, 1e6)
    assert all(tt.equal(p.grad, old) for p, old in zip(params, before, strict=True))


def test_without_gradients_the_norm_is_zero():
    assert clip_grad_norm_([tt.zeros(2, requires_grad=True)], 1.0).item() == 0.0
    assert clip_grad_norm_(iter(()), 1.0).item() == 0.0
    clip_grad_value_([], 1.0)


@pytest.mark.parametrize("odd", ["inf", "nan"])
def test_norms_that_are_not_finite(odd):
    w = tt.zeros(3, requires_grad=True)
    w.grad = tt.tensor([-5.0, 0.5, float(odd)])
    with pytest.raises(RuntimeError, match=f"norm is {odd}"):
        clip_grad_norm_([w], 1.0, error_if_nonfinite=True)
    assert w.grad.tolist()[:2] == [-5.0, 0.5]
    with np.errstate(all="ignore"):
        clip_grad_norm_([w], 1.0)
    rest = w.grad.numpy()[:2]  # as in PyTorch: NaN spreads, infinity leaves only zeros beside it
    assert np.all(np.isnan(rest) if odd == "nan" else rest == 0)
    assert np.isnan(w.grad.numpy()[2])


def test_large_gradients_have_a_finite_norm():
    w = tt.zeros(4, requires_grad=True)
    w.grad = tt.full((4,), 1e30)
    assert clip_grad_norm_(w, 1.0).item() == pytest.approx(2e30)
    assert w.grad.tolist() == pytest.approx([0.5] * 4)


def test_gradients_that_are_recorded_are_clipped_without_a_record():
    w = tt.tensor([3.0], requires_grad=True)
    (w * w).sum().backward(create_graph=True)
    assert w.grad.requires_grad
    assert not clip_grad_norm_([w], 1.0).requires_grad
    assert w.grad.item() == pytest.approx(1.0)


def test_values_are_cut_off():
    w, without = tt.zeros(4, requires_grad=True), tt.zeros(1, requires_grad=True)
    w.grad = tt.tensor([-5.0, 0.5, float("inf"), float("nan")])
    clip_grad_value_([w, without], 1)
    assert w.grad.tolist()[:3] == [-1.0, 0.5, 1.0]
    assert np.isnan(w.grad.numpy()[3])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda p: clip_grad_norm_(p, -1.0), "max_norm must not be negative"),
        (lambda p: clip_grad_norm_(p, float("nan")), "max_norm"),
        (lambda p: clip_grad_norm_(p, 1.0, 0.0), "norm_type must be positive"),
        (lambda p: clip_grad_value_(p, -1.0), "clip_value must not be negative"),
    ],
)
def test_bad_limits_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call(with_gradients())
