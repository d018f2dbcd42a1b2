"""Rules for activation functions and for their gradients."""

from __future__ import annotations

from tt_tensor import Tensor, exp, gt, registry, sigmoid, sum

from ..rule import gradient, not_differentiable

relu_grad, leaky_relu_grad = registry["relu_grad"], registry["leaky_relu_grad"]
gelu_grad, silu_grad = registry["gelu_grad"], registry["silu_grad"]
softmax_grad, log_softmax_grad = registry["softmax_grad"], registry["log_softmax_grad"]
tanh, softplus = registry["tanh"], registry["softplus"]


@gradient(registry["relu"], "input")
def relu_input(grad: Tensor, input: Tensor) -> Tensor:
    """The gradient where x is positive."""
    return relu_grad(grad, input)


@gradient(relu_grad, "input")
def relu_grad_grad(grad: Tensor, other: Tensor) -> Tensor:
    """It is linear in the gradient ..."""
    return relu_grad(grad, other)


not_differentiable(relu_grad, "other")  # ... and flat in x, but for the kink


@gradient(registry["leaky_relu"], "input")
def leaky_relu_input(grad: Tensor, input: Tensor, slope: float) -> Tensor:
    """The gradient where x is positive, a small part of it elsewhere."""
    return leaky_relu_grad((grad, input), (slope,))


@gradient(leaky_relu_grad, "grad_output")
def leaky_relu_grad_grad(grad: Tensor, input: Tensor, slope: float) -> Tensor:
    """It is linear in the gradient ..."""
    return leaky_relu_grad((grad, input), (slope,))


not_differentiable(leaky_relu_grad, "input")  # ... and flat in x, but for the kink


@gradient(registry["sigmoid"], "input")
def sigmoid_input(grad: Tensor, result: Tensor) -> Tensor:
    """dσ = σ (1 - σ) dx."""
    return grad * (result * (1 - result))


@gradient(tanh, "input")
def tanh_input(grad: Tensor, result: Tensor) -> Tensor:
    """d tanh x = (1 - tanh² x) dx."""
    return grad * (1 - result * result)


@gradient(registry["gelu"], "input")
def gelu_input(grad: Tensor, input: Tensor, approximate: str) -> Tensor:
    """d (x Φ(x)) = (Φ(x) + x φ(x)) dx."""
    return gelu_grad((grad, input), (approximate,))


@gradient(gelu_grad, "grad_output")
def gelu_grad_grad(grad: Tensor, input: Tensor, approximate: str) -> Tensor:
    """It is linear in the gradient."""
    return gelu_grad((grad, input), (approximate,))


@gradient(gelu_grad, "input")
def gelu_grad_input(grad: Tensor, grad_output: Tensor, input: Tensor, approximate: str) -> Tensor:
    """The second derivative: φ(x) (2 - x²), or that of the approximation by tanh."""
    if approximate == "none":
        return grad * grad_output * exp(input * input * -0.5) * _DENSITY * (2 - input * input)
    t = tanh((input + input * input * input * _CUBE) * _ROOT)
    first = (1 + input * input * (3 * _CUBE)) * _ROOT  # u', where t = tanh(u)
    second = input * (6 * _CUBE * _ROOT)  # u''
    slope = 1 - t * t  # dt/du
    return grad * grad_output * slope * (first + input * (second * 0.5 - t * first * first))


@gradient(registry["silu"], "input")
def silu_input(grad: Tensor, input: Tensor) -> Tensor:
    """d (x σ(x)) = σ (1 + x (1 - σ)) dx."""
    return silu_grad(grad, input)


@gradient(silu_grad, "input")
def silu_grad_grad(grad: Tensor, other: Tensor) -> Tensor:
    """It is linear in the gradient."""
    return silu_grad(grad, other)


@gradient(silu_grad, "other")
def silu_grad_other(grad: Tensor, input: Tensor, other: Tensor) -> Tensor:
    """The second derivative: σ (1 - σ) (2 + x (1 - 2σ))."""
    s = sigmoid(other)
    return grad * input * (s * (1 - s)) * (other * (1 - s * 2) + 2)


@gradient(softplus, "input")
def softplus_input(grad: Tensor, input: Tensor, beta: float, threshold: float) -> Tensor:
    """d ln(1 + exp(βx))/β = σ(βx) dx; 1 above the threshold."""
    above = gt(input * beta, threshold)
    return grad * (sigmoid(input * beta) * ~above + above)


@gradient(registry["softmax"], "input")
def softmax_input(grad: Tensor, result: Tensor, dim: int) -> Tensor:
    """dx = y (dy - Σ dy y), y being the softmax."""
    return softmax_grad((grad, result), (dim,))


@gradient(softmax_grad, "grad_output")
def softmax_grad_grad(grad: Tensor, output: Tensor, dim: int) -> Tensor:
    """Its matrix is symmetric."""
    return softmax_grad((grad, output), (dim,))


@gradient(softmax_grad, "output")
def softmax_grad_output(grad: Tensor, grad_output: Tensor, output: Tensor, dim: int) -> Tensor:
    """Of y (g - Σ g y): both factors depend on y."""
    inner = sum(grad_output * output, dim, keepdim=True)
    return grad * (grad_output - inner) - grad_output * sum(grad * output, dim, keepdim=True)


@gradient(registry["log_softmax"], "input")
def log_softmax_input(grad: Tensor, result: Tensor, dim: int) -> Tensor:
    """dx = dy - exp(y) Σ dy, y being the log-softmax."""
    return log_softmax_grad((grad, result), (dim,))


@gradient(log_softmax_grad, "grad_output")
def log_softmax_grad_grad(grad: Tensor, output: Tensor, dim: int) -> Tensor:
    """The transposed matrix: g - Σ g exp(y)."""
    return grad - sum(grad * exp(output), dim, keepdim=True)


@gradient(log_softmax_grad, "output")
def log_softmax_grad_output(grad: Tensor, grad_output: Tensor, output: Tensor, dim: int) -> Tensor:
    """Of g - exp(y) Σ g."""
    return -grad * exp(output) * sum(grad_output, dim, keepdim=True)


_CUBE = 0.044715
_ROOT = 0.7978845608028654  # √(2/π)
_DENSITY = 0.3989422804014327  # 1/√(2π)
