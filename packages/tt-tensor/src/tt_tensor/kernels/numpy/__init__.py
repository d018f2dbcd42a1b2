"""Vectorised kernels: the default backend."""
