"""The zoo: sizes, names, and PyTorch's numbers for the same architecture written there."""

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_autograd import no_grad
from tt_nn.models import VGG, LeNet5, ResNet, resnet20, resnet32, resnet44, resnet56


def size(net):
    return sum(p.numel() for p in net.parameters())


@pytest.mark.parametrize(
    ("make", "parameters"),
    [
        (LeNet5, 61_706),
        (lambda: LeNet5(original=True), 61_706),
        (VGG, 307_946),
        (resnet20, 269_722),
        (resnet32, 464_154),
        (resnet44, 658_586),
        (resnet56, 853_018),
        (lambda: resnet20(option="B"), 272_474),
        (lambda: resnet32(option="B"), 466_906),
        (lambda: resnet44(option="B"), 661_338),
        (lambda: resnet56(option="B"), 855_770),
        (lambda: resnet20(num_classes=100), 269_722 + 90 * 65),
        # the network of 11 layers as it is cut down to CIFAR
        (lambda: VGG(((64,), (128,), (256, 256), (512, 512), (512, 512)), bias=True), 9_231_114),
    ],
)
def test_numbers_of_parameters(make, parameters):
    assert size(make()) == parameters


def test_layers_are_as_deep_as_the_name_says():
    for depth, make in ((20, resnet20), (32, resnet32), (44, resnet44), (56, resnet56)):
        layers = [m for m in make().modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
        assert len(layers) == depth


def test_names_are_those_of_published_weights():
    names = list(resnet20(option="B").state_dict())
    norm = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    assert names[:6] == ["conv1.weight", *(f"bn1.{part}" for part in norm)]
    block = [name for name in names if name.startswith("layer2.0.")]
    assert [name.removeprefix("layer2.0.") for name in block] == [
        "conv1.weight",
        *(f"bn1.{part}" for part in norm),
        "conv2.weight",
        *(f"bn2.{part}" for part in norm),
        "shortcut.0.weight",
        *(f"shortcut.1.{part}" for part in norm),
    ]
    assert names[-2:] == ["linear.weight", "linear.bias"]
    assert not [name for name in resnet20().state_dict() if "shortcut" in name]
    assert {name.split(".")[0] for name in VGG().state_dict()} == {"features", "classifier"}
    lenet = [
        f"{layer}.{part}" for layer in ["conv1", "conv2", "fc1", "fc2", "fc3"] for part in norm[:2]
    ]
    assert list(LeNet5().state_dict()) == lenet


def test_pictures_of_other_sizes():
    net = VGG(widths=[[4], [8]], num_classes=3, in_channels=1, image_size=12)
    assert net(tt.zeros(2, 1, 12, 12)).shape == (2, 3)
    assert ResNet(8)(tt.zeros(2, 3, 14, 17)).shape == (2, 10)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: ResNet(21), "depth must be 6n [+] 2, such as 20, 32, 44 or 56, not 21"),
        (lambda: ResNet(2), "not 2"),
        (lambda: resnet20(option="C"), "option must be 'A' or 'B', not 'C'"),
        (lambda: LeNet5(0), "out_features must be at least 1, not 0"),
        (lambda: VGG(()), "widths must have stages"),
        (lambda: VGG(((8,), ())), "widths must have stages"),
        (lambda: VGG(image_size=30), "image_size must be a multiple of 8, as 3 stages halve it"),
        (lambda: VGG(image_size=0), "image_size must be a multiple of 8"),
    ],
)
def test_networks_that_cannot_be(make, match):
    with pytest.raises(ValueError, match=match):
        make()


