"""What tensors do once there is a tape: tt-tensor alone cannot show it."""

import tt_tensor as tt


def test_requires_grad_is_passed_on():
    assert tt.ones(2, requires_grad=True).requires_grad
    assert tt.tensor([1.0], requires_grad=True).is_leaf
    assert tt.zeros_like(tt.ones(2), requires_grad=True).requires_grad
    assert not tt.zeros_like(tt.ones(2, requires_grad=True)).requires_grad


def test_gradients_are_shown():
    x = tt.tensor([1.5, 2.5], requires_grad=True)
    assert repr(x) == "tensor([1.5000, 2.5000], requires_grad=True)"
    assert repr(x * 2) == "tensor([3., 5.], grad_fn=<MulBackward>)"
    assert repr(x.detach()) == "tensor([1.5000, 2.5000])"
