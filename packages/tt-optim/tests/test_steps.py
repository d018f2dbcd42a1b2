"""One step: several batches are one large batch, clipping is clipping, schedules keep their beat."""

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_optim import (
    SGD,
    Adam,
    Callback,
    OneCycleLR,
    ReduceLROnPlateau,
    Trainer,
    clip_grad_norm_,
)

SIZES = (7, 5, 8, 1)  # the last step has fewer batches, and the last batch fewer samples


def network():
    tt.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 6), nn.Tanh(), nn.Linear(6, 4)).to(tt.float64)


def draw(sizes, classes=True):
    rng = np.random.default_rng(1)
    for size in sizes:
        x = tt.tensor(rng.standard_normal((size, 3)))
        y = rng.integers(0, 4, size) if classes else rng.standard_normal((size, 4))
        yield x, tt.tensor(y)


def joined(pairs):
    return tuple(tt.cat(parts) for parts in zip(*pairs, strict=True))


def trained(batches, loss, accumulate, **options):
    model = network()
    optimizer = SGD(model.parameters(), lr=0.3, momentum=0.9)
    trainer = Trainer(model, loss, optimizer, accumulate=accumulate, **options)
    history = trainer.fit(batches, 4, progress=False)
    return [p.detach().numpy() for p in model.parameters()], history, trainer


def ignoring(batches):
    """Some targets are to be ignored, in some batches all of them."""
    for x, y in batches:
        y[: 3 if y.numel() > 1 else 1] = -100
        yield x, y


CASES = {
    "classes": (nn.CrossEntropyLoss(), list(draw(SIZES))),
    "smoothed": (nn.CrossEntropyLoss(label_smoothing=0.1), list(draw(SIZES))),
    "weights": (
        nn.CrossEntropyLoss(weight=tt.tensor([0.1, 2.0, 1.0, 5.0], dtype=tt.float64)),
        list(draw(SIZES)),
    ),
    "ignored": (nn.CrossEntropyLoss(), list(ignoring(draw(SIZES)))),
    "sum": (nn.MSELoss(reduction="sum"), [(x, y * 0.1) for x, y in draw(SIZES, classes=False)]),
    "numbers": (nn.MSELoss(), list(draw(SIZES, classes=False))),
    "function": (nn.functional.cross_entropy, list(draw(SIZES))),
}


@pytest.mark.parametrize("clip_norm", [None, 0.05])
@pytest.mark.parametrize("case", CASES)
def test_accumulated_gradients_are_those_of_the_large_batch(case, clip_norm):
    loss, batches = CASES[case]
    small, first, trainer = trained(batches[:3], loss, 2, clip_norm=clip_norm)
    large, second, _ = trained([joined(batches[:2]), batches[2]], loss, 1, clip_norm=clip_norm)
    assert trainer.step == 8, "two steps per epoch"
    for a, b in zip(small, large, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)
    if case in ("classes", "numbers", "function"):  # there a mean is over the samples
        assert first.column("loss") == pytest.approx(second.column("loss"), rel=1e-12)


def test_a_mean_of_means_would_be_something_else():
    loss, batches = CASES["classes"]
    right, _, _ = trained([joined(batches)], loss, 1)
    accumulated, _, _ = trained(batches, loss, 4)
    np.testing.assert_allclose(accumulated[0], right[0], rtol=1e-12)

    def naive_shares(self, group):
        return [1 / len(group)] * len(group)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "shares", naive_shares)
        wrong, _, _ = trained(batches, loss, 4)
    assert abs(wrong[0] - right[0]).max() > 1e-3


def test_a_step_tells_the_loss_of_the_large_batch():
    loss, batches = CASES["weights"]
    told = []

    class Listener(Callback):
        def on_step_end(self, trainer, step):
            told.append(step)

    for data, accumulate in ((batches, 4), ([joined(batches)], 1)):
        trained(data, loss, accumulate, callbacks=[Listener()])
    for a, b in zip(told[:4], told[4:], strict=True):
        assert a.loss == pytest.approx(b.loss, rel=1e-12)
        assert a.batch_size == b.batch_size == sum(SIZES)


def test_a_bad_batch_among_several_changes_nothing():
    loss, batches = CASES["classes"]
    bad = (batches[1][0] * float("nan"), batches[1][1])
    model = network()
    before = [p.detach().numpy().copy() for p in model.parameters()]
    trainer = Trainer(model, loss, SGD(model.parameters(), lr=0.1), accumulate=3)
    with pytest.raises(FloatingPointError, match="epoch 1, batch 1 to 3: the loss is nan"):
        trainer.fit([batches[0], bad, batches[2]], 1, progress=False)
    assert all(
        np.array_equal(a, p.tolist()) for a, p in zip(before, model.parameters(), strict=True)
    )