def test_a_padded_shortcut_takes_every_second_pixel_and_adds_zeros_on_both_sides():
    x = tt.arange(32.0).reshape(1, 2, 4, 4) + 1
    with no_grad():
        out = ResNet(8).layer2[0].shortcut(tt.ones(1, 16, 4, 4))
        assert out.sum((0, 2, 3)).tolist() == [0.0] * 8 + [4.0] * 16 + [0.0] * 8
        from tt_nn.models.resnet import PaddedShortcut

        out = PaddedShortcut(3)(x)
    assert out.shape == (1, 5, 2, 2)
    assert out[0, 1].tolist() == [[1, 3], [9, 11]]
    assert out[0, 2].tolist() == [[17, 19], [25, 27]]
    assert out[0, [0, 3, 4]].abs().sum().item() == 0


def test_the_two_spellings_of_lenet_differ():
    x = tt.rand(2, 1, 28, 28)
    modern, original = LeNet5(), LeNet5(original=True)
    original.load_state_dict(modern.state_dict())
    assert not tt.allclose(modern(x), original(x))


def test_convolutions_of_a_resnet_keep_the_size_of_what_they_get():
    """He's initial values: the variance is 2 / fan_in, six times that of PyTorch's layers."""
    tt.manual_seed(0)
    for module in resnet20().modules():
        if isinstance(module, nn.Conv2d):
            expected = np.sqrt(2 / (9 * module.in_channels))
            assert module.weight.detach().numpy().std() == pytest.approx(expected, rel=0.15)


# --- the same in PyTorch ------------------------------------------------------------------------


def torch_lenet(original):
    """LeNet-5 as a torch.nn.Sequential, and our names for its layers."""
    from torch import nn as t

    squash, pool = (t.Tanh, t.AvgPool2d) if original else (t.ReLU, t.MaxPool2d)
    net = t.Sequential()
    for name, layer in (
        ("conv1", t.Conv2d(1, 6, 5, padding=2)), ("a1", squash()), ("p1", pool(2)),
        ("conv2", t.Conv2d(6, 16, 5)), ("a2", squash()), ("p2", pool(2)), ("flat", t.Flatten()),
        ("fc1", t.Linear(400, 120)), ("a3", squash()),
        ("fc2", t.Linear(120, 84)), ("a4", squash()), ("fc3", t.Linear(84, 10)),
    ):  # fmt: skip
        net.add_module(name, layer)
    return net


def torch_vgg(widths, bias):
    """The stages and the classifier."""
    from torch import nn as t

    layers, before = [], 3
    for stage in widths:
        for width in stage:
            layers += [
                t.Conv2d(before, width, 3, padding=1, bias=bias),
                t.BatchNorm2d(width),
                t.ReLU(),
            ]
            before = width
        layers.append(t.MaxPool2d(2))
    net = t.Sequential()
    net.add_module("features", t.Sequential(*layers))
    net.add_module("flat", t.Flatten())
    side = 32 // 2 ** len(widths)
    net.add_module("classifier", t.Linear(before * side * side, 10))
    return net


