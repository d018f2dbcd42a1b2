"""Metrics: each against its definition written with plain loops, over random and odd batches."""

import math

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_optim import (
    SGD,
    Accuracy,
    Average,
    ConfusionMatrix,
    ExponentialAverage,
    F1Score,
    Mean,
    MeanSquaredError,
    Metric,
    Precision,
    Recall,
    TopKAccuracy,
    Trainer,
    accuracy,
)
from tt_optim.trainer.metrics import Scores


def batches(seed, classes, sizes=(7, 1, 20, 0, 3), ties=True):
    """Scores and classes; rounded scores are often equal."""
    rng = np.random.default_rng(seed)
    for n in sizes:
        scores = rng.standard_normal((n, classes)).astype("float32")
        yield tt.tensor(scores.round() if ties else scores), tt.tensor(rng.integers(0, classes, n))


def pairs(data):
    """(class, chosen class) of every sample; of equal scores the first is chosen."""
    found = []
    for scores, right in data:
        for row, c in zip(scores.tolist(), right.tolist(), strict=True):
            found.append((c, row.index(max(row))))
    return found


def counted(metric, data):
    for output, target in data:
        metric.update(output, target)
    return metric.compute()


# ---- definitions, sample by sample --------------------------------------------------------------


def hits(found, c):
    true_positive = sum(right == c and chosen == c for right, chosen in found)
    false_positive = sum(right != c and chosen == c for right, chosen in found)
    false_negative = sum(right == c and chosen != c for right, chosen in found)
    return true_positive, false_positive, false_negative


def of_counts(kind, tp, fp, fn, undefined):
    if kind is Precision:
        return tp / (tp + fp) if tp + fp else undefined
    if kind is Recall:
        return tp / (tp + fn) if tp + fn else undefined
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else undefined


def defined(kind, found, classes, average, undefined=0.0):
    counts = [hits(found, c) for c in range(classes)]
    if average == "micro":
        return of_counts(kind, *(sum(column) for column in zip(*counts, strict=True)), undefined)
    each = [of_counts(kind, *numbers, undefined) for numbers in counts]
    if average is None:
        return each
    sizes = [sum(right == c for right, _ in found) for c in range(classes)]
    weights = sizes if average == "weighted" else [1] * classes
    kept = [(w, v) for w, v in zip(weights, each, strict=True) if not math.isnan(v)]
    total = sum(w for w, _ in kept)
    return sum(w * v for w, v in kept) / total if total else undefined


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("classes", [2, 3, 10])
def test_accuracy_and_top_k(seed, classes):
    data = list(batches(seed, classes))
    found = pairs(data)
    share = sum(right == chosen for right, chosen in found) / len(found)
    assert counted(Accuracy(), data) == pytest.approx(share)
    assert counted(Mean(accuracy), data) == pytest.approx(share)
    for k in range(1, classes + 1):
        good = 0
        for scores, right in data:
            for row, c in zip(scores.tolist(), right.tolist(), strict=True):
                best = sorted(range(classes), key=lambda i: (-row[i], i))[:k]
                good += c in best
        assert counted(TopKAccuracy(k), data) == pytest.approx(good / len(found))
    assert counted(TopKAccuracy(1), data) == counted(Accuracy(), data)
    assert counted(TopKAccuracy(classes), data) == 1


@pytest.mark.parametrize("undefined", [0.0, 1.0, math.nan])
@pytest.mark.parametrize("average", ["macro", "micro", "weighted", None])
@pytest.mark.parametrize("kind", [Precision, Recall, F1Score])
def test_precision_recall_and_f1(kind, average, undefined):
    for seed, (classes, sizes) in enumerate(
        [(2, (9,)), (3, (7, 5)), (10, (4, 3)), (10, (80, 41)), (3, ()), (4, (0, 0)), (5, (1,))]
    ):
        data = list(batches(seed, classes, sizes))
        right = defined(kind, pairs(data), classes, average, undefined)
        result = counted(kind(classes, average, zero_division=undefined), data)
        assert np.shape(result) == np.shape(right)
        np.testing.assert_allclose(result, right, rtol=1e-12)


def test_f1_is_the_harmonic_mean():
    data = list(batches(1, 4, (400,)))
    each = [counted(kind(4, average=None), data) for kind in (Precision, Recall, F1Score)]
    np.testing.assert_allclose(2 * each[0] * each[1] / (each[0] + each[1]), each[2])


