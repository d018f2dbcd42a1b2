"""Every schedule against PyTorch's over hundreds of steps, and against known values without it."""

import json
import math
import warnings

import pytest

import tt_optim
import tt_tensor as tt
from tt_optim import SGD, Adam, LRScheduler, RMSprop

STEPS = 300
CASES = [
    ("StepLR", {"step_size": 30, "gamma": 0.7}),
    ("StepLR", {"step_size": 1}),
    ("MultiStepLR", {"milestones": [20, 50, 200], "gamma": 0.5}),
    ("MultiStepLR", {"milestones": [50, 20, 50]}),
    ("ExponentialLR", {"gamma": 0.98}),
    ("ConstantLR", {"factor": 0.3, "total_iters": 17}),
    ("LinearLR", {"start_factor": 0.1, "end_factor": 0.9, "total_iters": 40}),
    ("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 250}),
    ("CosineAnnealingLR", {"T_max": 300, "eta_min": 0.01}),
    ("CosineAnnealingLR", {"T_max": 40}),
    ("CosineAnnealingWarmRestarts", {"T_0": 10, "T_mult": 2, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", {"T_0": 7}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 301}),
    (
        "OneCycleLR",
        {"max_lr": 0.5, "epochs": 7, "steps_per_epoch": 43, "anneal_strategy": "linear"},
    ),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 301, "three_phase": True, "pct_start": 0.2}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 300, "pct_start": 0.0}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 300, "div_factor": 5, "final_div_factor": 10}),
    ("LambdaLR", {"lr_lambda": lambda t: 1 / (1 + t)}),
]


def ours(kind=SGD, **options):
    return kind([tt.ones(1, requires_grad=True)], lr=0.1, **options)


def theirs(torch, kind="SGD", **options):
    return getattr(torch.optim, kind)([torch.ones(1, requires_grad=True)], lr=0.1, **options)


def run(optimizer, *schedulers, key="lr", steps=STEPS):
    values = []
    for _ in range(steps):
        optimizer.step()
        values.append(optimizer.param_groups[0][key])
        for scheduler in schedulers:
            scheduler.step()
    return values


def close(values, *, rel=1e-9):
    return pytest.approx(values, rel=rel, abs=1e-12)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_equals_pytorch(name, options):
    torch = pytest.importorskip("torch")
    mine, reference = ours(momentum=0.9), theirs(torch, momentum=0.9)
    a = run(mine, getattr(tt_optim, name)(mine, **options))
    b = run(reference, getattr(torch.optim.lr_scheduler, name)(reference, **options))
    assert a == close(b)


@pytest.mark.parametrize(
    "parts",
    [
        [("ExponentialLR", {"gamma": 0.99}), ("MultiStepLR", {"milestones": [30, 80]})],
        [("LinearLR", {"start_factor": 0.1, "total_iters": 20}), ("StepLR", {"step_size": 50})],
        [("ConstantLR", {"factor": 0.5, "total_iters": 9}), ("CosineAnnealingLR", {"T_max": 400})],
        [
            ("CosineAnnealingLR", {"T_max": 400, "eta_min": 0.02}),
            ("ExponentialLR", {"gamma": 0.999}),
        ],
        [("ExponentialLR", {"gamma": 0.9}), ("LambdaLR", {"lr_lambda": lambda t: 0.99**t})],
    ],
)
def test_schedules_chain_as_in_pytorch(parts):
    torch = pytest.importorskip("torch")
    mine, reference = ours(), theirs(torch)
    a = run(mine, *[getattr(tt_optim, n)(mine, **o) for n, o in parts])
    library = torch.optim.lr_scheduler
    b = run(reference, *[getattr(library, n)(reference, **o) for n, o in parts])
    assert a == close(b, rel=1e-7)


@pytest.mark.parametrize(
    ("name", "options"),
    [case for case in CASES if case[0] not in ("OneCycleLR", "CosineAnnealingWarmRestarts")],
)
def test_a_rate_that_the_user_changes_stays_changed_as_in_pytorch(name, options):
    torch = pytest.importorskip("torch")
    mine, reference = ours(), theirs(torch)
    a = getattr(tt_optim, name)(mine, **options)
    b = getattr(torch.optim.lr_scheduler, name)(reference, **options)
    for schedule, optimizer in ((a, mine), (b, reference)):
        run(optimizer, schedule, steps=8)
        optimizer.param_groups[0]["lr"] *= 0.5
    assert run(mine, a, steps=25) == close(run(reference, b, steps=25), rel=1e-7)


