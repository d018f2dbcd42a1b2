"""Every loss against PyTorch, over all combinations of its options: values and gradients."""

import itertools
import warnings

import numpy as np
import pytest

import tt_nn as nn
import tt_nn.functional as F
import tt_tensor as tt
from tt_autograd import gradcheck, gradgradcheck

REDUCTIONS = ("mean", "sum", "none")
SCORES = [(3,), (4, 3), (0, 3), (2, 3, 4), (2, 3, 2, 2)]
SHAPES = [(), (3,), (2, 3), (0, 2)]


def run(function, to_tensor, input, others, options):
    """The loss and the gradient of its sum with respect to the input."""
    convert = lambda v: to_tensor(v.copy()) if isinstance(v, np.ndarray) else v  # noqa: E731
    x = to_tensor(input.copy()).requires_grad_()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # kl_div's, here and in PyTorch
        out = function(x, *map(convert, others), **{k: convert(v) for k, v in options.items()})
    out.sum().backward()
    return out.detach().numpy(), x.grad.numpy()


def same_as_pytorch(name, input, *others, rtol=1e-9, **options):
    torch = pytest.importorskip("torch")
    theirs = getattr(torch.nn.functional, name)
    expected = run(theirs, torch.from_numpy, input, others, options)
    got = run(getattr(F, name), tt.from_numpy, input, others, options)
    for mine, right in zip(got, expected, strict=True):
        assert mine.dtype == right.dtype
        np.testing.assert_allclose(mine, right, rtol=rtol, atol=1e-11)


def classes_for(shape, rng):
    count = shape[1] if len(shape) > 1 else shape[0]
    return np.asarray(
        rng.integers(0, count, shape[:1] + shape[2:] if len(shape) > 1 else ())
    ), count


