"""Rules for activation functions and for their gradients."""

from __future__ import annotations

from tt_tensor import exp, gt, lookup, sigmoid, sum

from ..rule import Value, gradient, not_differentiable

relu_grad, leaky_relu_grad = lookup("relu_grad"), lookup("leaky_relu_grad")
gelu_grad, silu_grad = lookup("gelu_grad"), lookup("silu_grad")
softmax_grad, log_softmax_grad = lookup("softmax_grad"), lookup("log_softmax_grad")
tanh, softplus = lookup("tanh"), lookup("softplus")


@gradient(lookup("relu"), "input")
def relu_input(grad: Value, input: Value) -> Value:
    """The gradient where x is positive."""
    return relu_grad(grad, input)


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


@gradient(lookup("sigmoid"), "input")
def sigmoid_input(grad: Value, result: Value) -> Value:
    """dσ = σ (1 - σ) dx."""
    return grad * (result * (1 - result))


@gradient(tanh, "input")
def tanh_input(grad: Value, result: Value) -> Value:
    """d tanh x = (1 - tanh² x) dx."""
    return grad * (1 - result * result)


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
    above = gt(input * beta, threshold)
    return grad * (sigmoid(input * beta) * ~above + above)


@gradient(lookup("softmax"), "input")
def softmax_input(grad: Value, result: Value, dim: int) -> Value:
    """dx = y (dy - Σ dy y), y being the softmax."""
    return softmax_grad((grad, result), (dim,))


@gradient(softmax_grad, "grad_output")
def softmax_grad_grad(grad: Value, output: Value, dim: int) -> Value:
    """Its matrix is symmetric."""
    return softmax_grad((grad, output), (dim,))


@gradient(softmax_grad, "output")
def softmax_grad_output(grad: Value, grad_output: Value, output: Value, dim: int) -> Value:
    """Of y (g - Σ g y): both factors depend on y."""
    inner = sum(grad_output * output, dim, keepdim=True)
    return grad * (grad_output - inner) - grad_output * sum(grad * output, dim, keepdim=True)


@gradient(lookup("log_softmax"), "input")
def log_softmax_input(grad: Value, result: Value, dim: int) -> Value:
    """dx = dy - exp(y) Σ dy, y being the log-softmax."""
    return log_softmax_grad((grad, result), (dim,))


@gradient(log_softmax_grad, "grad_output")
def log_softmax_grad_grad(grad: Value, output: Value, dim: int) -> Value:
    """The transposed matrix: g - Σ g exp(y)."""
    return grad - sum(grad * exp(output), dim, keepdim=True)


@gradient(log_softmax_grad, "output")
def log_softmax_grad_output(grad: Value, grad_output: Value, output: Value, dim: int) -> Value:
    """Of g - exp(y) Σ g."""
    return -grad * exp(output) * sum(grad_output, dim, keepdim=True)


_CUBE = 0.044715
_ROOT = 0.7978845608028654  # √(2/π)
_DENSITY = 0.3989422804014327  # 1/√(2π)
