"""Plans: a primitive's rules, made ready for one set of inputs that want gradients.

What a node must keep depends on which inputs want a gradient: for ``x * w`` where only ``w`` is a
parameter, only ``x``.  A :class:`Plan` works that out once for each such set and is shared by all
nodes that record the primitive in the same way, so that recording is a look-up and a tuple.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tt_tensor import Primitive, Storage, Tensor

from .rule import RuleFunction, rule_for

__all__ = ["Plan", "plan_for"]

Guards = tuple[tuple[Storage, int], ...]
Saver = Callable[
    [tuple[Any, ...], tuple[Any, ...], tuple[Tensor, ...]], tuple[tuple[Any, ...], Guards]
]

# what a saved value is: the array of one input or result, those of all of them, or no array at all
INPUT, RESULT, INPUTS, RESULTS, PLAIN = range(5)


class Plan:
    """What to keep of a recorded operation and which rules to call with it.

    Attributes:
        name: the primitive's name.
        sources: for each kept value, what it is (INPUT, RESULT ...) and which one.
        single: (index of the input, rule, positions of its arguments among the kept values).
        joint: the same for rules that give several gradients, with a tuple of indices.
        save: ``save(inputs, params, outs)`` gives the kept values and their guards.
    """

    __slots__ = ("joint", "name", "save", "single", "sources", "wants_grads")

    def __init__(self, name: str) -> None:
        self.name = name
        self.sources: list[tuple[int, int]] = []
        self.single: tuple[tuple[int, RuleFunction, tuple[int, ...]], ...] = ()
        self.joint: tuple[tuple[tuple[int, ...], RuleFunction, tuple[int, ...]], ...] = ()
        self.save: Saver = _save_nothing
        self.wants_grads = False


_plans: dict[Primitive, dict[tuple[bool, ...], Plan | None]] = {}


def plan_for(primitive: Primitive, wanted: tuple[bool, ...]) -> Plan | None:
    """The plan for recording ``primitive`` when the inputs marked in ``wanted`` have a node.

    Returns:
        None if none of those inputs has a gradient: the result needs no node then.

    Raises:
        GradientError: an input has neither a rule nor a word that it has none.
    """
    plans = _plans.setdefault(primitive, {})
    if wanted not in plans:
        plans[wanted] = _make_plan(primitive, wanted)
    return plans[wanted]


def _make_plan(primitive: Primitive, wanted: tuple[bool, ...]) -> Plan | None:
    plan = Plan(primitive.name)
    names = _input_names(primitive, len(wanted))
    getters: list[tuple[str, Any]] = []
    keys: list[str] = []
    single, joint = [], []
    done: set[int] = set()
    for i, want in enumerate(wanted):
        if not want or i in done:
            continue
        rule = rule_for(primitive, names[i])
        if rule.function is None:
            continue
        targets = tuple(k for k, name in enumerate(names) if name in rule.wrt)
        done.update(targets)
        where = []
        for need in rule.needs[1:]:  # the first argument is the gradient itself
            key = f"needs:{targets}" if need == "needs" else need
            if key not in keys:
                keys.append(key)
                getters.append(_getter(primitive, need, tuple(wanted[k] for k in targets)))
            where.append(keys.index(key))
        plan.wants_grads |= rule.needs[0] == "grads"
        if rule.joint:
            joint.append((targets, rule.function, tuple(where)))
        else:
            single.append((i, rule.function, tuple(where)))
    if not single and not joint:
        return None
    plan.single, plan.joint = tuple(single), tuple(joint)
    plan.sources, plan.save = _sources_and_saver(primitive, getters, len(wanted))
    return plan


def _input_names(primitive: Primitive, count: int) -> tuple[str, ...]:
    if primitive.inputs[0].startswith("*"):
        return (primitive.inputs[0],) * count
    return primitive.inputs


def _getter(primitive: Primitive, need: str, wanted: tuple[bool, ...]) -> tuple[str, Any]:
    """Where the value called ``need`` comes from: (kind, which)."""
    names = [name.lstrip("*") for name in primitive.inputs]
    if need in names:
        return (
            ("inputs", 0) if primitive.inputs[0].startswith("*") else ("input", names.index(need))
        )
    owner, _, fact = need.rpartition("_")
    if fact in ("shape", "dtype") and owner in names:
        variadic = primitive.inputs[0].startswith("*")
        return (fact + "s", 0) if variadic else (fact, names.index(owner))
    if need == "result":
        return "result", 0
    if need == "results":
        return "results", 0
    if need == "needs":
        return "constant", wanted
    return "param", primitive.params.index(need)


def _sources_and_saver(
    primitive: Primitive, getters: list[tuple[str, Any]], count: int
) -> tuple[list[tuple[int, int]], Saver]:
    """What each kept value is, and the function that keeps them: a short one where possible."""
    kinds = {"input": INPUT, "result": RESULT, "inputs": INPUTS, "results": RESULTS}
    sources = [(kinds.get(kind, PLAIN), which if kind in kinds else 0) for kind, which in getters]
    if not getters:
        return sources, _save_nothing
    if getters == [("input", 0)]:
        return sources, _save_first
    if getters == [("input", 1)]:
        return sources, _save_second
    if getters == [("result", 0)]:
        return sources, _save_result
    if getters == [("input", 0), ("input", 1)]:
        return sources, _save_both
    if getters == [("input", 1), ("input", 0)]:
        return sources, _save_both_swapped
    return sources, _general_saver(getters)


def _guard(tensor: Tensor) -> tuple[Storage, int]:
    """Remember how often the tensor's memory had been changed when its value was kept."""
    storage = tensor.storage
    if storage is None:
        storage = tensor.storage = Storage()
    return storage, storage.version


