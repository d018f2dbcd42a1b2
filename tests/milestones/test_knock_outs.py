"""A milestone that passes with a part of the framework knocked out would prove nothing.

The quick run of 1998 (LeNet-5 on the embedded digits, against a perceptron of its size) passes; and
it fails without the gradients of the convolutions, without shuffling, and with an optimizer that
does not step.
"""

import sys
from dataclasses import replace
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"
sys.path[:0] = [str(EXAMPLES), str(EXAMPLES / "lenet_1998")]

import train_mnist  # noqa: E402 # found by the line above

from tt_nn.models import LeNet5  # noqa: E402
from tt_optim import SGD  # noqa: E402


def passed():
    """Whether LeNet-5 reads well enough, and better than the perceptron."""
    return train_mnist.run(quick=True, folder=None)[-1].passed


def test_the_milestone_passes():
    assert passed()


def test_it_fails_without_the_gradients_of_the_convolutions(monkeypatch):
    def frozen():
        model = LeNet5()
        for convolution in (model.conv1, model.conv2):
            for parameter in convolution.parameters():
                parameter.register_hook(lambda grad: grad * 0)
        return model

    monkeypatch.setattr(train_mnist, "LeNet5", frozen)
    assert not passed()


def test_it_fails_without_shuffling(monkeypatch):
    monkeypatch.setattr(train_mnist, "QUICK", replace(train_mnist.QUICK, shuffle=False))
    assert not passed()


def test_it_fails_with_an_optimizer_that_does_not_step(monkeypatch):
    monkeypatch.setattr(SGD, "step", lambda self, closure=None: None)
    assert not passed()
