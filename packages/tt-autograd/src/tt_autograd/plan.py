"""Plans: a primitive's rules, made ready for one set of inputs that want gradients.

What a node must keep depends on which inputs want a gradient: for ``x * w`` where only ``w`` is a
parameter, only ``x``.  A :class:`Plan` works that out once for each such set and is shared by all
nodes that record the primitive in the same way, so that recording is a look-up and a tuple.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tt_tensor import Binary, Primitive, Storage, Tensor, Unary, storage_of

from .rule import RESULT_NAMES, RuleFunction, rule_for

__all__ = ["Plan", "plan_for"]

Guards = tuple[Storage, ...]
# the kept values, the version counters of those that are arrays, and the sum of the counts: counts
# only grow, so an unchanged sum means that nothing was changed
Kept = tuple[tuple[Any, ...], Guards, int]
# save(a, out) for a Unary, save(a, b, out) for a Binary, save(inputs, params, outs) for the others
Saver = Callable[..., Kept]

# what a saved value is: the array of one input or result, those of all of them, or no array at all
INPUT, RESULT, INPUTS, RESULTS, PLAIN = range(5)


class Plan:
    """What to keep of a recorded operation and which rules to call with it.

    Attributes:
        name: the primitive's name.
        sources: for each kept value, what it is (INPUT, RESULT ...) and which one.
        single: (index of the input, rule, positions of its arguments among the kept values).
        joint: the same for rules that give several gradients, with a tuple of indices.
        save: gives the kept values and their guards.
    """

    __slots__ = ("joint", "name", "save", "single", "sources", "wants_grads")

    def __init__(self, name: str) -> None:
        self.name = name
        self.sources: list[tuple[int, int]] = []
        self.single: tuple[tuple[int, RuleFunction, tuple[int, ...]], ...] = ()
        self.joint: tuple[tuple[tuple[int, ...], RuleFunction, tuple[int, ...]], ...] = ()
        self.save: Saver
        self.wants_grads = False


_plans: dict[Primitive, dict[tuple[bool, ...], Plan | None]] = {}


def plan_for(primitive: Primitive, wanted: tuple[bool, ...]) -> Plan | None:
    """The plan for recording ``primitive`` when the inputs marked in ``wanted`` have a node.

    Returns:
        None if none of those inputs has a gradient: the result needs no node then.

    Raises:
        GradientError: an input has neither a rule nor a word that it has none.
    """
    try:
        return _plans[primitive][wanted]
    except KeyError:
        plan = _make_plan(primitive, wanted)
        _plans.setdefault(primitive, {})[wanted] = plan
        return plan


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
    plan.sources, plan.save = _sources_and_saver(primitive, getters)
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
    if need in RESULT_NAMES:
        return "result", max(RESULT_NAMES.index(need) - 1, 0)
    if need == "results":
        return "results", 0
    if need == "needs":
        return "constant", wanted
    return "param", primitive.params.index(need)


def _sources_and_saver(
    primitive: Primitive, getters: list[tuple[str, Any]]
) -> tuple[list[tuple[int, int]], Saver]:
    """What each kept value is, and the function that keeps them: a short one where possible."""
    kinds = {"input": INPUT, "result": RESULT, "inputs": INPUTS, "results": RESULTS}
    sources = [(kinds.get(kind, PLAIN), which if kind in kinds else 0) for kind, which in getters]
    usual = [kind for kind, _ in getters if kind in ("input", "param")]
    general = _usual_saver(getters) if len(usual) == len(getters) else _general_saver(getters)
    if isinstance(primitive, Unary):
        return sources, _UNARY.get(tuple(getters)) or (lambda a, out: general((a,), (), (out,)))
    if isinstance(primitive, Binary):
        return sources, _BINARY.get(tuple(getters)) or (
            lambda a, b, out: general((a, b), (), (out,))
        )
    return sources, general


# The short savers: on small tensors, a call that is not made is time that is not spent.


def _nothing_of_one(a: Tensor, out: Tensor) -> Kept:
    return (), (), 0


def _input_of_one(a: Tensor, out: Tensor) -> Kept:
    counter = a.storage or storage_of(a)
    return (a.array,), (counter,), counter.version


def _result_of_one(a: Tensor, out: Tensor) -> Kept:
    counter = out.storage = Storage()  # the result is new
    return (out.array,), (counter,), 0


def _nothing_of_two(a: Tensor, b: Tensor, out: Tensor) -> Kept:
    return (), (), 0


def _first_of_two(a: Tensor, b: Tensor, out: Tensor) -> Kept:
    counter = a.storage or storage_of(a)
    return (a.array,), (counter,), counter.version


def _second_of_two(a: Tensor, b: Tensor, out: Tensor) -> Kept:
    counter = b.storage or storage_of(b)
    return (b.array,), (counter,), counter.version


def _both_of_two(a: Tensor, b: Tensor, out: Tensor) -> Kept:
    one, two = a.storage or storage_of(a), b.storage or storage_of(b)
    return (b.array, a.array), (two, one), one.version + two.version


_FIRST, _SECOND, _RESULT = ("input", 0), ("input", 1), ("result", 0)
_UNARY: dict[tuple[Any, ...], Saver] = {
    (): _nothing_of_one,
    (_FIRST,): _input_of_one,
    (_RESULT,): _result_of_one,
}
_BINARY: dict[tuple[Any, ...], Saver] = {
    (): _nothing_of_two,
    (_FIRST,): _first_of_two,
    (_SECOND,): _second_of_two,
    (_SECOND, _FIRST): _both_of_two,
}


def _usual_saver(getters: list[tuple[str, Any]]) -> Saver:
    """For inputs and parameters alone, which is what most rules ask for."""

    def save(inputs: Any, params: Any, outs: Any) -> Kept:
        saved, counters, version = [], [], 0
        for kind, which in getters:
            if kind == "param":
                saved.append(params[which])
                continue
            tensor = inputs[which]
            if tensor is None:
                saved.append(None)
                continue
            counter = tensor.storage or storage_of(tensor)
            saved.append(tensor.array)
            counters.append(counter)
            version += counter.version
        return tuple(saved), tuple(counters), version

    return save


def _general_saver(getters: list[tuple[str, Any]]) -> Saver:
    def save(inputs: Any, params: Any, outs: Any) -> Kept:
        saved: list[Any] = []
        counters: list[Storage] = []
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
                    counters.append(storage_of(tensor))
            elif kind in ("shapes", "dtypes"):
                saved.append(tuple([getattr(t.array, kind[:-1]) for t in inputs]))
            else:  # all inputs, or all results
                tensors = inputs if kind == "inputs" else outs
                saved.append(tuple([t.array for t in tensors]))
                counters.extend([storage_of(t) for t in tensors])
        return tuple(saved), tuple(counters), sum([counter.version for counter in counters])

    return save
