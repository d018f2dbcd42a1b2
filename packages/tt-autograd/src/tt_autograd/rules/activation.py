"""Rules for activation functions and for their gradients."""

from __future__ import annotations

from tt_tensor import exp, lookup, sigmoid, where

from ..rule import Value, gradient, not_differentiable

relu_grad, leaky_relu_grad = lookup("relu_grad"), lookup("leaky_relu_grad")
gelu_grad, silu_grad = lookup("gelu_grad"), lookup("silu_grad")
sigmoid_grad, tanh_grad = lookup("sigmoid_grad"), lookup("tanh_grad")
hardtanh_grad, elu_grad = lookup("hardtanh_grad"), lookup("elu_grad")
tanh, softplus = lookup("tanh"), lookup("softplus")


@gradient(lookup("relu"), "input")
def relu_input(grad: Value, result: Value) -> Value:
    """The gradient where x, and so the result, is positive; x itself may be overwritten."""
    return relu_grad(grad, result)


@gradient(relu_grad, "input")
def relu_grad_grad(grad: Value, other: Value) -> Value:
    """It is linear in the gradient ..."""
    return relu_grad(grad, other)


not_differentiable(relu_grad, "other")  # ... and flat in x, but for the kink


@gradient(lookup("leaky_relu"), "input")
def leaky_relu_input(grad: Value, input: Value, slope: float) -> Value:
    """The gradient where x is positive, a small part of it elsewhere."""
    return leaky_relu_grad((grad, input), (slope,))


@gradient(leaky_relu_grad, "grad_output")
def leaky_relu_grad_grad(grad: Value, input: Value, slope: float) -> Value:
    """It is linear in the gradient ..."""
    return leaky_relu_grad((grad, input), (slope,))


not_differentiable(leaky_relu_grad, "input")  # ... and flat in x, but for the kink


@gradient(lookup("hardtanh"), "input")
def hardtanh_input(grad: Value, input: Value, min_val: float, max_val: float) -> Value:
    """The gradient strictly between the limits."""
    return hardtanh_grad((grad, input), (min_val, max_val))


@gradient(hardtanh_grad, "grad_output")
def hardtanh_grad_grad(grad: Value, input: Value, min_val: float, max_val: float) -> Value:
    """It is linear in the gradient ..."""
    return hardtanh_grad((grad, input), (min_val, max_val))


not_differentiable(hardtanh_grad, "input")  # ... and flat in x, but for the corners


@gradient(lookup("elu"), "input")
def elu_input(grad: Value, input: Value, alpha: float) -> Value:
    """dx where x is positive, else α eˣ dx."""
    return elu_grad((grad, input), (alpha,))


@gradient(elu_grad, "grad_output")
def elu_grad_grad(grad: Value, input: Value, alpha: float) -> Value:
    """It is linear in the gradient."""
    return elu_grad((grad, input), (alpha,))


@gradient(elu_grad, "input")
def elu_grad_input(grad: Value, grad_output: Value, input: Value, alpha: float) -> Value:
    """The second derivative: 0 where x is positive, else α eˣ."""
    left = where(input > 0, input * 0, input)  # eˣ of a large x would overflow
    return grad * grad_output * exp(left) * (input <= 0) * alpha


@gradient(lookup("sigmoid"), "input")
def sigmoid_input(grad: Value, result: Value) -> Value:
    """dσ = σ (1 - σ) dx."""
    return sigmoid_grad(grad, result)


@gradient(sigmoid_grad, "input")
def sigmoid_grad_grad(grad: Value, other: Value) -> Value:
    """It is linear in the gradient."""
    return sigmoid_grad(grad, other)


@gradient(sigmoid_grad, "other")
def sigmoid_grad_other(grad: Value, input: Value, other: Value) -> Value:
    """d (g σ (1 - σ)) = g (1 - 2σ) dσ."""
    return grad * input * (1 - other * 2)


@gradient(tanh, "input")
def tanh_input(grad: Value, result: Value) -> Value:
    """d tanh x = (1 - tanh² x) dx."""
    return tanh_grad(grad, result)


@gradient(tanh_grad, "input")
def tanh_grad_grad(grad: Value, other: Value) -> Value:
    """It is linear in the gradient."""
    return tanh_grad(grad, other)


@gradient(tanh_grad, "other")
def tanh_grad_other(grad: Value, input: Value, other: Value) -> Value:
    """d (g (1 - t²)) = -2 g t dt."""
    return grad * input * other * -2


@gradient(lookup("gelu"), "input")
def gelu_input(grad: Value, input: Value, approximate: str) -> Value:
    """d (x Φ(x)) = (Φ(x) + x φ(x)) dx."""
    return gelu_grad((grad, input), (approximate,))


@gradient(gelu_grad, "grad_output")
def gelu_grad_grad(grad: Value, input: Value, approximate: str) -> Value:
    """It is linear in the gradient."""
    return gelu_grad((grad, input), (approximate,))


@gradient(gelu_grad, "input")
def gelu_grad_input(grad: Value, grad_output: Value, input: Value, approximate: str) -> Value:
    """The second derivative: φ(x) (2 - x²), or that of the approximation by tanh."""
    if approximate == "none":
        return grad * grad_output * exp(input * input * -0.5) * _DENSITY * (2 - input * input)
    t = tanh((input + input * input * input * _CUBE) * _ROOT)
    first = (1 + input * input * (3 * _CUBE)) * _ROOT  # u', where t = tanh(u)
    second = input * (6 * _CUBE * _ROOT)  # u''
    slope = 1 - t * t  # dt/du
    return grad * grad_output * slope * (first + input * (second * 0.5 - t * first * first))


@gradient(lookup("silu"), "input")
def silu_input(grad: Value, input: Value) -> Value:
    """d (x σ(x)) = σ (1 + x (1 - σ)) dx."""
    return silu_grad(grad, input)


@gradient(silu_grad, "input")
def silu_grad_grad(grad: Value, other: Value) -> Value:
    """It is linear in the gradient."""
    return silu_grad(grad, other)


@gradient(silu_grad, "other")
def silu_grad_other(grad: Value, input: Value, other: Value) -> Value:
    """The second derivative: σ (1 - σ) (2 + x (1 - 2σ))."""
    s = sigmoid(other)
    return grad * input * (s * (1 - s)) * (other * (1 - s * 2) + 2)


@gradient(softplus, "input")
def softplus_input(grad: Value, input: Value, beta: float, threshold: float) -> Value:
    """d ln(1 + exp(βx))/β = σ(βx) dx; 1 above the threshold."""
    z = input * beta
    above = z > threshold
    return grad * (sigmoid(z) * ~above + above)


_CUBE = 0.044715
_ROOT = 0.7978845608028654  # √(2/π)
_DENSITY = 0.3989422804014327  # 1/√(2π)
