"""The tape: what is recorded, how far it reaches, and what it refuses."""

import gc
import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tt_autograd as ag
import tt_tensor as tt


def leaf(*values, dtype="float64"):
    return tt.tensor(list(values), dtype=dtype, requires_grad=True)


def test_a_chain_of_3000_operations():
    x = leaf(1.0)
    y = x
    for _ in range(3000):
        y = y * 1.001
    y.sum().backward()
    assert x.grad.item() == pytest.approx(1.001**3000)
    assert repr(y.grad_fn) == "<MulBackward>"


def test_a_chain_of_100000_operations_comes_and_goes():
    x = leaf(1.0)
    y = x
    for _ in range(100_000):
        y = y + 1.0
    y.sum().backward()
    assert x.grad.item() == 1.0
    del y  # its nodes must go without exhausting the stack


def test_a_diamond_60_times_folded():
    x = leaf(1.0)
    y = x
    for _ in range(60):
        y = y + y  # 2^60 paths, 60 nodes
    y.sum().backward()
    assert x.grad.item() == 2.0**60


@given(st.integers(0, 2**32 - 1))
def test_random_graphs_equal_finite_differences(seed):
    rng = np.random.default_rng(seed)
    plan = [(rng.integers(5), rng.integers(1000), rng.integers(1000)) for _ in range(12)]

    def compute(*inputs):
        values = list(inputs)
        for kind, i, j in plan:
            a, b = values[i % len(values)], values[j % len(values)]
            made = [a + b, a * b, a - b, tt.tanh(a), tt.sin(a) * b][kind]
            values.append(tt.tanh(made))
        return values[-1].sum() + values[-2].sum()

    inputs = [tt.tensor(rng.standard_normal(s), requires_grad=True) for s in ((2, 3), (3,), ())]
    assert ag.gradcheck(compute, inputs)
    assert ag.gradgradcheck(compute, inputs)


def test_gradients_accumulate_and_are_not_shared():
    a, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    (a + b).sum().backward()
    a.grad.zero_()
    assert b.grad.tolist() == [1.0, 1.0]
    (a * b).sum().backward()
    assert a.grad.tolist() == [3.0, 4.0]
    assert b.grad.tolist() == [2.0, 3.0]


def test_broadcasting_is_undone():
    a, b, c = (tt.ones(s, dtype="float64", requires_grad=True) for s in ((3, 1), (4,), ()))
    (a * b + c).sum().backward()
    assert a.grad.shape == (3, 1)
    assert a.grad.tolist() == [[4.0]] * 3
    assert b.grad.tolist() == [3.0] * 4
    assert c.grad.item() == 12.0


def test_mixed_types_give_gradients_in_each_ones_type():
    a = tt.ones(2, requires_grad=True)
    b = tt.ones(2, dtype="float64", requires_grad=True)
    y = a * b
    assert y.dtype == tt.float64
    y.sum().backward()
    assert a.grad.dtype == tt.float32
    assert b.grad.dtype == tt.float64


# ---- grad and its options


def test_third_derivative():
    x = leaf(2.0)
    g = x**4
    for expected in (32.0, 48.0, 48.0):
        (g,) = ag.grad(g.sum(), x, create_graph=True)
        assert g.item() == pytest.approx(expected)


def test_grad_touches_no_grad_and_visits_only_the_way_between():
    x, w = leaf(2.0), leaf(3.0)
    visited = []
    h = x * x
    side = w * w
    side.register_hook(lambda g: visited.append("side"))
    out = (h + side).sum()
    (g,) = ag.grad(out, h, retain_graph=True)
    assert g.item() == 1.0
    assert x.grad is None
    assert visited == []
    (g,) = ag.grad(out, x)
    assert g.item() == 4.0


def test_several_outputs_and_given_gradients():
    x = leaf(1.0, 2.0)
    (g,) = ag.grad(
        [x * 2, x * x],
        x,
        [tt.tensor([1.0, 1.0], dtype="float64"), tt.tensor([1.0, 0.0], dtype="float64")],
    )
    assert g.tolist() == [4.0, 2.0]
    ag.backward([(x * 2).sum(), (x * 3).sum()])
    assert x.grad.tolist() == [5.0, 5.0]


