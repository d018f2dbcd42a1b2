"""Layers, losses and gradients together: learning, PyTorch's loss curve, memory."""

import gc
import tracemalloc

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_autograd import no_grad


def sgd(params, lr):
    with no_grad():
        for p in params:
            p.sub_(lr * p.grad)
            p.grad = None


def test_xor_is_learned_with_a_hidden_layer():
    tt.manual_seed(1)
    x = tt.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = tt.tensor([[0.0], [1.0], [1.0], [0.0]])
    net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    loss = nn.BCEWithLogitsLoss()
    for _ in range(500):
        loss(net(x), y).backward()
        sgd(net.parameters(), 0.5)
    assert tt.equal((net(x) > 0).float(), y)


def test_the_loss_curve_of_an_mlp_is_pytorchs():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    theirs = torch.nn.Sequential(
        torch.nn.Linear(20, 32), torch.nn.ReLU(), torch.nn.Linear(32, 16), torch.nn.GELU(),
        torch.nn.Linear(16, 5),
    )  # fmt: skip
    ours = nn.Sequential(
        nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 16), nn.GELU(), nn.Linear(16, 5)
    )
    ours.load_state_dict(
        {k: tt.from_numpy(v.numpy().copy()) for k, v in theirs.state_dict().items()}
    )
    rng = np.random.default_rng(0)
    x = rng.standard_normal((64, 20)).astype(np.float32)
    y = rng.integers(0, 5, 64)
    pairs = [
        (ours, nn.CrossEntropyLoss(), tt.from_numpy(x), tt.from_numpy(y)),
        (theirs, torch.nn.CrossEntropyLoss(), torch.from_numpy(x), torch.from_numpy(y)),
    ]
    for _ in range(100):
        losses = []
        for net, criterion, inputs, targets in pairs:
            loss = criterion(net(inputs), targets)
            loss.backward()
            losses.append(loss.item())
            for p in net.parameters():
                p.data -= 0.1 * p.grad
                p.grad = None
        assert losses[0] == pytest.approx(losses[1], abs=1e-5)


def test_the_same_seed_gives_the_same_bits():
    def weights():
        tt.manual_seed(7)
        net = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 2))
        x, y = tt.rand(16, 4), tt.randint(0, 2, (16,))
        for _ in range(20):
            nn.functional.cross_entropy(net(x), y).backward()
            sgd(net.parameters(), 0.1)
        return [p.detach() for p in net.parameters()]

    assert all(tt.equal(a, b) for a, b in zip(weights(), weights(), strict=True))


@pytest.mark.parametrize("hooked", [False, True])
def test_training_does_not_grow_the_process(hooked):
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
    if hooked:
        net[0].register_full_backward_hook(lambda *args: None)
        net[2].register_forward_hook(lambda *args: None)
    x, y = tt.rand(16, 4), tt.randint(0, 3, (16,))

    def step():
        nn.functional.cross_entropy(net(x), y).backward()
        sgd(net.parameters(), 0.01)

    gc.collect()
    gc.disable()  # what hides in circles stays, and shows
    try:
        tracemalloc.start()
        for _ in range(1000):  # until Python's own lists of free objects are full
            step()
        objects, bytes_before = len(gc.get_objects()), tracemalloc.get_traced_memory()[0]
        for _ in range(1000):
            step()
        grown = tracemalloc.get_traced_memory()[0] - bytes_before
        assert len(gc.get_objects()) - objects < 20
        assert grown < 20_000
    finally:
        tracemalloc.stop()
        gc.enable()


def test_second_order_through_a_network():
    """A gradient penalty: the loss contains a gradient."""
    from tt_autograd import grad

    tt.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    x, y = tt.rand(5, 3, requires_grad=True), tt.tensor([0, 1, 1, 0, 1])
    (dx,) = grad(nn.functional.cross_entropy(net(x), y), [x], create_graph=True)
    (dx * dx).sum().backward()
    assert all(p.grad is not None for p in net[0].parameters())
    assert float(net[0].weight.grad.abs().sum()) > 0