def _save_nothing(inputs: Any, params: Any, outs: Any) -> tuple[tuple[Any, ...], Guards]:
    return (), ()


def _save_first(inputs: Any, params: Any, outs: Any) -> tuple[tuple[Any, ...], Guards]:
    return (inputs[0].array,), (_guard(inputs[0]),)


def _save_second(inputs: Any, params: Any, outs: Any) -> tuple[tuple[Any, ...], Guards]:
    return (inputs[1].array,), (_guard(inputs[1]),)


def _save_result(inputs: Any, params: Any, outs: Any) -> tuple[tuple[Any, ...], Guards]:
    return (outs[0].array,), (_guard(outs[0]),)


def _save_both(inputs: Any, params: Any, outs: Any) -> tuple[tuple[Any, ...], Guards]:
    a, b = inputs
    return (a.array, b.array), (_guard(a), _guard(b))


def _save_both_swapped(inputs: Any, params: Any, outs: Any) -> tuple[tuple[Any, ...], Guards]:
    a, b = inputs
    return (b.array, a.array), (_guard(b), _guard(a))


def _general_saver(getters: list[tuple[str, Any]]) -> Saver:
    def save(inputs: Any, params: Any, outs: Any) -> tuple[tuple[Any, ...], Guards]:
        saved: list[Any] = []
        guards: list[tuple[Storage, int]] = []
        for kind, which in getters:
            if kind == "param":
                saved.append(params[which])
            elif kind in ("shape", "dtype"):
                saved.append(None if inputs[which] is None else getattr(inputs[which].array, kind))
            elif kind == "constant":
                saved.append(which)
            elif kind in ("input", "result"):
                tensor = (inputs if kind == "input" else outs)[which]
                saved.append(None if tensor is None else tensor.array)
                if tensor is not None:
                    guards.append(_guard(tensor))
            elif kind in ("shapes", "dtypes"):
                saved.append(tuple([getattr(t.array, kind[:-1]) for t in inputs]))
            else:  # all inputs, or all results
                tensors = inputs if kind == "inputs" else outs
                saved.append(tuple([t.array for t in tensors]))
                guards.extend([_guard(t) for t in tensors])
        return tuple(saved), tuple(guards)

    return save