def test_unused_inputs():
    x, y = leaf(1.0), leaf(1.0)
    with pytest.raises(tt.GradientError, match=r"inputs\[1\] was not used"):
        ag.grad((x * 2).sum(), [x, y])
    assert ag.grad((x * 2).sum(), [x, y], allow_unused=True)[1] is None
    assert ag.grad((x * 2).sum(), [x, y], materialize_grads=True)[1].item() == 0.0


def test_several_results_of_one_operation():
    x = leaf(3.0, 1.0, 2.0)
    values, indices = x.sort()
    (values * tt.tensor([1.0, 10.0, 100.0], dtype="float64")).sum().backward()
    assert x.grad.tolist() == [100.0, 1.0, 10.0]
    assert not indices.requires_grad
    x.grad = None
    x.topk(1).values.sum().backward()
    assert x.grad.tolist() == [1.0, 0.0, 0.0]


# ---- modes


def test_no_grad_and_its_relatives():
    x = leaf(1.0)
    with ag.no_grad():
        assert not (x * 2).requires_grad
        with ag.enable_grad():
            assert (x * 2).requires_grad
        assert not ag.is_grad_enabled()
    with ag.inference_mode():
        assert ag.is_inference_mode_enabled()
        assert not (x * 2).requires_grad
    assert ag.is_grad_enabled()
    with ag.set_grad_enabled(False):
        assert not ag.is_grad_enabled()
    assert ag.is_grad_enabled()
    ag.set_grad_enabled(False)
    assert not ag.is_grad_enabled()
    ag.set_grad_enabled(True)


@pytest.mark.parametrize("decorate", [ag.no_grad(), ag.no_grad, ag.inference_mode()])
def test_modes_are_decorators_too(decorate):
    @decorate
    def double(x):
        """Doubles."""
        return x * 2

    assert not double(leaf(1.0)).requires_grad
    assert double.__doc__ == "Doubles."
    assert ag.is_grad_enabled()


def test_a_decorated_generator_runs_in_its_mode_and_its_caller_does_not():
    @ag.no_grad()
    def steps():
        """Two steps."""
        try:
            got = yield ag.is_grad_enabled()
        except KeyError:
            got = "thrown"
        yield got, ag.is_grad_enabled()
        return "end"

    for poke, answer in [(lambda g: g.send(5), 5), (lambda g: g.throw(KeyError), "thrown")]:
        generator = steps()
        assert (next(generator), ag.is_grad_enabled()) == (False, True)
        assert (poke(generator), ag.is_grad_enabled()) == ((answer, False), True)
        with pytest.raises(StopIteration, match="end"):
            next(generator)
        assert ag.is_grad_enabled()
    assert steps.__doc__ == "Two steps."


def test_infinite_gradients_raise_no_warning_even_where_warnings_are_errors():
    x = tt.tensor([0.0, 1.0], requires_grad=True)
    (x**0.5 * float("inf")).sum().backward()
    assert x.grad.tolist() == [float("inf"), float("inf")]
    y = tt.tensor([1e30], requires_grad=True)
    (y * y * y).sum().backward()
    assert y.grad.tolist() == [float("inf")]


def test_the_slope_of_a_power_of_zero_is_pytorchs():
    exponent = tt.tensor([-1.0, 0.0, 2.0], requires_grad=True)
    (tt.zeros(3) ** exponent).sum().backward()
    assert exponent.grad.tolist() == [-float("inf"), 0.0, 0.0]


def test_an_exception_restores_the_mode():
    with pytest.raises(KeyError), ag.no_grad():
        raise KeyError
    assert ag.is_grad_enabled()