def test_clipping_by_norm_equals_clipping_by_hand():
    (x, y), loss_of = next(draw((9,))), nn.CrossEntropyLoss()
    norms = []

    class Norms(Callback):
        def on_step_end(self, trainer, step):
            norms.append(step.grad_norm)

    mine, _, _ = trained([(x, y)], loss_of, 1, clip_norm=0.1, callbacks=[Norms()])
    model = network()
    optimizer = SGD(model.parameters(), lr=0.3, momentum=0.9)
    right = []
    for _ in range(4):
        optimizer.zero_grad()
        loss_of(model(x), y).backward()
        right.append(clip_grad_norm_(model.parameters(), 0.1).item())
        optimizer.step()
    assert norms == right
    assert min(norms) > 0.1
    assert all(np.array_equal(a, b.tolist()) for a, b in zip(mine, model.parameters(), strict=True))


def test_clipping_by_value():
    largest = []

    class Largest(Callback):
        def on_step_end(self, trainer, step):
            largest.append(max(p.grad.abs().max().item() for p in trainer.model.parameters()))

    trained(list(draw((9,))), nn.CrossEntropyLoss(), 1, clip_value=0.01, callbacks=[Largest()])
    assert largest == [0.01] * 4


def test_gradients_that_are_not_finite_stop_a_clipping_run_before_the_step():
    model = nn.Linear(1, 1, bias=False)
    model.weight.data.fill_(0.0)

    def root(output, target):  # its value at 0 is finite, its slope is not
        return output.sum().sqrt()

    trainer = Trainer(model, root, SGD(model.parameters(), lr=0.1), clip_norm=1.0)
    with pytest.raises(FloatingPointError, match="1 gradients are not, first that of 'weight'"):
        trainer.fit([(tt.ones(1, 1), tt.ones(1, 1))], 1, progress=False)
    assert model.weight.item() == 0


def test_one_cycle_steps_with_the_optimizer_not_with_the_batches():
    model = network()
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
    schedule = OneCycleLR(optimizer, 1.0, total_steps=6)
    rates = [schedule.lrs_at(t)[0] for t in range(6)]
    seen = []

    class Rates(Callback):
        def on_step_end(self, trainer, step):
            seen.append(step.lr)

    trainer = Trainer(
        model,
        nn.CrossEntropyLoss(),
        optimizer,
        scheduler=schedule,
        step_scheduler="batch",
        accumulate=2,
        callbacks=[Rates()],
    )
    trainer.fit(list(draw(SIZES)), 3, progress=False)
    assert seen == pytest.approx(rates)


def test_a_plateau_schedule_gets_the_number_that_was_asked_for():
    batches = list(draw(SIZES))

    def run(monitor):
        model = network()
        optimizer = Adam(model.parameters(), lr=0.01)
        schedule = ReduceLROnPlateau(optimizer, mode="max", patience=100)
        trainer = Trainer(
            model,
            nn.CrossEntropyLoss(),
            optimizer,
            scheduler=schedule,
            monitor=monitor,
            metrics={"samples": lambda output, target: 7.0},
        )
        history = trainer.fit(
            batches, 2, validation={"a": batches[:1], "b": batches[1:]}, progress=False
        )
        return schedule.best, history

    assert run("b/samples")[0] == 7
    best, history = run(None)
    assert best == max(history.column("a/loss", "validation"))
    best, history = run("train/loss")
    assert best == max(history.column("loss"))
    with pytest.raises(KeyError, match="there is no 'c/loss'; there are train/loss, lr"):
        run("c/loss")


def test_a_trainer_that_does_not_step_does_not_learn():
    batches = list(draw((32,) * 4))
    batches = [(x, (x[:, 0] > 0).long()) for x, _ in batches]

    def run(optimizer):
        model = network()
        trainer = Trainer(model, nn.CrossEntropyLoss(), optimizer(model.parameters(), lr=0.05))
        losses = trainer.fit(batches, 10, progress=False).column("loss")
        return losses[0], losses[-1]

    class Lazy(Adam):
        def step(self, closure=None):
            return None

    first, last = run(Adam)
    assert last < first / 3
    first, last = run(Lazy)
    assert last == first


def test_accumulate_is_checked():
    model = network()
    with pytest.raises(ValueError, match="accumulate must be at least 1 batch per step, it is 0"):
        Trainer(model, nn.MSELoss(), SGD(model.parameters(), lr=0.1), accumulate=0)
