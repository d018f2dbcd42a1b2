"""Checks of gradient rules, driven by the records of :mod:`tt_tensor.testing`."""

from .checks import check_gradients, check_rules_complete, check_torch_gradients

__all__ = ["check_gradients", "check_rules_complete", "check_torch_gradients"]
