"""Averaged weights: the formula, PyTorch's numbers, evaluation with them, training without."""

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_optim import EMA, SGD, Trainer

RNG = np.random.default_rng(0)
X = tt.tensor(RNG.standard_normal((40, 3)).astype("float32"))
Y = tt.tensor(RNG.standard_normal((40, 2)).astype("float32"))
BATCHES = [(X[i : i + 10], Y[i : i + 10]) for i in range(0, 40, 10)]


class Counting(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 2)
        self.register_buffer("mean", tt.zeros(2))
        self.register_buffer("calls", tt.zeros((), dtype=tt.int64))

    def forward(self, x):
        out = self.layer(x)
        if self.training:
            self.calls += 1
            self.mean.copy_(out.detach().mean(dim=0))
        return out


def make(**options):
    tt.manual_seed(0)
    model = Counting()
    ema = EMA(model, **options)
    return Trainer(model, nn.MSELoss(), SGD(model.parameters(), lr=0.2), ema=ema)


@pytest.mark.parametrize("warmup", [False, True])
def test_the_formula(warmup):
    trainer = make(decay=0.9, warmup=warmup)
    model, expected = trainer.model, {}
    for name, tensor in trainer.model.state_dict().items():
        expected[name] = tensor.numpy().astype("float64")
    for t, (x, y) in enumerate(BATCHES * 10):
        trainer.train_step(x, y)
        trainer.ema.update()
        decay = min(0.9, (1 + t) / (10 + t)) if warmup else 0.9
        for name, tensor in model.state_dict().items():
            expected[name] = decay * expected[name] + (1 - decay) * tensor.numpy()
    for name in ("layer.weight", "layer.bias", "mean"):
        np.testing.assert_allclose(trainer.ema.averages[name].numpy(), expected[name], rtol=1e-5)
    assert trainer.ema.averages["calls"].item() == model.calls.item() == 40


def test_the_numbers_are_pytorchs():
    torch = pytest.importorskip("torch")
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    mine, theirs = nn.Linear(3, 2), torch.nn.Linear(3, 2)
    ema = EMA(mine, decay=0.8, warmup=False)
    averaged = AveragedModel(theirs, multi_avg_fn=get_ema_multi_avg_fn(0.8))
    for i in range(5):
        weight = RNG.standard_normal((2, 3)).astype("float32")
        mine.weight.data.copy_(tt.tensor(weight))
        theirs.weight.data.copy_(torch.tensor(weight))
        if i == 0:  # PyTorch begins with the first weights that it is shown
            ema = EMA(mine, decay=0.8, warmup=False)
        else:
            ema.update()
        averaged.update_parameters(theirs)
    right = averaged.module.weight.detach().numpy()
    np.testing.assert_allclose(ema.averages["weight"].numpy(), right, rtol=1e-6)


def test_evaluation_uses_the_averages_and_training_the_weights():
    plain, averaged = make(decay=0.99), make(decay=0.99)
    plain.ema = None
    first = plain.fit(BATCHES, 3, validation=BATCHES, progress=False)
    second = averaged.fit(BATCHES, 3, validation=BATCHES, progress=False)
    assert first.column("loss") == second.column("loss")
    assert first.column("loss", "validation") != second.column("loss", "validation")
    weights = [p.tolist() for p in averaged.model.parameters()]
    assert weights == [p.tolist() for p in plain.model.parameters()]
    predicted = averaged.predict(X)
    averaged.ema.copy_to_model()
    averaged.ema = None
    assert averaged.evaluate(BATCHES)["loss"] == second.column("loss", "validation")[-1]
    assert tt.equal(averaged.predict(X), predicted)


def test_the_weights_come_back_after_an_error():
    trainer = make()
    trainer.fit(BATCHES, 1, progress=False)
    before = {n: t.tolist() for n, t in trainer.model.state_dict().items()}
    averages = {n: t.tolist() for n, t in trainer.ema.averages.items()}
    assert before != averages
    with pytest.raises(TypeError, match="expected pairs"):
        trainer.evaluate([tt.ones(1)])
    assert {n: t.tolist() for n, t in trainer.model.state_dict().items()} == before
    assert {n: t.tolist() for n, t in trainer.ema.averages.items()} == averages


def test_tied_weights():
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    model[1].weight = model[0].weight
    ema = EMA(model, decay=0.5, warmup=False)
    model[0].weight.data.fill_(1.0)
    start = ema.averages["0.weight"].numpy().copy()
    ema.update()
    with ema.applied():
        np.testing.assert_allclose(model[1].weight.tolist(), 0.5 * start + 0.5, rtol=1e-6)
        assert model[1].weight is model[0].weight
    assert model[0].weight.tolist() == [[1.0] * 3] * 3
    ema.update()
    np.testing.assert_allclose(ema.averages["1.weight"].numpy(), 0.25 * start + 0.75, rtol=1e-6)


def test_state():
    first, second = make(decay=0.9), make(decay=0.9)
    first.fit(BATCHES, 1, progress=False)
    second.ema.load_state_dict(first.ema.state_dict())
    first.ema.update()
    assert second.ema.steps == 4, "a copy"
    second.model.load_state_dict(first.model.state_dict())
    second.ema.update()
    for name, average in first.ema.averages.items():
        assert tt.equal(average, second.ema.averages[name])
    with pytest.raises(ValueError, match=r"averages of another model; .*layer.weight.* do not fit"):
        EMA(nn.Linear(1, 1)).load_state_dict(first.ema.state_dict())
    with pytest.raises(ValueError, match="decay must be at least 0 and below 1, it is 1"):
        EMA(nn.Linear(1, 1), decay=1)
