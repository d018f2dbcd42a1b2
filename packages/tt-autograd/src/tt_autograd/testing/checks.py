"""Every primitive's gradient: present, right by finite differences, and equal to PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_tensor import Binary, GradientError, InPlace, Primitive, Tensor, Unary, from_numpy, registry
from tt_tensor.testing import RECORDS, Record, Sample, assert_close, describe, samples_of

from ..grad import grad
from ..gradcheck import gradcheck, gradgradcheck
from ..rule import rule_for

__all__ = ["check_gradients", "check_rules_complete", "check_torch_gradients"]


def check_rules_complete(primitives: list[str]) -> None:
    """Every primitive named has a record, and for every input a rule or a word that it has none.

    Raises:
        AssertionError: one has not.
    """
    missing = []
    for name in primitives:
        primitive = registry[name]
        if name not in RECORDS:
            missing.append(f"{name} has no record")
        for wrt in primitive.inputs if not isinstance(primitive, InPlace) else ():
            try:
                rule_for(primitive, wrt)
            except GradientError as error:
                missing.append(str(error))
    assert not missing, "\n".join(missing)


def check_gradients(record: Record) -> None:
    """First and second derivatives agree with finite differences in float64.

    Raises:
        GradientError: they do not.
    """
    primitive = registry[record.primitive]
    if isinstance(primitive, InPlace) or "float64" not in record.dtypes:
        return
    for sample in samples_of(record, "float64"):
        inputs = leaves(primitive, sample)
        if not sample.smooth or not any(x is not None and x.requires_grad for x in inputs):
            continue
        function = caller(primitive, sample.params)
        try:
            gradcheck(function, inputs)
            if record.second_order:
                gradgradcheck(function, inputs)
        except GradientError as error:
            raise GradientError(f"{record.primitive} of {describe(sample)}: {error}") from error


def check_torch_gradients(record: Record) -> None:
    """The gradients equal PyTorch's, also at kinks and ties.

    Raises:
        AssertionError: they do not.
    """
    primitive = registry[record.primitive]
    if record.torch is None or isinstance(primitive, InPlace) or "float64" not in record.dtypes:
        return
    import torch

    rng = np.random.default_rng(0)
    for sample in samples_of(record, "float64"):
        inputs = leaves(primitive, sample)
        wanted = [i for i, x in enumerate(inputs) if x is not None and x.requires_grad]
        if not wanted:
            continue
        theirs: list[Any] = [
            None if x is None else torch.from_numpy(x.copy()) for x in sample.inputs
        ]
        for i in wanted:
            theirs[i].requires_grad_()
        with np.errstate(all="ignore"):
            ours = _floats(caller(primitive, sample.params)(*inputs))
        outs = _floats(record.torch(torch, *theirs, *sample.params))
        assert len(ours) == len(outs), f"{record.primitive}: {len(ours)} differentiable results"
        if not ours:
            continue
        flow = [rng.standard_normal(out.shape) for out in ours]
        with np.errstate(all="ignore"):
            got = grad(
                ours,
                [x for x in inputs if x is not None and x.requires_grad],
                [from_numpy(np.asarray(u)) for u in flow],
            )
        expected = torch.autograd.grad(
            outs, [theirs[i] for i in wanted], [torch.from_numpy(np.asarray(u)) for u in flow]
        )
        for mine, right in zip(got, expected, strict=True):
            assert mine is not None
            where = f"gradient of {record.primitive} of {describe(sample)}"
            assert_close(mine.array, right.numpy(), 1e-9, where)


def leaves(primitive: Primitive, sample: Sample) -> list[Tensor | None]:
    """The sample's inputs as tensors; those with a rule require grad."""
    names = primitive.inputs
    if names[0].startswith("*"):
        names = names * len(sample.inputs)
    out: list[Tensor | None] = []
    for name, x in zip(names, sample.inputs, strict=True):
        tensor = None if x is None else from_numpy(x.copy(order="K"))
        if tensor is not None and x is not None and x.dtype.kind == "f":
            tensor.requires_grad = rule_for(primitive, name).function is not None
        out.append(tensor)
    return out


def caller(primitive: Primitive, params: tuple[Any, ...]) -> Any:
    """The primitive as a function of its inputs alone."""
    if isinstance(primitive, (Unary, Binary)):
        return primitive
    return lambda *inputs: primitive(inputs, params)


def _floats(results: Any) -> list[Any]:
    """Those results that have a gradient."""
    outs = list(results) if isinstance(results, (tuple, list)) else [results]
    return [out for out in outs if out.requires_grad]