def test_every_thread_has_its_own_mode():
    seen = []
    with ag.no_grad():
        thread = threading.Thread(target=lambda: seen.append(ag.is_grad_enabled()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_two_threads_go_back_through_one_graph():
    x = leaf(*range(1, 50))
    h = (x * x).sin()
    outs = [(h * k).sum() for k in (1.0, 2.0)]
    results = {}

    def work(k):
        for _ in range(50):
            results[k] = ag.grad(outs[k], x, retain_graph=True)[0]

    threads = [threading.Thread(target=work, args=(k,)) for k in (0, 1)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    np.testing.assert_allclose(results[1].numpy(), 2 * results[0].numpy())


# ---- hooks


def test_hooks_see_replace_and_leave():
    x = leaf(1.0)
    y = x * 3
    seen = []
    y.register_hook(lambda g: seen.append(g.item()))
    handle = y.register_hook(lambda g: g * 10)
    y.sum().backward(retain_graph=True)
    assert (seen, x.grad.item()) == ([1.0], 30.0)
    handle.remove()
    handle.remove()
    y.sum().backward()
    assert x.grad.item() == 33.0
    with pytest.raises(tt.GradientError, match="does not require grad"):
        tt.ones(1).register_hook(print)


def test_retain_grad():
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    (y * 3).sum().backward()
    assert y.grad.item() == 3.0


def test_retain_grad_keeps_what_the_hooks_made_of_it_and_once():
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    y.register_hook(lambda grad: grad * 10)
    y.retain_grad()
    (y * 3).sum().backward()
    assert y.grad.item() == 30.0


# ---- in place, views, versions


def test_a_saved_value_that_was_overwritten_is_noticed():
    x = leaf(1.0, 2.0)
    y = x * 2
    z = y * y
    y.add_(1)
    with pytest.raises(
        tt.GradientError, match="MulBackward needs a value that was changed in place"
    ):
        z.sum().backward()
    a = x.exp()
    b = a * 1.0
    a.mul_(2)  # exp keeps its result, and the memory is the same
    with pytest.raises(tt.GradientError, match="in place"):
        b.sum().backward()


def test_overwriting_what_nobody_needs_is_fine():
    x = leaf(1.0, 2.0)
    y = x + 1
    y.mul_(3)
    y.sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]


@pytest.mark.parametrize(
    "change", [lambda t: t.add_(1), lambda t: t[0].add_(1), lambda t: t.zero_()]
)
def test_leaves_are_not_changed_while_recording(change):
    x = leaf(1.0, 2.0)
    with pytest.raises(tt.GradientError, match="leaf that requires grad"):
        change(x)
    with ag.no_grad():
        change(x)


def grads_of(torch_or_tt, program, *arrays):
    make = torch_or_tt.tensor
    inputs = [make(a, requires_grad=True) for a in arrays]
    program(torch_or_tt, *inputs).backward()
    return [None if x.grad is None else np.asarray(x.grad) for x in inputs]


def write_row(lib, x, v):
    y = x * 2
    y[1] = v
    return (y * y).sum()


def write_view(lib, x, v):
    y = x * 2
    row = y[0]
    other = y.T
    row.mul_(v)
    return (other * other).sum() + (row * 3).sum()


def write_chain_of_views(lib, x, v):
    y = x + 1
    y.T[1:][0].copy_(v[:2])
    return (y * y * x).sum()


def write_into_constants(lib, x, v):
    buffer = lib.zeros(2, 3, dtype=lib.float64)
    buffer[0] = v
    view = buffer[1]
    view += x[0]
    return (buffer * buffer).sum() + (view * v).sum()


def write_at_indices(lib, x, v):
    y = x * 1
    y[lib.tensor([0, 1]), lib.tensor([2, 0])] = v[:2]
    return (y * y).sum()


def fill_and_masked(lib, x, v):
    y = x * v
    y[0].fill_(2.0)
    y.masked_fill_(y > 1.5, 0.5)
    return (y * y).sum() + y.sum()


@pytest.mark.parametrize(
    "program",
    [
        write_row,
        write_view,
        write_chain_of_views,
        write_into_constants,
        write_at_indices,
        fill_and_masked,
    ],
)
def test_writing_in_place_equals_pytorch(program):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    arrays = rng.standard_normal((2, 3)), rng.standard_normal(3)
    for mine, right in zip(
        grads_of(tt, program, *arrays), grads_of(torch, program, *arrays), strict=True
    ):
        np.testing.assert_allclose(mine, right)


# ---- what is refused


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda x: (x * 2).backward(), tt.GradientError, r"shape \(2,\)"),
        (lambda x: tt.ones(()).backward(), tt.GradientError, "does not require grad"),
        (lambda x: (x * 2).backward(tt.ones(3)), tt.ShapeError, "differs"),
        (lambda x: ag.grad((x * 2).sum(), tt.ones(1)), tt.GradientError, r"inputs\[0\]"),
        (lambda x: (x * 2).numpy(), tt.GradientError, "detach"),
        (lambda x: tt.tensor([1], requires_grad=True), tt.DTypeError, "floating-point"),
        (
            lambda x: ag.gradcheck(lambda t: t, tt.ones(1, requires_grad=True)),
            tt.DTypeError,
            "float64",
        ),
    ],
)
def test_misuse_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call(leaf(1.0, 2.0))


