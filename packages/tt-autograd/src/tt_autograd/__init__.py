"""Automatic differentiation for tt-tensor: record what is computed, go back through it.

tt-tensor finds this package through the entry point ``tt.autograd`` as soon as a tensor asks for
gradients; importing it is only needed for the functions below.
"""

from . import rules as _rules  # fills the table of rules
from .anomaly import detect_anomaly, set_detect_anomaly
from .checkpoint import checkpoint
from .draw import draw_graph
from .function import Function, FunctionContext
from .grad import backward, grad
from .grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from .gradcheck import gradcheck, gradgradcheck
from .hooks import RemovableHandle
from .rule import RULES, gradient, not_differentiable, rule_for

__all__ = [
    "RULES",
    "Function",
    "FunctionContext",
    "RemovableHandle",
    "backward",
    "checkpoint",
    "detect_anomaly",
    "draw_graph",
    "enable_grad",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "gradient",
    "inference_mode",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "no_grad",
    "not_differentiable",
    "rule_for",
    "set_detect_anomaly",
    "set_grad_enabled",
]
del _rules
