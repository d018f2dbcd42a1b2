"""Rules for softmax, its logarithm, and their gradients."""

from __future__ import annotations

from tt_tensor import exp, lookup, sum

from ..rule import Value, gradient

softmax_grad, log_softmax_grad = lookup("softmax_grad"), lookup("log_softmax_grad")


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