@pytest.mark.parametrize("shape", SCORES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_cross_entropy(shape, reduction):
    rng = np.random.default_rng(0)
    for weighted, smoothing, ignore in itertools.product((0, 1), (0.0, 0.1, 1.0), (-100, 1)):
        target, count = classes_for(shape, rng)
        if target.size == 1 and ignore == target:
            target = np.asarray(target - 1)  # a mean of nothing is NaN, and so is its gradient here
        options = {"weight": rng.random(count)} if weighted else {}
        options |= {"reduction": reduction, "label_smoothing": smoothing, "ignore_index": ignore}
        same_as_pytorch("cross_entropy", rng.standard_normal(shape), target, **options)


@pytest.mark.parametrize("shape", SCORES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_cross_entropy_of_probabilities(shape, reduction):
    rng = np.random.default_rng(1)
    for weighted, smoothing in itertools.product((0, 1), (0.0, 0.1, 1.0)):
        options = {"weight": rng.random(classes_for(shape, rng)[1])} if weighted else {}
        options |= {"reduction": reduction, "label_smoothing": smoothing}
        same_as_pytorch("cross_entropy", rng.standard_normal(shape), rng.random(shape), **options)


@pytest.mark.parametrize("shape", SCORES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_nll(shape, reduction):
    rng = np.random.default_rng(2)
    for weighted, ignore in itertools.product((0, 1), (-100, 1)):
        target, count = classes_for(shape, rng)
        options = {"weight": rng.random(count)} if weighted else {}
        options |= {"reduction": reduction, "ignore_index": ignore}
        same_as_pytorch("nll_loss", rng.standard_normal(shape), target, **options)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mse_loss", {}),
        ("l1_loss", {}),
        ("smooth_l1_loss", {}),
        ("smooth_l1_loss", {"beta": 0.3}),
        ("smooth_l1_loss", {"beta": 0.0}),
        ("huber_loss", {}),
        ("huber_loss", {"delta": 0.4}),
    ],
)
def test_regression(name, options, shape, reduction):
    rng = np.random.default_rng(3)
    x, y = (np.asarray(2 * rng.standard_normal(shape)) for _ in range(2))
    same_as_pytorch(name, x, y, reduction=reduction, **options)


@pytest.mark.parametrize("name", ["l1_loss", "smooth_l1_loss", "huber_loss", "mse_loss"])
def test_regression_at_the_kinks(name):
    x = np.array([0.0, 1.0, -1.0, 2.0])
    same_as_pytorch(name, x, np.zeros(4))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_binary_cross_entropies(shape, reduction):
    rng = np.random.default_rng(4)
    draw = lambda s: np.asarray(rng.random(s))  # noqa: E731
    for weighted, pos_weighted in itertools.product((0, 1), (0, 1)):
        options = {"weight": draw(shape[-1:])} if weighted else {}
        options["reduction"] = reduction
        if not pos_weighted:
            same_as_pytorch("binary_cross_entropy", draw(shape), draw(shape), **options)
        else:
            options["pos_weight"] = draw(shape[-1:])
        scores = np.asarray(3 * rng.standard_normal(shape))
        same_as_pytorch("binary_cross_entropy_with_logits", scores, draw(shape), **options)


def test_sure_and_wrong_probabilities_stay_finite():
    p, t = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])
    same_as_pytorch("binary_cross_entropy", p, t, rtol=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reduction", [*REDUCTIONS, "batchmean"])
@pytest.mark.parametrize("log_target", [False, True])
def test_kl(shape, reduction, log_target):
    rng = np.random.default_rng(5)
    target = np.asarray(rng.random(shape))
    if log_target:
        target = np.asarray(np.log(target + 0.01))
    elif target.size > 1:
        target.flat[0] = 0.0
    x = np.asarray(rng.standard_normal(shape))
    same_as_pytorch("kl_div", x, target, reduction=reduction, log_target=log_target)


def test_kl_mean_warns():
    with pytest.warns(UserWarning, match="batchmean"):
        F.kl_div(tt.zeros(1, 2), tt.ones(1, 2))


def test_types_are_promoted_as_in_pytorch():
    torch = pytest.importorskip("torch")
    x, theirs = tt.ones(2), torch.ones(2)
    for name in ("mse_loss", "l1_loss"):
        for kind in (np.float64, np.int64):
            y = np.zeros(2, kind)
            got = getattr(F, name)(x, tt.from_numpy(y))
            expected = getattr(torch.nn.functional, name)(theirs, torch.from_numpy(y))
            assert got.array.dtype == expected.numpy().dtype
            assert got.item() == expected.item()


def test_gradients_have_the_inputs_type_whatever_the_targets():
    x = tt.ones(2, requires_grad=True)
    F.mse_loss(x, tt.zeros(2, dtype=tt.float64)).backward()
    assert x.grad.dtype is tt.float32
    assert x.grad.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(
    "loss",
    [
        lambda x, r: F.cross_entropy(x, tt.tensor([0, 2]), reduction=r),
        lambda x, r: F.cross_entropy(x, tt.tensor([0, 2]), ignore_index=0, reduction=r),
        lambda x, r: F.cross_entropy(
            x, tt.tensor([0, 2]), tt.tensor([0.5, 1.0, 2.0]).double(), -100, r, 0.1
        ),
        lambda x, r: F.nll_loss(x, tt.tensor([0, 2]), reduction=r),
        lambda x, r: F.mse_loss(x, tt.ones(2, 3).double(), reduction=r),
        lambda x, r: F.huber_loss(x, tt.zeros(2, 3).double(), reduction=r, delta=0.7),
        lambda x, r: F.binary_cross_entropy_with_logits(
            x, tt.full((2, 3), 0.3).double(), reduction=r
        ),
        lambda x, r: F.binary_cross_entropy(
            tt.sigmoid(x), tt.full((2, 3), 0.3).double(), reduction=r
        ),
        lambda x, r: F.kl_div(x, tt.full((2, 3), 0.2).double(), reduction="batchmean"),
    ],
)
def test_first_and_second_derivatives(loss, reduction):
    x = tt.from_numpy(np.random.default_rng(6).standard_normal((2, 3))).requires_grad_()
    assert gradcheck(lambda x: loss(x, reduction), [x])
    assert gradgradcheck(lambda x: loss(x, reduction), [x])


def test_targets_have_gradients_where_pytorchs_have():
    for loss in (F.mse_loss, F.binary_cross_entropy_with_logits, F.cross_entropy):
        x = tt.rand(2, 3, dtype=tt.float64, requires_grad=True)
        y = tt.rand(2, 3, dtype=tt.float64, requires_grad=True)
        assert gradcheck(loss, [x, y])


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss(), nn.BCEWithLogitsLoss()])
def test_extreme_scores_do_not_overflow(loss):
    x = tt.tensor([[1e4, -1e4], [-1e4, 1e4]], requires_grad=True)
    classes = tt.tensor([1, 1])
    target = classes if isinstance(loss, nn.CrossEntropyLoss) else tt.zeros(2, 2)
    out = loss(x, target)
    out.backward()
    assert tt.isfinite(out).item()
    assert tt.isfinite(x.grad).all().item()


