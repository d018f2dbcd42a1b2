"""Helpers around modules and parameters, with PyTorch's names."""

from .parameter_vector import parameters_to_vector, vector_to_parameters
from .skip_init import skip_init
from .weight_norm import remove_weight_norm, weight_norm

__all__ = [
    "parameters_to_vector",
    "remove_weight_norm",
    "skip_init",
    "vector_to_parameters",
    "weight_norm",
]
