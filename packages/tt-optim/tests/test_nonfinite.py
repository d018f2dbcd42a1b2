"""Where a NaN comes from: the first culprit is named, not its victims, and nothing is disturbed."""

import math

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_optim import SGD, Trainer, origin_of_nonfinite


class Root(nn.Module):
    def forward(self, x):
        return (x - 1).sqrt()


class Between(nn.Module):
    """The NaN comes from the forward itself, between its parts."""

    def __init__(self, after=False):
        super().__init__()
        self.first, self.second, self.after = nn.Linear(2, 2), nn.Linear(2, 2), after

    def forward(self, x):
        x = self.first(x)
        if self.after:
            return self.second(x) / 0
        return self.second((x - 1e6).log())


class Statistics(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("running", tt.tensor(math.nan))

    def forward(self, x):
        return x if self.training else x - self.running


def tied_to(*layers):
    tt.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 2), *layers, nn.Linear(2, 2))


def origin(model, loss=None, x=((0.5, 0.25),), y=((0.0, 0.0),)):
    return origin_of_nonfinite(model, loss or nn.MSELoss(), tt.tensor(x), tt.tensor(y))


def spoiled():
    model = tied_to(nn.ReLU())
    model[2].bias.data[1] = math.nan
    return model


def huge():
    model = tied_to(nn.Identity())
    model[0].weight.data.fill_(3e38)
    return model


def log_loss(output, target):
    return (output * 0).log().sum()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: origin(tied_to(), x=((0.5, math.nan),)),
            "the input of this batch is at fault: 1 of 2 values is NaN, first at [0, 1]; look at",
        ),
        (
            lambda: origin(tied_to(), y=((math.inf, math.inf),)),
            "the target of this batch is at fault: 2 of 2 values are infinite, first at [0, 0]",
        ),
        (
            lambda: origin(spoiled()),
            "the parameter '2.bias' is at fault: 1 of 2 values is NaN, first at [1]; an earlier",
        ),
        (
            lambda: origin(tied_to(nn.Sequential(nn.ReLU(), Root()), nn.ReLU(), Root())),
            "layer '1.1' (Root) gives the first: in its output 2 of 2 values are NaN",
        ),
        (
            lambda: origin(huge(), x=((5.0, 5.0),)),
            "layer '0' (Linear) gives the first: in its output 2 of 2 values are infinite, first at "
            "[0, 0], though its input is finite (largest 5); it overflows: try a smaller",
        ),
        (
            lambda: origin(tied_to(Between())),
            "layer '1' (Between) computes the first in its own forward: in what it hands to layer "
            "'1.second' (Linear) 2 of 2 values are NaN",
        ),
        (
            lambda: origin(tied_to(Between(after=True))),
            "layer '1' (Between) gives the first: in its output 2 of 2 values are infinite",
        ),
        (
            lambda: origin(Root()),
            "the model (Root) gives the first: in its output 2 of 2 values are NaN",
        ),
        (
            lambda: origin(tied_to(Statistics()).eval()),
            "; its buffer 'running' is not finite: a batch spoiled it during the training",
        ),
        (
            lambda: origin(tied_to(), log_loss),
            "the loss itself is at fault, log_loss: 1 of 1 values is infinite, though the model's "
            "output is finite (largest",
        ),
        (lambda: origin(tied_to()), "the same batch computed once more was finite"),
    ],
)
def test_the_culprit_is_named(make, words):
    assert words in make()


def test_buffers_that_only_training_spoils_are_no_culprits():
    model = tied_to(Statistics(), Root())
    assert "layer '2' (Root) gives the first" in origin(model)


def test_inputs_in_several_parts():
    class Sum(nn.Module):
        def forward(self, parts):
            return parts["a"] + parts["b"][0]

    x = {"a": tt.ones(2), "b": [tt.tensor([1.0, math.inf]), tt.tensor([3])]}
    told = origin_of_nonfinite(Sum(), nn.MSELoss(), x, tt.ones(2))
    assert "the input of this batch is at fault: 1 of 2 values is infinite, first at [1]" in told


def test_looking_changes_nothing():
    class Counting(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("calls", tt.zeros(()))

        def forward(self, x):
            self.calls += 1
            return x

    model = tied_to(Counting(), nn.Dropout(0.5), Root())
    random = tt.get_rng_state()
    origin(model)
    assert model[1].calls.item() == 0
    assert tt.get_rng_state() == random
    assert model.training
    assert all(p.grad is None for p in model.parameters())
    assert all(module._hooks is None or not module._hooks.after for module in model.modules())


def test_a_training_stops_with_the_layers_name_also_where_chance_decides():
    """The dropout of the second look is the first one's."""

    class Lucky(nn.Module):  # fails only where nothing was dropped
        def forward(self, x):
            return (1.5 - x).sqrt()

    for seed in range(10):
        tt.manual_seed(seed)
        model = nn.Sequential(nn.Identity(), nn.Dropout(0.5), Lucky(), nn.Linear(1, 1))
        trainer = Trainer(model, nn.MSELoss(), SGD(model.parameters(), lr=1e-5))
        before = model[3].weight.item()
        with pytest.raises(FloatingPointError) as error:
            trainer.fit([(tt.ones(1, 1), tt.ones(1, 1))] * 50, 1, progress=False)
        batch = trainer.batch + 1
        assert f"epoch 1, batch {batch}: the loss is nan: layer '2' (Lucky)" in str(error.value)
        assert (batch == 1) == (model[3].weight.item() == before)


def test_an_evaluation_too():
    model = tied_to(Root())
    trainer = Trainer(model, nn.MSELoss(), SGD(model.parameters(), lr=0.1))
    with pytest.raises(FloatingPointError, match=r"the loss is nan: layer '1' \(Root\)"):
        trainer.evaluate([(tt.ones(1, 2), tt.ones(1, 2))])
    assert model.training


def test_a_loss_that_overflows_is_not_taken_for_a_logarithm():
    model = nn.Linear(1, 1)
    found = origin_of_nonfinite(model, nn.MSELoss(), tt.full((1, 1), 1e30), tt.ones(1, 1))
    assert "the loss itself is at fault, MSELoss" in found
    assert found.endswith("; try a smaller learning rate or clip_norm, or normalise what goes in")


def test_a_rate_that_is_far_too_large():
    tt.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
    trainer = Trainer(model, nn.MSELoss(), SGD(model.parameters(), lr=1e4))
    gone = pytest.raises(FloatingPointError, match=r"(layer '2'|parameter '.*'|loss itself)")
    with np.errstate(all="ignore"), gone:
        trainer.fit([(tt.randn(8, 4), tt.randn(8, 1))] * 50, 1, progress=False)
