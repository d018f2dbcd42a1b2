"""Every schedule against PyTorch's, over hundreds of steps."""

import warnings

import pytest

import tt_optim
import tt_tensor as tt
from tt_optim import SGD, Adam

STEPS = 300
CASES = [
    ("StepLR", {"step_size": 30, "gamma": 0.7}),
    ("MultiStepLR", {"milestones": [20, 50, 200], "gamma": 0.5}),
    ("ExponentialLR", {"gamma": 0.98}),
    ("ConstantLR", {"factor": 0.3, "total_iters": 17}),
    ("LinearLR", {"start_factor": 0.1, "end_factor": 0.9, "total_iters": 40}),
    ("CosineAnnealingLR", {"T_max": 300, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", {"T_0": 10, "T_mult": 2, "eta_min": 0.01}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 301}),
    (
        "OneCycleLR",
        {"max_lr": 0.5, "epochs": 7, "steps_per_epoch": 43, "anneal_strategy": "linear"},
    ),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 301, "three_phase": True, "pct_start": 0.2}),
    ("LambdaLR", {"lr_lambda": lambda t: 1 / (1 + t)}),
]


def ours(kind=SGD, **options):
    return kind([tt.ones(1, requires_grad=True)], lr=0.1, **options)


def theirs(torch, kind="SGD", **options):
    return getattr(torch.optim, kind)([torch.ones(1, requires_grad=True)], lr=0.1, **options)


def run(optimizer, scheduler, key="lr"):
    values = []
    for _ in range(STEPS):
        optimizer.step()
        values.append(optimizer.param_groups[0][key])
        scheduler.step()
    return values


@pytest.mark.parametrize(("name", "options"), CASES)
def test_equals_pytorch(name, options):
    torch = pytest.importorskip("torch")
    mine, reference = ours(momentum=0.9), theirs(torch, momentum=0.9)
    a = run(mine, getattr(tt_optim, name)(mine, **options))
    b = run(reference, getattr(torch.optim.lr_scheduler, name)(reference, **options))
    assert a == pytest.approx(b, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("three_phase", [False, True])
def test_one_cycle_moves_the_momentum_too(three_phase):
    torch = pytest.importorskip("torch")
    options = {"max_lr": 0.5, "total_steps": 301, "three_phase": three_phase}
    mine, reference = ours(Adam), theirs(torch, "Adam")
    a = run(mine, tt_optim.OneCycleLR(mine, **options), "betas")
    b = run(reference, torch.optim.lr_scheduler.OneCycleLR(reference, **options), "betas")
    assert [x[0] for x in a] == pytest.approx([x[0] for x in b])


def test_sequential_equals_pytorch():
    torch = pytest.importorskip("torch")

    def build(optimizer, module):
        parts = [
            module.LinearLR(optimizer, 0.1, total_iters=20),
            module.CosineAnnealingLR(optimizer, 100),
            module.ExponentialLR(optimizer, 0.9),
        ]
        return module.SequentialLR(optimizer, parts, [20, 120])

    mine, reference = ours(), theirs(torch)
    a = run(mine, build(mine, tt_optim))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        b = run(reference, build(reference, torch.optim.lr_scheduler))
    assert a == pytest.approx(b, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
def test_plateau_equals_pytorch(mode, threshold_mode):
    torch = pytest.importorskip("torch")
    options = {
        "mode": mode,
        "factor": 0.5,
        "patience": 3,
        "threshold": 0.01,
        "threshold_mode": threshold_mode,
        "cooldown": 2,
        "min_lr": 1e-3,
    }
    mine, reference = ours(), theirs(torch)
    a = tt_optim.ReduceLROnPlateau(mine, **options)
    b = torch.optim.lr_scheduler.ReduceLROnPlateau(reference, **options)
    for i in range(100):
        value = 1 / (1 + i % 17)
        a.step(value)
        b.step(value)
        assert mine.param_groups[0]["lr"] == pytest.approx(reference.param_groups[0]["lr"])


def test_known_values_without_pytorch():
    optimizer = ours()
    schedule = tt_optim.CosineAnnealingLR(optimizer, T_max=4)
    assert run(optimizer, schedule)[:5] == pytest.approx(
        [0.1, 0.0853553, 0.05, 0.0146447, 0.0], abs=1e-6
    )


@pytest.mark.parametrize(("name", "options"), CASES)
def test_state_round_trip(name, options):
    first, second = ours(momentum=0.9), ours(momentum=0.9)
    a = getattr(tt_optim, name)(first, **options)
    run(first, a)[:1]
    b = getattr(tt_optim, name)(second, **options)
    a.last_epoch = 41
    b.load_state_dict(a.state_dict())
    a.step()
    b.step()
    assert first.param_groups[0]["lr"] == second.param_groups[0]["lr"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: tt_optim.StepLR(ours(), 0), "step_size"),
        (lambda: tt_optim.LinearLR(ours(), 0.0), "start_factor"),
        (lambda: tt_optim.OneCycleLR(ours(), 0.1), "total_steps"),
        (lambda: tt_optim.SequentialLR(ours(), [], [1, 2]), "milestones"),
        (lambda: tt_optim.ReduceLROnPlateau(ours(), factor=1.0), "factor"),
        (lambda: tt_optim.LambdaLR(ours(), [lambda t: t] * 2), "2 functions"),
    ],
)
def test_bad_arguments_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
