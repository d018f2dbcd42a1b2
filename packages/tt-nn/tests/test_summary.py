"""The summary of a network."""

import pytest

import tt_nn as nn
import tt_tensor as tt


def test_numbers():
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    net[1].bias.requires_grad_(False)
    table = nn.summary(net, (64, 1, 28, 28))
    assert table.parameters == 784 * 128 + 128 + 128 * 10 + 10
    assert table.trainable == table.parameters - 128
    assert table.parameter_bytes == 4 * table.parameters
    assert table.gradient_bytes == 4 * table.trainable
    assert table.optimizer_bytes == 2 * table.gradient_bytes
    assert table.activation_bytes == 4 * 64 * (784 + 128 + 128 + 10)
    assert [row.output_shape for row in table.rows] == [
        (64, 10),
        (64, 784),
        (64, 128),
        (64, 128),
        (64, 10),
    ]
    text = str(table)
    assert "  1: Linear   (64, 128)        100,480" in text
    assert "  gradients            406.6 kB" in text


def test_the_network_is_left_as_it_was():
    net = nn.Sequential(nn.Linear(2, 2), nn.Dropout())
    net[1].eval()
    state = {name: value.clone() for name, value in net.state_dict().items()}
    nn.summary(net, tt.ones(1, 2))
    assert [m.training for m in net.modules()] == [True, True, False]
    assert all(tt.equal(value, state[name]) for name, value in net.state_dict().items())
    with pytest.raises(tt.ShapeError):
        nn.summary(net, (1, 3))
    assert [m.training for m in net.modules()] == [True, True, False]


def test_shared_parts_parts_that_do_not_run_and_several_inputs():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(2, 2)
            self.spare = nn.Linear(2, 2)

        def forward(self, a, b):
            return self.layer(a), self.layer(b)

    net = Twice().double()
    a = tt.ones(3, 2).double()
    table = nn.summary(net, (a, a))
    assert table.rows[0].output_shape is None
    assert table.rows[1].output_bytes == 2 * a.nbytes
    assert table.rows[2].output_shape is None
    assert "spare: Linear  -" in str(table)
    tied = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    tied[1].weight = tied[0].weight
    assert nn.summary(tied.double(), (1, 2)).parameters == 8


def test_a_network_without_parameters_and_wrong_inputs():
    assert nn.summary(nn.ReLU(), (2, 3)).training_bytes == 24
    with pytest.raises(TypeError, match="input_size must be a shape, a Tensor or a tuple"):
        nn.summary(nn.ReLU(), ["a"])


def test_large_sizes_have_units():
    assert "1.2 GB" in str(nn.Summary((), 0, 0, 1_200_000_000, 0, 0))
    assert "3.5 MB" in str(nn.Summary((), 0, 0, 3_500_000, 0, 0))
