"""Custom functions, checkpointing, anomaly mode, and drawings."""

import shutil

import pytest

import tt_autograd as ag
import tt_tensor as tt


def leaf(*values):
    return tt.tensor(list(values), dtype="float64", requires_grad=True)


class Exp(ag.Function):
    @staticmethod
    def forward(ctx, x):
        result = tt.exp(x)
        ctx.save_for_backward(result)
        return result

    @staticmethod
    def backward(ctx, grad):
        (result,) = ctx.saved_tensors
        return grad * result


class SumAndDifference(ag.Function):
    @staticmethod
    def forward(ctx, a, b, scale):
        ctx.scale = scale
        return (a + b) * scale, a - b

    @staticmethod
    def backward(ctx, first, second):
        return first * ctx.scale + second, first * ctx.scale - second, None


def test_custom_functions_differentiate():
    x = leaf(0.5, 1.5)
    assert ag.gradcheck(Exp.apply, x)
    a, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    assert ag.gradcheck(lambda p, q: SumAndDifference.apply(p, q, 3.0), [a, b])
    assert ag.gradgradcheck(lambda p, q: SumAndDifference.apply(p * p, q, 3.0), [a, b])


def test_missing_gradients_are_zeros_or_none():
    a, b = leaf(1.0), leaf(2.0)
    total, _ = SumAndDifference.apply(a, b, 2.0)
    total.sum().backward()
    assert (a.grad.item(), b.grad.item()) == (2.0, 2.0)


def test_the_context_knows_what_is_needed_and_guards_what_is_saved():
    seen = []

    class Spy(ag.Function):
        @staticmethod
        def forward(ctx, a, b):
            seen.append(ctx.needs_input_grad)
            ctx.save_for_backward(a)
            return a * b

        @staticmethod
        def backward(ctx, grad):
            (a,) = ctx.saved_tensors
            return grad * a, None

    x = leaf(1.0)
    h = x * 2
    y = Spy.apply(h, tt.ones(1, dtype="float64"))
    assert seen == [(True, False)]
    h.add_(1)
    with pytest.raises(tt.GradientError, match="changed in place"):
        y.sum().backward()


def test_a_backward_with_too_few_gradients_is_refused():
    class Stingy(ag.Function):
        @staticmethod
        def forward(ctx, a, b):
            return a * b

        @staticmethod
        def backward(ctx, grad):
            return grad

    with pytest.raises(tt.GradientError, match="gave 1 gradients for 2"):
        Stingy.apply(leaf(1.0), leaf(2.0)).sum().backward()


def test_results_can_be_marked_as_flat():
    class WithMask(ag.Function):
        @staticmethod
        def forward(ctx, x):
            mask = (x > 1).to(x.dtype)
            ctx.mark_non_differentiable(mask)
            return x * mask, mask

        @staticmethod
        def backward(ctx, grad, _):
            return grad

    y, mask = WithMask.apply(leaf(0.5, 2.0))
    assert y.requires_grad
    assert not mask.requires_grad


def test_nothing_is_recorded_without_need():
    assert not Exp.apply(tt.ones(2)).requires_grad
    with ag.no_grad():
        assert not Exp.apply(leaf(1.0)).requires_grad


def test_checkpoint_gives_the_same_gradients_and_draws_the_same_numbers():
    w, x = leaf(2.0, 3.0), leaf(1.0, 1.0)

    def part(t):
        noise = tt.rand(2).double()
        return tt.tanh(t * w) * noise

    tt.manual_seed(0)
    plain = ag.grad(part(x).sum(), [x, w])
    tt.manual_seed(0)
    ag.checkpoint(part, x).sum().backward()
    assert x.grad.tolist() == plain[0].tolist()
    assert w.grad.tolist() == plain[1].tolist()


def test_checkpoint_keeps_less():
    x = tt.ones(10_000, requires_grad=True)

    def part(t):
        for _ in range(20):
            t = tt.exp(t * 0.1)
        return t

    def kept(y):
        total, stack, seen = 0, [y.grad_fn], set()
        while stack:
            node = stack.pop()
            if node is None or id(node) in seen:
                continue
            seen.add(id(node))
            total += sum(getattr(v, "nbytes", 0) for v in getattr(node, "saved", None) or ())
            stack.extend(edge for edge, _ in node.next_functions)
        return total

    assert kept(part(x)) > 20 * x.nbytes
    assert kept(ag.checkpoint(part, x)) < 2 * x.nbytes


def test_checkpoint_cannot_be_differentiated_twice():
    y = ag.checkpoint(lambda t: t * t, leaf(1.0))
    with pytest.raises(tt.GradientError, match="differentiated twice"):
        y.sum().backward(create_graph=True)


def test_anomaly_mode_names_the_operation_and_the_line():
    x = leaf(0.0)
    with (
        ag.detect_anomaly(),
        pytest.raises(tt.GradientError, match="SqrtBackward gave NaN") as raised,
    ):
        (tt.sqrt(x) * 0.0).sum().backward()  # this line
    assert "test_tools.py" in str(raised.value)
    assert "tt.sqrt(x)" in str(raised.value)


def test_anomaly_mode_can_be_set_at_once():
    x = leaf(0.0)
    ag.set_detect_anomaly(True)
    try:
        with pytest.raises(tt.GradientError, match="NaN"):
            (tt.sqrt(x) * 0.0).sum().backward()
    finally:
        ag.set_detect_anomaly(False)
    (tt.sqrt(x) * 0.0).sum().backward()


def test_drawings_show_every_operation(tmp_path):
    w, x = leaf(1.0), leaf(2.0)
    drawing = ag.draw_graph((tt.exp(w * x) + w).sum(), {"w": w})
    text = str(drawing)
    for word in ("digraph", "Exp", "Mul", "Add", "Sum", "w\\n(1,)", "leaf"):
        assert word in text
    assert text.count("->") == 6
    drawing.save(tmp_path / "graph.dot")
    assert (tmp_path / "graph.dot").read_text() == text
    with pytest.raises(ValueError, match="must end in"):
        drawing.save(tmp_path / "graph.png")


def test_drawings_become_svg(tmp_path):
    pytest.importorskip("graphviz")
    drawing = ag.draw_graph((leaf(1.0) * 2).sum())
    if shutil.which("dot") is None:
        with pytest.raises(RuntimeError, match="program dot"):
            drawing.svg()
        return
    drawing.save(tmp_path / "graph.svg")
    assert "<svg" in (tmp_path / "graph.svg").read_text()


def test_a_function_may_set_its_context_up_apart():
    class Scale(ag.Function):
        @staticmethod
        def forward(x, factor):
            return x * factor

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.factor = inputs[1]
            ctx.save_for_backward(output)

        @staticmethod
        def backward(ctx, grad):
            assert ctx.saved_tensors[0].tolist() == [6.0]
            return grad * ctx.factor, None

    x = tt.tensor([2.0], requires_grad=True)
    Scale.apply(x, 3.0).sum().backward()
    assert x.grad.tolist() == [3.0]


def test_backward_to_chosen_tensors_only():
    x, w = tt.tensor([2.0], requires_grad=True), tt.tensor([5.0], requires_grad=True)
    y = x * w
    y.sum().backward(inputs=x, retain_graph=True)
    assert (x.grad.tolist(), w.grad) == ([5.0], None)
    y.sum().backward(inputs=[x, y])
    assert (x.grad.tolist(), y.grad.tolist(), w.grad) == ([10.0], [1.0], None)
    ag.backward([(x * 2).sum(), (w * 3).sum()], inputs=[w])
    assert (x.grad.tolist(), w.grad.tolist()) == ([10.0], [3.0])