@pytest.mark.parametrize("three_phase", [False, True])
@pytest.mark.parametrize("anneal_strategy", ["cos", "linear"])
@pytest.mark.parametrize(
    ("kind", "options", "key"),
    [(Adam, {}, "betas"), (SGD, {"momentum": 0.9}, "momentum"), (RMSprop, {}, "momentum")],
)
def test_one_cycle_moves_the_momentum_too(three_phase, anneal_strategy, kind, options, key):
    torch = pytest.importorskip("torch")
    cycle = {
        "max_lr": 0.5,
        "total_steps": 301,
        "three_phase": three_phase,
        "anneal_strategy": anneal_strategy,
        "base_momentum": 0.8,
        "max_momentum": 0.9,
    }
    mine, reference = ours(kind, **options), theirs(torch, kind.__name__, **options)
    a = run(mine, tt_optim.OneCycleLR(mine, **cycle), key=key)
    b = run(reference, torch.optim.lr_scheduler.OneCycleLR(reference, **cycle), key=key)
    if key == "betas":
        a, b = [x[0] for x in a], [x[0] for x in b]
    assert a == close(b)


def test_groups_have_their_own_rates_as_in_pytorch():
    torch = pytest.importorskip("torch")

    def rates(library, schedules, leaf):
        groups = [{"params": [leaf()]}, {"params": [leaf()], "lr": 0.5}]
        optimizer = library.SGD(groups, lr=0.1, momentum=0.9)
        schedule = schedules.OneCycleLR(
            optimizer, [0.3, 0.9], 20, base_momentum=[0.7, 0.8], max_momentum=[0.8, 0.9]
        )
        seen = []
        for _ in range(20):
            optimizer.step()
            seen += [x for g in optimizer.param_groups for x in (g["lr"], g["momentum"])]
            schedule.step()
        return seen

    mine = rates(tt_optim, tt_optim, lambda: tt.ones(1, requires_grad=True))
    right = rates(torch.optim, torch.optim.lr_scheduler, lambda: torch.ones(1, requires_grad=True))
    assert mine == close(right)


def linear_cosine_exponential(optimizer, module):
    parts = [
        module.LinearLR(optimizer, 0.1, total_iters=20),
        module.CosineAnnealingLR(optimizer, 100, eta_min=0.01),
        module.ExponentialLR(optimizer, 0.9),
    ]
    return module.SequentialLR(optimizer, parts, [20, 120])


def constant_restarts_steps(optimizer, module):
    parts = [
        module.ConstantLR(optimizer, 0.2, total_iters=8),
        module.CosineAnnealingWarmRestarts(optimizer, 10),
        module.MultiStepLR(optimizer, [5, 50]),
        module.LambdaLR(optimizer, lambda t: 0.97**t),
    ]
    return module.SequentialLR(optimizer, parts, [10, 60, 130])


@pytest.mark.parametrize("build", [linear_cosine_exponential, constant_restarts_steps])
def test_sequential_equals_pytorch(build):
    torch = pytest.importorskip("torch")
    mine, reference = ours(), theirs(torch)
    a = run(mine, build(mine, tt_optim))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch warns of the way in which it does this itself
        b = run(reference, build(reference, torch.optim.lr_scheduler))
    assert a == close(b)


def test_restarts_take_fractions_of_epochs_as_in_pytorch():
    torch = pytest.importorskip("torch")
    mine, reference = ours(), theirs(torch)
    a = tt_optim.CosineAnnealingWarmRestarts(mine, 3, 2)
    b = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(reference, 3, 2)
    for i in range(100):
        a.step(i / 7)
        b.step(i / 7)
        assert mine.param_groups[0]["lr"] == close(reference.param_groups[0]["lr"])


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
@pytest.mark.parametrize("patience", [0, 3])
@pytest.mark.parametrize("cooldown", [0, 2])
def test_plateau_equals_pytorch(mode, threshold_mode, patience, cooldown):
    torch = pytest.importorskip("torch")
    options = {
        "mode": mode,
        "factor": 0.5,
        "patience": patience,
        "threshold": 0.01,
        "threshold_mode": threshold_mode,
        "cooldown": cooldown,
        "min_lr": 1e-3,
        "eps": 1e-4,
    }
    mine, reference = ours(), theirs(torch)
    a = tt_optim.ReduceLROnPlateau(mine, **options)
    b = torch.optim.lr_scheduler.ReduceLROnPlateau(reference, **options)
    rates = set()
    for i in range(200):
        value = math.nan if i == 50 else math.sin(i / 9) + i / 300
        a.step(value)
        b.step(value)
        rates.add(mine.param_groups[0]["lr"])
        assert mine.param_groups[0]["lr"] == close(reference.param_groups[0]["lr"])
        assert a.num_bad_epochs == b.num_bad_epochs
    assert len(rates) > 2


def test_a_reduction_on_a_plateau_outlives_the_next_step_of_another_schedule():
    optimizer = ours()
    warmup = tt_optim.LinearLR(optimizer, 0.5, total_iters=2)
    plateau = tt_optim.ReduceLROnPlateau(optimizer, factor=0.1, patience=0)
    for loss in (1.0, 1.0, 1.0):
        plateau.step(loss)
        warmup.step()
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.1 * 0.1 * 0.1)


