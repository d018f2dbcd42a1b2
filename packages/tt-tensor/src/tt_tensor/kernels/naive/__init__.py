"""Kernels in explicit loops over elements: the definition of every operation, read and judged by.

They are slow on purpose.  Select them with ``tt_tensor.backend("naive")``.
"""
