"""Mixup, CutMix and Cutout."""

from functools import partial

import numpy as np
import pytest

import tt_tensor as tt
from tt_data import DataLoader, TensorDataset, cutmix, cutout, mixup
from tt_data.transforms import Cutout

CLASSES = tt.tensor([0, 1, 2, 3])


def constant(n=4, size=10, dtype=np.float32):
    """Picture i is i everywhere."""
    return tt.from_numpy(
        np.arange(n, dtype=dtype).repeat(3 * size * size).reshape(n, 3, size, size)
    )


def draws(call, times=300):
    for seed in range(times):
        yield call(generator=tt.Generator(seed))


@pytest.mark.parametrize("mix", [mixup, cutmix])
def test_pictures_are_mixed_as_their_targets_are(mix):
    x = constant()
    others = set()
    for mixed, chances in draws(lambda generator: mix(x, CLASSES, 5, generator=generator)):
        assert (mixed.dtype, chances.dtype) == (tt.float32, tt.float32)
        # picture i has the value i, so the mean of a mixture is the mean of its classes
        means = mixed.numpy().mean(axis=(1, 2, 3))
        assert means == pytest.approx(chances.numpy() @ np.arange(5), abs=1e-5)
        assert chances.numpy().sum(axis=1) == pytest.approx(np.ones(4), abs=1e-6)
        share = chances.numpy()[np.arange(4), np.arange(4)]
        partners = np.delete(chances.numpy()[0], 0)
        others.add(int(partners.argmax()) if partners.any() else -1)
        assert share.min() >= 0
    assert others == {-1, 0, 1, 2}  # itself, and each of the others
    assert np.array_equal(x.numpy(), constant().numpy())


def test_mixup_is_the_same_mixture_everywhere():
    x = tt.from_numpy(np.random.default_rng(0).random((4, 3, 6, 6)))
    mixed, chances = mixup(x, CLASSES, 4, alpha=1.0, generator=tt.Generator(1))
    assert mixed.numpy() == pytest.approx(np.tensordot(chances.numpy(), x.numpy(), 1), abs=1e-12)


def test_cutmix_takes_one_rectangle():
    for mixed, _ in draws(
        lambda generator: cutmix(constant(), CLASSES, 4, generator=generator), 50
    ):
        taken = (mixed.numpy() != constant().numpy()).any(axis=(0, 1))  # (H, W)
        rows, columns = taken.any(axis=1), taken.any(axis=0)
        assert np.array_equal(taken, np.outer(rows, columns))
        for line in (rows, columns):
            assert (np.diff(np.flatnonzero(line)) == 1).all()


def test_shares_follow_the_beta_distribution():
    def shares(mix, alpha):
        two = tt.tensor([0, 1])
        result = []
        call = partial(mix, constant(2, 40), two, 2, alpha)
        for _, chances in draws(call, 600):
            if chances.numpy()[0, 1] > 0:  # mixed with the other one
                result.append(chances.numpy()[0, 0])
        return np.array(result)

    small, even, large = (shares(mixup, alpha) for alpha in (0.1, 1.0, 10.0))
    assert len(even) > 250
    # the variance of Beta(a, a) is 1 / (4 (2 a + 1))
    for found, alpha in ((small, 0.1), (even, 1.0), (large, 10.0)):
        assert found.mean() == pytest.approx(0.5, abs=0.08)
        assert found.var() == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.2)
    # a rectangle that is partly outside covers less
    assert shares(cutmix, 1.0).mean() > 0.6


def test_the_rectangle_covers_the_share_that_was_drawn():
    """With so large an alpha the share is a half; nothing is outside if the middle is in the middle."""
    call = partial(cutmix, constant(2, 40), tt.tensor([0, 1]), 2, 1e9)
    seen = [chances.numpy()[0, 0] for _, chances in draws(call)]
    assert min(seen) == pytest.approx(0.5, abs=0.03)


def test_probabilities_may_come_as_well():
    chances = tt.tensor([[0.5, 0.5], [0.0, 1.0]])
    mixed, result = mixup(constant(2), chances, alpha=5.0, generator=tt.Generator(0))
    share = 1 - mixed.numpy()[0].mean()
    if share < 1:
        assert result[0].tolist() == pytest.approx([share * 0.5, share * 0.5 + 1 - share], abs=1e-6)
    assert cutmix(constant(2, dtype=np.uint8), chances)[0].dtype == tt.uint8
    assert mixup(constant(2, dtype=np.float64), chances)[1].dtype == tt.float64