def test_a_mean_of_nothing_is_nan():
    assert tt.isnan(F.cross_entropy(tt.ones(2, 3), tt.tensor([1, 1]), ignore_index=1)).item()
    assert tt.isnan(F.mse_loss(tt.ones(0), tt.ones(0))).item()
    assert F.cross_entropy(tt.ones(0, 3), tt.zeros(0, dtype=tt.int64), reduction="sum").item() == 0


def test_float16_holds_the_mean_of_more_elements_than_it_can_count():
    x = tt.ones(70_000, dtype=tt.float16)
    x.requires_grad_()
    assert F.mse_loss(x, tt.zeros(70_000, dtype=tt.float16)).item() == 1.0
    loss = F.binary_cross_entropy_with_logits(x, x.detach())
    assert loss.item() == pytest.approx(0.3133, abs=1e-3)
    scores = tt.zeros(70_000, 2, dtype=tt.float16, requires_grad=True)
    loss = F.cross_entropy(scores, tt.zeros(70_000, dtype=tt.int64))
    assert loss.item() == pytest.approx(0.6931, abs=1e-3)
    loss.backward(tt.tensor(1000.0, dtype=tt.float16))
    assert scores.grad[0].tolist() == pytest.approx([-1000 / 140_000, 1000 / 140_000], rel=0.01)


@pytest.mark.parametrize("kind", ["uint8", "int8", "int16", "int32"])
def test_classes_may_be_any_integers(kind):
    x, t = tt.rand(2, 3), tt.tensor([0, 2])
    for options in ({}, {"weight": tt.rand(3)}, {"label_smoothing": 0.1}, {"ignore_index": 2}):
        expected = F.cross_entropy(x, t, **options)
        assert tt.equal(F.cross_entropy(x, t.to(kind), **options), expected)


def test_ignored_rows_get_no_gradient_even_if_all_are():
    x = tt.rand(2, 3, requires_grad=True)
    F.cross_entropy(x, tt.tensor([-1, -1]), ignore_index=-1).backward()
    assert float(x.grad.abs().sum()) == 0


