"""The kernels of the two built-in backends; one file per family, mirroring ``ops/``."""