def test_nothing_can_be_mixed_too():
    x, t = mixup(constant(0), tt.zeros(0, dtype=tt.int64), 3)
    assert (x.shape, t.shape) == ((0, 3, 10, 10), (0, 3))
    x, t = cutmix(constant(0), tt.zeros(0, dtype=tt.int64), 3)
    assert (x.shape, t.shape) == ((0, 3, 10, 10), (0, 3))


@pytest.mark.parametrize("mix", [mixup, cutmix])
@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"alpha": 0}, ValueError, "alpha: must be positive, it is 0"),
        ({"alpha": float("nan")}, ValueError, "alpha: must be positive"),
        ({"num_classes": None}, ValueError, "num_classes: how many"),
        ({"num_classes": 3}, ValueError, "between 0 and 2, they go from 0 to 3"),
        ({"targets": tt.tensor([0, 1, 2, -1])}, ValueError, "they go from -1 to 2"),
        ({"targets": tt.tensor([0, 1, 2])}, tt.ShapeError, r"\(4, 3, 10, 10\) inputs need"),
        ({"targets": tt.tensor(0)}, tt.ShapeError, r"the shape is \(\)"),
        ({"targets": tt.zeros(4)}, tt.DTypeError, r"these are tt.float32 of shape \(4,\)"),
        ({"targets": CLASSES[:, None]}, tt.DTypeError, r"tt.int64 of shape \(4, 1\)"),
    ],
)
def test_what_cannot_be_mixed(mix, changes, error, words):
    arguments = {"inputs": constant(), "targets": CLASSES, "num_classes": 4, **changes}
    with pytest.raises(error, match=words):
        mix(**arguments)


def test_each_wants_its_kind_of_inputs():
    with pytest.raises(tt.DTypeError, match=r"floating point, they are tt.uint8; .*ToTensor\(\)"):
        mixup(constant(dtype=np.uint8), CLASSES, 4)
    with pytest.raises(tt.ShapeError, match=r"\(N, C, H, W\), their shape is \(4, 3\)"):
        cutmix(tt.zeros(4, 3), CLASSES, 4)


def test_in_a_loader_the_seed_determines_the_mixture():
    data = TensorDataset(constant(), CLASSES)
    loader = DataLoader(data, 4, batch_transform=partial(mixup, num_classes=4, alpha=1.0))
    tt.manual_seed(0)
    first = [t.tolist() for _, t in loader for _ in range(2)]
    tt.manual_seed(0)
    assert [t.tolist() for _, t in loader for _ in range(2)] == first


def test_the_loss_takes_the_targets():
    nn = pytest.importorskip("tt_nn")
    _, chances = mixup(constant(), CLASSES, 4)
    logits = tt.tensor(np.random.default_rng(0).random((4, 4)).astype(np.float32))
    loss = nn.CrossEntropyLoss()(logits, chances)
    log_softmax = logits.numpy() - np.log(np.exp(logits.numpy()).sum(axis=1, keepdims=True))
    assert loss.item() == pytest.approx(
        -(chances.numpy() * log_softmax).sum(axis=1).mean(), rel=1e-5
    )


# ---- cutout


@pytest.mark.parametrize("length", [1, 4, 5, 30])
def test_a_square_is_covered_in_each_picture(length):
    tt.manual_seed(0)
    x = tt.ones(2000, 3, 9, 12)
    result = cutout(x, length, fill=-1).numpy()
    covered = result[:, 0] == -1
    assert np.array_equal(result, np.where(covered[:, None], -1, 1).repeat(3, axis=1))
    middles = set()
    for square in covered:
        rows, columns = np.flatnonzero(square.any(axis=1)), np.flatnonzero(square.any(axis=0))
        assert square.sum() == len(rows) * len(columns) > 0
        assert len(rows) <= length >= len(columns)
        middles.add((rows[0], columns[0]))
    if length == 1:
        assert len(middles) == 9 * 12  # every place comes
    if length == 4:
        assert (covered.sum(axis=(1, 2)) == 16).any()
        # the middle is drawn from all pixels: at the edges less is covered
        assert covered.sum(axis=(1, 2)).min() <= 6
    assert np.array_equal(x.numpy(), np.ones((2000, 3, 9, 12)))


def test_a_square_without_a_length_is_refused():
    for length in (0, -1, 1.5):
        with pytest.raises(ValueError, match="length: a positive whole number"):
            Cutout(length)