@pytest.mark.parametrize(
    ("module", "function", "args"),
    [
        (nn.MSELoss("sum"), lambda x, y: F.mse_loss(x, y, "sum"), ()),
        (nn.L1Loss("none"), lambda x, y: F.l1_loss(x, y, "none"), ()),
        (nn.SmoothL1Loss(beta=0.5), lambda x, y: F.smooth_l1_loss(x, y, beta=0.5), ()),
        (nn.HuberLoss(delta=0.5), lambda x, y: F.huber_loss(x, y, delta=0.5), ()),
        (nn.BCELoss(), F.binary_cross_entropy, ()),
        (
            nn.BCEWithLogitsLoss(pos_weight=tt.tensor([2.0])),
            lambda x, y: F.binary_cross_entropy_with_logits(x, y, pos_weight=tt.tensor([2.0])),
            (),
        ),
        (nn.KLDivLoss("batchmean"), lambda x, y: F.kl_div(x, y, "batchmean"), ()),
        (
            nn.CrossEntropyLoss(label_smoothing=0.1),
            lambda x, y: F.cross_entropy(x, y, label_smoothing=0.1),
            (),
        ),
    ],
)
def test_modules_call_the_functions(module, function, args):
    x, y = tt.rand(2, 3), tt.rand(2, 3)
    assert tt.equal(module(x, y), function(x, y))


def test_weights_follow_the_modules_type():
    loss = nn.NLLLoss(weight=tt.ones(2)).double()
    assert loss.weight.dtype is tt.float64
    assert loss(tt.zeros(1, 2).double(), tt.tensor([1])).dtype is tt.float64


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: nn.MSELoss("average"),
        lambda: nn.KLDivLoss("batch"),
        lambda: nn.CrossEntropyLoss(label_smoothing=2),
        lambda: nn.HuberLoss(delta=0),
        lambda: nn.SmoothL1Loss(beta=-1),
        lambda: F.huber_loss(tt.ones(1), tt.ones(1), delta=0),
        lambda: F.smooth_l1_loss(tt.ones(1), tt.ones(1), beta=-1),
        lambda: F.kl_div(tt.ones(1), tt.ones(1), "batch"),
    ],
)
def test_wrong_options_are_refused_at_once(wrong):
    with pytest.raises(ValueError, match=r"must|between"):
        wrong()


@pytest.mark.parametrize(
    ("wrong", "error", "match"),
    [
        (lambda: F.l1_loss(tt.ones(2), tt.ones(3)), tt.ShapeError, "must be equal"),
        (lambda: F.kl_div(tt.ones(2), tt.ones(3)), tt.ShapeError, "must be equal"),
        (lambda: F.mse_loss([1.0], tt.ones(1)), TypeError, "input must be a Tensor, not list"),
        (lambda: F.nll_loss(tt.ones(1, 2), [0]), TypeError, "target must be a Tensor, not list"),
        (lambda: F.cross_entropy(tt.ones(1, 2), [0]), TypeError, "target must be a Tensor"),
        (lambda: F.cross_entropy(1.0, tt.ones(1)), TypeError, "input must be a Tensor"),
        (
            lambda: F.cross_entropy(tt.ones(1, 2).long(), tt.tensor([0])),
            tt.DTypeError,
            "scores must be floating point",
        ),
        (
            lambda: F.nll_loss(tt.ones(2, 3), tt.tensor([0, -1])),
            IndexError,
            "class -1 is out of range for 3 classes",
        ),
        (
            lambda: F.nll_loss(tt.ones(2, 3), tt.tensor([0, 1]), tt.ones(2)),
            tt.ShapeError,
            "one number per class",
        ),
    ],
)
def test_wrong_inputs_are_refused(wrong, error, match):
    with pytest.raises(error, match=match):
        wrong()


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("weight", [None, tt.tensor([1.0, 2.0])])
def test_a_batch_whose_targets_are_all_ignored_gives_nan_and_no_gradient(smoothing, weight):
    scores = tt.ones(3, 2, requires_grad=True)
    nothing = tt.tensor([-100, -100, -100])
    loss = F.cross_entropy(scores, nothing, weight=weight, label_smoothing=smoothing)
    loss.backward()
    assert np.isnan(loss.item())
    assert scores.grad.tolist() == [[0.0, 0.0]] * 3


def test_binary_targets_are_probabilities():
    with pytest.raises(ValueError, match="the target must lie between 0 and 1"):
        F.binary_cross_entropy(tt.tensor([0.5, 0.5]), tt.tensor([0.0, 2.0]))