def test_figures_worked_out_by_hand():
    # rows: 5 of class 0 (3 found), 4 of class 1 (2 found), 1 of class 2 (none found)
    right = tt.tensor([0, 0, 0, 0, 0, 1, 1, 1, 1, 2])
    chosen = tt.tensor([0, 0, 0, 1, 1, 1, 1, 0, 0, 1])
    data = [(chosen, right)]
    assert counted(ConfusionMatrix(3), data).tolist() == [[3, 2, 0], [2, 2, 0], [0, 1, 0]]
    assert counted(Precision(3, None), data).tolist() == [3 / 5, 2 / 5, 0]
    assert counted(Recall(3, None), data).tolist() == [3 / 5, 2 / 4, 0]
    assert counted(Recall(3, "macro"), data) == pytest.approx((0.6 + 0.5 + 0) / 3)
    assert counted(Recall(3, "weighted"), data) == pytest.approx(0.5)  # 5, 4, 1 samples
    assert counted(F1Score(3, "micro"), data) == pytest.approx(0.5)
    assert counted(F1Score(3, "macro"), data) == pytest.approx((6 / 10 + 4 / 9) / 3)


@pytest.mark.parametrize("seed", range(3))
def test_confusion_matrix(seed):
    data = list(batches(seed, 6, (5, 0, 9)))
    found = pairs(data)
    counts = [[found.count((i, j)) for j in range(6)] for i in range(6)]
    assert counted(ConfusionMatrix(6), data).tolist() == counts
    for normalize, total in (
        ("true", lambda i, j: sum(counts[i])),
        ("pred", lambda i, j: sum(row[j] for row in counts)),
        ("all", lambda i, j: len(found)),
    ):
        shares = [[counts[i][j] / (total(i, j) or 1) for j in range(6)] for i in range(6)]
        np.testing.assert_allclose(counted(ConfusionMatrix(6, normalize), data), shares)


def test_the_matrix_that_is_given_out_is_a_copy():
    metric = ConfusionMatrix(2)
    metric.compute()[0, 0] = 5
    assert metric.compute().sum() == 0


def test_mean_squared_error():
    rng = np.random.default_rng(0)
    data = [
        (tt.tensor(rng.random(shape).astype("float32")), tt.tensor(rng.random(shape)))
        for shape in [(3, 2), (0, 2), (1, 2)]
    ]
    every = [
        (a - b) ** 2
        for x, y in data
        for a, b in zip(x.reshape(-1).tolist(), y.reshape(-1).tolist(), strict=True)
    ]
    assert counted(MeanSquaredError(), data) == pytest.approx(sum(every) / 8)
    assert counted(MeanSquaredError(squared=False), data) == pytest.approx(
        math.sqrt(sum(every) / 8)
    )


def test_squares_of_small_integers_do_not_overflow():
    data = [(tt.tensor([250], dtype=tt.uint8), tt.tensor([0], dtype=tt.uint8))]
    assert counted(MeanSquaredError(), data) == 62500
    far = [(tt.tensor([300.0], dtype=tt.float16), tt.tensor([-300.0], dtype=tt.float16))]
    assert counted(MeanSquaredError(), far) == 360000


def test_running_means():
    mean = ExponentialAverage(decay=0.9)
    assert math.isnan(mean.value)
    values = [3.0, -1.0, 4.0, 1.5]
    for t in range(1, 5):
        mean.add(values[t - 1])
        weights = [0.9 ** (t - 1 - i) for i in range(t)]
        expected = sum(w * v for w, v in zip(weights, values[:t], strict=True)) / sum(weights)
        assert mean.value == pytest.approx(expected)
    mean = Average()
    mean.add(math.nan, 0)  # the mean of an empty batch
    mean.add(2.0, 3)
    assert mean.value == 2
    last = ExponentialAverage(decay=0)
    last.add(1.0)
    last.add(7.0)
    assert last.value == 7


def test_a_function_is_weighted_by_samples():
    data = [(tt.tensor([1.0]), tt.tensor([0])), (tt.zeros(3), tt.zeros(3))]
    assert counted(Mean(lambda output, target: output.sum()), data) == 0.25
    nothing = [(tt.zeros(0), tt.zeros(0))]
    assert math.isnan(counted(Mean(lambda output, target: math.nan), nothing))
    sums = Mean(lambda output, target: output.sum() if len(output) else math.nan)
    assert counted(sums, nothing + data) == 0.25


@pytest.mark.parametrize(
    ("output", "target", "share"),
    [
        ([[2.0], [-1.0], [0.5]], [[1.0], [0.0], [0.0]], 2 / 3),  # yes or no
        ([2.0, -1.0], [1, 1], 0.5),
        ([1, 3, 2], [1, 2, 2], 2 / 3),  # classes
        ([[0.1, 0.9], [0.8, 0.2]], [[0.3, 0.7], [0.4, 0.6]], 0.5),  # probabilities as target
        (np.eye(3).reshape(1, 3, 3), [[0, 2, 2]], 2 / 3),  # scores (N, C, d), classes (N, d)
        ([[True], [False]], [[True], [True]], 0.5),
        (np.zeros((2, 4), "float16"), np.array([0, 1], "uint8"), 0.5),  # all equal: class 0
        ([[np.inf, 0.0], [-np.inf, 0.0]], [0, 1], 1.0),
    ],
)
def test_all_forms_of_answers(output, target, share):
    assert accuracy(output, target) == pytest.approx(share)
    arrays = [np.asarray(v) for v in (output, target)]
    assert counted(Accuracy(), [[tt.tensor(a) for a in arrays]]) == pytest.approx(share)