def torch_resnet(blocks, option):
    """A residual network with the names of its layers that are usual for CIFAR."""
    import torch
    from torch import nn as t

    class Block(t.Module):
        def __init__(self, cin, cout, stride):
            super().__init__()
            self.conv1 = t.Conv2d(cin, cout, 3, stride, 1, bias=False)
            self.bn1 = t.BatchNorm2d(cout)
            self.conv2 = t.Conv2d(cout, cout, 3, 1, 1, bias=False)
            self.bn2 = t.BatchNorm2d(cout)
            self.stride, self.extra = stride, (cout - cin) // 2
            if stride == 2 and option == "B":
                self.shortcut = t.Sequential(
                    t.Conv2d(cin, cout, 1, 2, bias=False), t.BatchNorm2d(cout)
                )

        def around(self, x):
            if hasattr(self, "shortcut"):
                return self.shortcut(x)
            zeros = (0, 0, 0, 0, self.extra, self.extra)
            return torch.nn.functional.pad(x[:, :, :: self.stride, :: self.stride], zeros)

        def forward(self, x):
            y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
            return (y + self.around(x)).relu()

    class Net(t.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = t.Conv2d(3, 16, 3, 1, 1, bias=False)
            self.bn1 = t.BatchNorm2d(16)
            before = 16
            for stage, width in enumerate((16, 32, 64), 1):
                rows = [Block(before, width, 1 if stage == 1 else 2)]
                rows += [Block(width, width, 1) for _ in range(blocks - 1)]
                setattr(self, f"layer{stage}", t.Sequential(*rows))
                before = width
            self.linear = t.Linear(64, 10)

        def forward(self, x):
            x = self.bn1(self.conv1(x)).relu()
            x = self.layer3(self.layer2(self.layer1(x)))
            return self.linear(x.mean((2, 3)))

    return Net()


SMALL = ((8, 8), (16,), (16,))
PAIRS = {
    "lenet": (LeNet5, lambda: torch_lenet(False), (1, 28)),
    "lenet of 1998": (lambda: LeNet5(original=True), lambda: torch_lenet(True), (1, 28)),
    "vgg": (lambda: VGG(SMALL), lambda: torch_vgg(SMALL, False), (3, 32)),
    "vgg with biases": (lambda: VGG(SMALL, bias=True), lambda: torch_vgg(SMALL, True), (3, 32)),
    "resnet A": (resnet20, lambda: torch_resnet(3, "A"), (3, 32)),
    "resnet B": (lambda: resnet20(option="B"), lambda: torch_resnet(3, "B"), (3, 32)),
}


@pytest.fixture(params=PAIRS)
def pair(request, tmp_path):
    """Our network with the weights of PyTorch's, which went through a file; that; and pictures."""
    torch = pytest.importorskip("torch")
    make, make_theirs, (channels, side) = PAIRS[request.param]
    torch.manual_seed(0)
    theirs = make_theirs()
    for module in theirs.modules():  # statistics that are not those of the beginning
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    path = tmp_path / "model.th"
    saved = {"state_dict": torch.nn.DataParallel(theirs).state_dict(), "best_prec1": 91.7}
    torch.save(saved, path, _use_new_zipfile_serialization=request.param.startswith("vgg"))
    ours = make()
    ours.load_state_dict(nn.extract_state_dict(nn.load_pytorch(path), strip_prefix="module."))
    rng = np.random.default_rng(0)
    x = rng.standard_normal((16, channels, side, side)).astype("f")
    return ours, theirs, x, rng.integers(0, 10, 16)


def test_scores_are_pytorchs(pair):
    import torch

    ours, theirs, x, _ = pair
    ours.eval()
    theirs.eval()
    with no_grad(), torch.no_grad():
        scores, expected = ours(tt.tensor(x)).numpy(), theirs(torch.tensor(x)).numpy()
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-4)
    assert np.ptp(expected) > 0.1


def test_five_steps_of_training_are_pytorchs(pair):
    """In double precision: in single, a deep network makes visible differences of the last bits."""
    import torch

    ours, theirs, x, y = pair
    ours.double()
    theirs.double()
    losses = []
    for net, library, tensor in ((ours, nn, tt.tensor), (theirs, torch.nn, torch.tensor)):
        inputs, targets, criterion = tensor(x).double(), tensor(y), library.CrossEntropyLoss()
        curve = []
        for _ in range(5):
            loss = criterion(net(inputs), targets)
            loss.backward()
            curve.append(loss.item())
            for p in net.parameters():
                p.data -= 0.05 * p.grad
                p.grad = None
        losses.append(curve)
    np.testing.assert_allclose(losses[0], losses[1], rtol=0, atol=1e-8)
    assert losses[0][-1] < losses[0][0] - 0.01
    for (name, mine), right in zip(
        ours.state_dict().items(), theirs.state_dict().values(), strict=True
    ):
        np.testing.assert_allclose(mine.numpy(), right.numpy(), rtol=1e-6, atol=1e-8, err_msg=name)