def test_a_second_pass_needs_to_be_announced():
    x = leaf(1.0, 2.0)
    y = (x * x).sum()
    y.backward()
    with pytest.raises(tt.GradientError, match="retain_graph=True"):
        y.backward()
    z = (x * x).sum()
    z.backward(retain_graph=True)
    z.backward()
    assert x.grad.tolist() == [6.0, 12.0]


def test_a_primitive_without_a_rule_cannot_be_recorded():
    lonely = tt.Primitive("lonely", naive=lambda x: x * 1, numpy=lambda x: x * 1)
    try:
        with pytest.raises(tt.GradientError, match="has no gradient rule for its input 'input'"):
            lonely((leaf(1.0),))
        ag.not_differentiable(lonely)
        assert not lonely((leaf(1.0),)).requires_grad
        with pytest.raises(tt.GradientError, match="asks for 'weight'"):
            ag.gradient(lonely, "input")(lambda grad, weight: grad)
    finally:
        del tt.registry["lonely"]


def test_a_rule_may_ask_for_one_of_several_results():
    def kernel(x):
        return x * x, np.exp(x)  # the second is what both derivatives need

    powers = tt.Primitive("powers", naive=kernel, numpy=kernel)
    try:

        @ag.gradient(powers, "input")
        def powers_input(grads, input, result1):
            dx = input * 0
            dx = dx if grads[0] is None else dx + grads[0] * input * 2
            return dx if grads[1] is None else dx + grads[1] * result1

        assert ag.gradgradcheck(lambda t: powers((t,)), leaf(1.0, 2.0))
        x = leaf(1.0, 2.0)
        square, power = powers((x,))
        square.mul_(10)  # not kept, so free to be changed
        square.sum().backward()
        assert x.grad.tolist() == [20.0, 40.0]
        square, power = powers((x,))
        power.mul_(10)
        with pytest.raises(tt.GradientError, match="PowersBackward needs a value"):
            power.sum().backward()
    finally:
        del tt.registry["powers"]


def test_gradcheck_finds_a_wrong_rule():
    wrong = tt.Primitive("wrong", naive=lambda x: x * x, numpy=lambda x: x * x)
    try:
        ag.gradient(wrong, "input")(lambda grad, input: grad * input)
        with pytest.raises(tt.GradientError, match="is wrong"):
            ag.gradcheck(lambda t: wrong((t,)), leaf(1.0, 2.0))
        assert not ag.gradcheck(lambda t: wrong((t,)), leaf(1.0, 2.0), raise_exception=False)
    finally:
        del tt.registry["wrong"]


# ---- memory


def test_graphs_go_without_the_collector():
    x = leaf(*range(100))
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            y = ((x * x).exp() / 1e30).sum()
            ag.grad(y, x, create_graph=True)
            y = (x * x).sum()
            y.backward()
            x.grad = None
        del y
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_thousand_steps_do_not_grow_the_process():
    w = tt.randn(20, 20, requires_grad=True)
    data = tt.randn(8, 20)

    def step():
        loss = (tt.relu(data @ w) ** 2).mean()
        loss.backward()
        with ag.no_grad():
            w.sub_(w.grad * 0.001)
        w.grad = None

    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        for _ in range(2500):  # until Python's lists of free tuples are full
            step()
        objects, memory = len(gc.get_objects()), tracemalloc.get_traced_memory()[0]
        for _ in range(1000):
            step()
        assert len(gc.get_objects()) - objects < 20
        assert tracemalloc.get_traced_memory()[0] - memory < 20_000
    finally:
        tracemalloc.stop()
        gc.enable()


def test_kept_values_go_after_use():
    x = tt.ones(1000, requires_grad=True)
    y = (x * 2).exp()
    kept = y.grad_fn.saved
    assert kept
    y.sum().backward()
    assert y.grad_fn.saved is None
