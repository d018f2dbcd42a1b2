"""The public functions and their primitives, one file per family."""