def test_nothing_counted_is_not_a_number():
    assert all(math.isnan(m.compute()) for m in (Accuracy(), TopKAccuracy(3), MeanSquaredError()))
    empty = (tt.zeros(0, 5), tt.zeros(0, dtype=tt.int64))
    assert math.isnan(accuracy(*empty))
    assert math.isnan(counted(TopKAccuracy(3), [empty]))
    assert counted(ConfusionMatrix(5, "true"), [empty]).tolist() == np.zeros((5, 5)).tolist()


METRICS = {
    "accuracy": Accuracy,
    "top": lambda: TopKAccuracy(2),
    "f1": lambda: F1Score(3),
    "recall": lambda: Recall(3, average=None),
    "matrix": lambda: ConfusionMatrix(3),
    "mean": lambda: Mean(accuracy),
}


@pytest.mark.parametrize("make", METRICS.values(), ids=METRICS)
def test_reset_and_state(make):
    first, second = list(batches(1, 3)), list(batches(2, 3))
    whole = counted(make(), first + second)
    metric, other = make(), make()
    counted(metric, first)
    stored = metric.state_dict()
    counted(metric, second)  # the stored state must not follow
    other.load_state_dict(stored)
    assert np.array_equal(counted(other, second), whole)
    counted(metric, [])
    metric.load_state_dict(stored)
    assert np.array_equal(counted(metric, second), whole), "the state is still as it was stored"
    metric.reset()
    assert np.array_equal(counted(metric, second), counted(make(), second))
    for name, value in make().state_dict().items():
        attribute = getattr(metric, name)
        assert isinstance(attribute, np.ndarray) == (value.ndim > 0), "numbers stay numbers"


def test_states_of_others_are_refused():
    metric = ConfusionMatrix(3)
    before = counted(metric, batches(0, 3))
    with pytest.raises(ValueError, match=r"expected \['counts'\] of a ConfusionMatrix"):
        metric.load_state_dict(Accuracy().state_dict())
    with pytest.raises(ValueError, match=r"'counts' of this ConfusionMatrix has shape \(3, 3\)"):
        metric.load_state_dict(ConfusionMatrix(4).state_dict())
    assert np.array_equal(metric.compute(), before)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: accuracy(tt.ones(2, 3), tt.ones(3, 2)), tt.ShapeError, "do not fit"),
        (lambda: accuracy(tt.ones(2, 3), tt.tensor([0, 1, 2])), tt.ShapeError, "2 outputs for 3"),
        (lambda: accuracy(tt.ones(2, 3, 4), tt.ones(2, 5).long()), tt.ShapeError, "that follow"),
        (lambda: accuracy(tt.ones(2, 1), tt.tensor([0, 1])), tt.ShapeError, "do not fit"),
        (lambda: accuracy(tt.ones(2, 3), tt.ones(2)), tt.DTypeError, "not float32; use .long()"),
        (
            lambda: accuracy(tt.ones(2, 3), tt.tensor([0, 3])),
            IndexError,
            r"target: class 3 at \[1\] is out of range; classes are 0 to 2",
        ),
        (lambda: accuracy(tt.ones(1, 3), tt.tensor([-1])), IndexError, "class -1"),
        (
            lambda: ConfusionMatrix(3).update(tt.tensor([0, 4]), tt.tensor([0, 1])),
            IndexError,
            r"output: class 4 at \[1\]",
        ),
        (
            lambda: ConfusionMatrix(3).update(tt.tensor([0]), tt.tensor([5])),
            IndexError,
            "target: class 5",
        ),
        (
            lambda: F1Score(4).update(tt.ones(2, 3), tt.tensor([0, 1])),
            tt.ShapeError,
            r"expected scores \(N, 4\) for 4 classes, not \(2, 3\)",
        ),
        (lambda: TopKAccuracy(0), ValueError, "k must be at least 1"),
        (
            lambda: TopKAccuracy(4).update(tt.ones(2, 3), tt.tensor([0, 1])),
            ValueError,
            "k is 4, but there are only 3",
        ),
        (
            lambda: TopKAccuracy(1).update(tt.ones(2, 3), tt.tensor([0, 3])),
            IndexError,
            "class 3",
        ),
        (
            lambda: MeanSquaredError().update(tt.ones(2, 1), tt.ones(2)),
            tt.ShapeError,
            "expected the same shape",
        ),
        (lambda: ConfusionMatrix(1), ValueError, "at least 2"),
        (lambda: ConfusionMatrix(2, "rows"), ValueError, "'true', 'pred' or 'all'"),
        (lambda: Precision(3, "mean"), ValueError, "it is 'mean'"),
        (lambda: ExponentialAverage(1.0), ValueError, "below 1"),
        (lambda: ExponentialAverage(-0.1), ValueError, "at least 0"),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_refused_batch_counts_for_nothing():
    metric = ConfusionMatrix(3)
    with pytest.raises(IndexError):
        metric.update(tt.tensor([0, 1, 1]), tt.tensor([0, 1, 3]))
    assert metric.compute().sum() == 0


