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


def test_the_length_of_nothing_and_the_spread_of_constants_have_gradient_zero():
    for loss in (tt.norm, lambda x: tt.norm(x, 3), lambda x: tt.norm(x, 1.5), tt.std):
        x = tt.zeros(3, requires_grad=True)
        loss(x).backward()
        assert x.grad.tolist() == [0.0, 0.0, 0.0]


def test_a_diagonal_named_in_an_einsum_gets_its_gradient():
    x = tt.arange(9.0).reshape(3, 3).requires_grad_()
    tt.einsum("ii,i->", x, tt.tensor([1.0, 2.0, 3.0])).backward()
    assert x.grad.tolist() == [[1, 0, 0], [0, 2, 0], [0, 0, 3]]


def test_addmm_without_its_input_ignores_a_nan_there():
    bias = tt.full((2,), float("nan"), requires_grad=True)
    out = tt.addmm(bias, tt.ones(2, 2), tt.ones(2, 2), beta=0)
    assert out.tolist() == [[2, 2], [2, 2]]
