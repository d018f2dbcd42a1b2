"""Convolutional networks learn as PyTorch's do: the same weights and batches, the same loss curve."""

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_nn.models import VGG, LeNet5
from tt_optim import SGD

STEPS = 50
WIDTHS = ((16, 16), (32,))

torch = pytest.importorskip("torch")


def torch_lenet():
    layers = torch.nn
    net = layers.Sequential()
    for name, layer in (
        ("conv1", layers.Conv2d(1, 6, 5, padding=2)), ("a", layers.ReLU()), ("b", layers.MaxPool2d(2)),
        ("conv2", layers.Conv2d(6, 16, 5)), ("c", layers.ReLU()), ("d", layers.MaxPool2d(2)),
        ("e", layers.Flatten()), ("fc1", layers.Linear(400, 120)), ("f", layers.ReLU()),
        ("fc2", layers.Linear(120, 84)), ("g", layers.ReLU()), ("fc3", layers.Linear(84, 10)),
    ):  # fmt: skip
        net.add_module(name, layer)
    return net


def torch_vgg():
    """Convolution, normalisation, pooling, as :class:`VGG` has them."""
    layers = torch.nn
    rows, before = [], 3
    for stage in WIDTHS:
        for width in stage:
            conv = layers.Conv2d(before, width, 3, padding=1, bias=False)
            rows += [conv, layers.BatchNorm2d(width), layers.ReLU()]
            before = width
        rows.append(layers.MaxPool2d(2))
    net = layers.Sequential()
    net.add_module("features", layers.Sequential(*rows))
    net.add_module("flat", layers.Flatten())
    net.add_module("classifier", layers.Linear(before * 4 * 4, 10))
    return net


def batches(shape, kind, pattern, noise):
    """Pictures with a pattern for each class."""
    rng = np.random.default_rng(0)
    patterns = pattern * rng.standard_normal((10, *shape))
    for _ in range(STEPS):
        y = rng.integers(0, 10, 16)
        yield (patterns[y] + noise * rng.standard_normal((16, *shape))).astype(kind), y


def curve(net, criterion, optimizer, tensor, pictures):
    losses = []
    for x, y in pictures:
        optimizer.zero_grad()
        loss = criterion(net(tensor(x)), tensor(y))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# Patterns and rates with which training is not chaotic: with longer steps, the last bits of single
# precision grow until PyTorch's own losses differ by more than 0.01 if it sums in another order.
CASES = {
    "lenet": (
        (LeNet5, torch_lenet),
        {"lr": 0.002, "momentum": 0.9},
        {"shape": (1, 28, 28), "pattern": 4.0, "noise": 0.5},
    ),
    "conv-bn-pool": (
        (lambda: VGG(WIDTHS, image_size=16), torch_vgg),
        {"lr": 0.002, "momentum": 0.9, "nesterov": True, "weight_decay": 5e-4},
        {"shape": (3, 16, 16), "pattern": 1.0, "noise": 0.3},
    ),
}


@pytest.mark.parametrize(("kind", "tolerance"), [("float32", 1e-4), ("float64", 1e-10)])
@pytest.mark.parametrize("case", CASES)
def test_fifty_steps_are_pytorchs(case, kind, tolerance):
    (make, make_theirs), options, data = CASES[case]
    torch.manual_seed(0)
    theirs, ours = make_theirs(), make()
    ours.load_state_dict({k: tt.tensor(v.numpy()) for k, v in theirs.state_dict().items()})
    ours.to(getattr(tt, kind))
    theirs.to(getattr(torch, kind))
    mine, right = (
        curve(net, loss(), sgd(net.parameters(), **options), tensor, batches(kind=kind, **data))
        for net, loss, sgd, tensor in (
            (ours, nn.CrossEntropyLoss, SGD, tt.tensor),
            (theirs, torch.nn.CrossEntropyLoss, torch.optim.SGD, torch.tensor),
        )
    )
    np.testing.assert_allclose(mine, right, rtol=0, atol=tolerance)
    assert np.mean(right[-5:]) < 0.8 * right[0]  # it learns, so that the curve says something
    for (name, value), expected in zip(
        ours.state_dict().items(), theirs.state_dict().values(), strict=True
    ):  # among them the running statistics of the normalisation
        np.testing.assert_allclose(
            value.numpy(), expected.numpy(), rtol=10 * tolerance, atol=10 * tolerance, err_msg=name
        )