# the same without PyTorch: values that were worked out by hand


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("StepLR", {"step_size": 2, "gamma": 0.5}, [1, 1, 0.5, 0.5, 0.25]),
        ("MultiStepLR", {"milestones": [1, 3], "gamma": 0.1}, [1, 0.1, 0.1, 0.01, 0.01]),
        ("ExponentialLR", {"gamma": 0.5}, [1, 0.5, 0.25, 0.125, 0.0625]),
        ("ConstantLR", {"factor": 0.25, "total_iters": 2}, [0.25, 0.25, 1, 1, 1]),
        ("LinearLR", {"start_factor": 0.25, "total_iters": 3}, [0.25, 0.5, 0.75, 1, 1]),
        (
            "CosineAnnealingLR",
            {"T_max": 4},
            [1, (2 + 2**0.5) / 4, 0.5, (2 - 2**0.5) / 4, 0],
        ),
        ("CosineAnnealingWarmRestarts", {"T_0": 2, "eta_min": 0.5}, [1, 0.75, 1, 0.75, 1]),
        (
            "OneCycleLR",
            {
                "max_lr": 1,
                "total_steps": 5,
                "pct_start": 0.6,
                "anneal_strategy": "linear",
                "div_factor": 2,
                "final_div_factor": 5,
            },
            [0.5, 0.75, 1, 0.55, 0.1],
        ),
        ("LambdaLR", {"lr_lambda": lambda t: 1 / (1 + t)}, [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]),
    ],
)
def test_known_values(name, options, expected):
    optimizer = SGD([tt.ones(1, requires_grad=True)], lr=1.0, momentum=0.9)
    schedule = getattr(tt_optim, name)(optimizer, **options)
    assert run(optimizer, schedule, steps=5) == close(expected)


def test_sequential_known_values():
    optimizer = SGD([tt.ones(1, requires_grad=True)], lr=1.0)
    parts = [
        tt_optim.LinearLR(optimizer, 0.5, total_iters=2),
        tt_optim.ExponentialLR(optimizer, 0.5),
    ]
    schedule = tt_optim.SequentialLR(optimizer, parts, [2])
    assert run(optimizer, schedule, steps=5) == [0.5, 0.75, 1.0, 0.5, 0.25]
    assert schedule.get_last_lr() == [0.125]


def test_a_schedule_of_ones_own_may_say_get_lr_as_in_pytorch():
    class Recursive(LRScheduler):
        def get_lr(self):
            factor = 0.5 if self.last_epoch else 1.0
            return [group["lr"] * factor for group in self.optimizer.param_groups]

    optimizer = SGD([tt.ones(1, requires_grad=True)], lr=1.0)
    schedule = tt_optim.SequentialLR(
        optimizer, [tt_optim.ConstantLR(optimizer, 1.0), Recursive(optimizer)], [2]
    )
    assert run(optimizer, schedule, steps=5) == [1.0, 1.0, 1.0, 0.5, 0.25]


# state


def build(name, options):
    optimizer = ours(momentum=0.9)
    return optimizer, getattr(tt_optim, name)(optimizer, **options)


@pytest.mark.parametrize("stop", [1, 41, 120])
@pytest.mark.parametrize(
    ("name", "options"),
    [*CASES, ("warm-up", None)],
)
def test_a_run_resumes_from_its_state_in_json(name, options, stop):
    def make():
        if options is not None:
            return build(name, options)
        optimizer = ours(momentum=0.9)
        return optimizer, linear_cosine_exponential(optimizer, tt_optim)

    optimizer, schedule = make()
    run(optimizer, schedule, steps=stop)
    saved = json.loads(json.dumps([optimizer.state_dict(), schedule.state_dict()]))
    expected = run(optimizer, schedule, steps=100)
    other, resumed = make()
    other.load_state_dict(saved[0])
    resumed.load_state_dict(saved[1])
    assert run(other, resumed, steps=100) == expected


def test_a_plateau_resumes_from_its_state():
    values = [1 / (1 + i % 17) for i in range(60)]
    optimizer, schedule = build("ReduceLROnPlateau", {"patience": 2, "cooldown": 3})
    other, resumed = build("ReduceLROnPlateau", {"patience": 9})
    for value in values[:20]:
        schedule.step(value)
    other.load_state_dict(optimizer.state_dict())
    resumed.load_state_dict(json.loads(json.dumps(schedule.state_dict())))
    for value in values[20:]:
        schedule.step(value)
        resumed.step(value)
        assert other.param_groups[0]["lr"] == optimizer.param_groups[0]["lr"]
        assert schedule.get_last_lr() == resumed.get_last_lr()