# ---- in the Trainer -----------------------------------------------------------------------------


def trainer_with(**metrics):
    tt.manual_seed(0)
    model = nn.Linear(2, 3)
    optimizer = SGD(model.parameters(), lr=0.1)
    return Trainer(model, nn.CrossEntropyLoss(), optimizer, metrics=metrics)


def points(seed, sizes=(8, 5)):
    rng = np.random.default_rng(seed)
    return [
        (tt.tensor(rng.standard_normal((n, 2)).astype("float32")), tt.tensor(rng.integers(0, 3, n)))
        for n in sizes
    ]


def test_the_trainer_counts_training_and_validation_apart():
    matrix = ConfusionMatrix(3)
    trainer = trainer_with(
        accuracy=Accuracy(), share=accuracy, f1=F1Score(3), recall=Recall(3, None), matrix=matrix
    )
    history = trainer.fit(points(0), epochs=2, validation=points(1), progress=False)
    outputs = [(trainer.model(x), y) for x, y in points(1)]
    record = history.epochs[-1]
    assert record.validation["accuracy"] == counted(Accuracy(), outputs)
    assert record.validation["share"] == record.validation["accuracy"]
    assert record.validation["f1"] == counted(F1Score(3), outputs)
    each = [record.validation[f"recall/{c}"] for c in range(3)]
    assert each == counted(Recall(3, None), outputs).tolist()
    assert "matrix" not in record.validation, "a history is of numbers"
    assert list(record.train) == list(record.validation)
    # the object has the counts of the last pass: the validation's, 13 samples and not 4 × 13
    assert np.array_equal(matrix.compute(), counted(ConfusionMatrix(3), outputs))


def test_an_evaluation_in_the_midst_does_not_disturb_the_epoch():
    trainer = trainer_with(samples=Samples())
    step = trainer.train_step

    def step_and_look(input, target):
        result = step(input, target)
        assert trainer.evaluate(points(1, (4,)))["samples"] == 4
        return result

    trainer.train_step = step_and_look
    history = trainer.fit(points(0, (8, 5)), epochs=1, progress=False)
    assert history.column("samples") == [13]


class Samples(Metric):
    state = ("count",)

    def reset(self):
        self.count = 0

    def update(self, output, target):
        self.count += len(target)

    def compute(self):
        return float(self.count)


def test_a_copied_mean_does_not_copy_what_its_function_belongs_to():
    class Judge:
        def __deepcopy__(self, memo):
            raise AssertionError("a model may be large")

        def mark(self, output, target):
            return 1.0

    mean = Mean(Judge().mark)
    mean.update(tt.zeros(3), tt.zeros(3))
    scores = Scores({"mark": mean})
    scores.update(0.0, tt.zeros(2), tt.zeros(2))
    assert scores.metrics["mark"].count == 2
    assert mean.count == 3


def test_scores_go_on_from_a_stored_state():
    metrics = {"f1": F1Score(3), "share": accuracy, "matrix": ConfusionMatrix(3)}
    data = list(batches(0, 3))
    whole, first, second = Scores(metrics), Scores(metrics), Scores(metrics)
    for i, (output, target) in enumerate(data):
        whole.update(float(i), output, target)
        (first if i < 2 else second).update(float(i), output, target)
        if i == 1:
            second.load_state_dict(first.state_dict())
    assert second.compute() == whole.compute()
    with pytest.raises(ValueError, match="expected the counts of"):
        Scores({}).load_state_dict(whole.state_dict())


@pytest.mark.parametrize(
    ("metric", "error", "words"),
    [
        (Accuracy, TypeError, r"metrics\['m'\] is the class Accuracy; give an object"),
        ("accuracy", TypeError, r"metrics\['m'\]: expected a Metric or a function.*'accuracy'"),
    ],
)
def test_what_is_no_metric_is_refused(metric, error, words):
    with pytest.raises(error, match=words):
        trainer_with(m=metric)