def test_last_epoch_resumes_without_a_state():
    optimizer, schedule = build("StepLR", {"step_size": 3, "gamma": 0.5})
    run(optimizer, schedule, steps=7)
    again = tt_optim.StepLR(optimizer, 3, 0.5, last_epoch=6)
    assert again.last_epoch == 7
    assert optimizer.param_groups[0]["lr"] == 0.1 * 0.25


def two_groups(count=2):
    return SGD([{"params": [tt.ones(1, requires_grad=True)]} for _ in range(count)], lr=0.1)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tt_optim.StepLR(0.1, 1), TypeError, "expected an Optimizer, not float"),
        (lambda: tt_optim.StepLR(ours(), 0), ValueError, "step_size must be at least 1"),
        (lambda: tt_optim.StepLR(ours(), 1, last_epoch=3), KeyError, "initial_lr"),
        (lambda: tt_optim.LinearLR(ours(), 0.0), ValueError, "start_factor"),
        (lambda: tt_optim.LinearLR(ours(), 1.0, 1.5), ValueError, "end_factor"),
        (lambda: tt_optim.LinearLR(ours(), total_iters=0), ValueError, "total_iters"),
        (lambda: tt_optim.ConstantLR(ours(), 2.0), ValueError, "factor must lie"),
        (lambda: tt_optim.CosineAnnealingLR(ours(), 0), ValueError, "T_max"),
        (lambda: tt_optim.CosineAnnealingWarmRestarts(ours(), 0), ValueError, "T_0"),
        (lambda: tt_optim.OneCycleLR(ours(momentum=0.9), 0.1), ValueError, "total_steps"),
        (lambda: tt_optim.OneCycleLR(ours(), 0.1, 9, pct_start=2), ValueError, "pct_start"),
        (lambda: tt_optim.OneCycleLR(ours(), 0.1, 9, anneal_strategy="x"), ValueError, "'linear'"),
        (lambda: tt_optim.OneCycleLR(ours(), [0.1, 0.2], 9), ValueError, "max_lr: 2 values for 1"),
        (
            lambda: tt_optim.OneCycleLR(ours(tt_optim.Adagrad), 0.1, 9),
            ValueError,
            "cycle_momentum=False",
        ),
        (lambda: tt_optim.SequentialLR(ours(), [], [1, 2]), ValueError, "one fewer"),
        (lambda: tt_optim.SequentialLR(ours(), [0], []), TypeError, r"schedulers\[0\]"),
        (
            lambda: tt_optim.SequentialLR(ours(), [tt_optim.ConstantLR(ours())], []),
            ValueError,
            "another optimizer",
        ),
        (lambda: tt_optim.ReduceLROnPlateau(ours(), factor=1.0), ValueError, "factor"),
        (lambda: tt_optim.ReduceLROnPlateau(ours(), "up"), ValueError, "mode must be"),
        (
            lambda: tt_optim.ReduceLROnPlateau(ours(), threshold_mode="x"),
            ValueError,
            "threshold_mode must be",
        ),
        (lambda: tt_optim.ReduceLROnPlateau(two_groups(), min_lr=[0.1]), ValueError, "min_lr: 1"),
        (lambda: tt_optim.ReduceLROnPlateau(None), TypeError, "expected an Optimizer"),
        (lambda: tt_optim.LambdaLR(ours(), [lambda t: t] * 2), ValueError, "2 values for 1 groups"),
    ],
)
def test_bad_arguments_are_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_milestones_must_rise():
    optimizer = ours()
    parts = [tt_optim.ConstantLR(optimizer) for _ in range(3)]
    with pytest.raises(ValueError, match="must rise"):
        tt_optim.SequentialLR(optimizer, parts, [5, 2])


def test_a_cycle_is_not_overrun():
    optimizer, schedule = build("OneCycleLR", {"max_lr": 0.1, "total_steps": 3})
    run(optimizer, schedule, steps=3)
    with pytest.raises(ValueError, match="total_steps=3"):
        schedule.step()


def test_groups_that_come_later_are_noticed():
    optimizer, schedule = build("StepLR", {"step_size": 1})
    optimizer.add_param_group({"params": tt.ones(1, requires_grad=True)})
    with pytest.raises(ValueError, match="add_param_group first"):
        schedule.step()


def test_the_state_of_another_schedule_is_refused():
    optimizer = ours()
    states = [tt_optim.StepLR(optimizer, 3).state_dict(), {}, {"last_epoch": 3, "schedulers": []}]
    for state in states:
        for schedule in (
            tt_optim.CosineAnnealingLR(optimizer, 3),
            tt_optim.ReduceLROnPlateau(optimizer),
            linear_cosine_exponential(optimizer, tt_optim),
        ):
            before = schedule.state_dict()
            with pytest.raises(ValueError, match="state_dict has"):
                schedule.load_state_dict(state)
            assert schedule.state_dict() == before
