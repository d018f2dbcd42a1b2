"""Datasets, samplers, loaders and real data: ``import tt_data``."""

from typing import TYPE_CHECKING

from tt_tensor.lazy import names_on_demand

from .collate import default_collate
from .dataloader import DataLoader
from .dataset import (
    ConcatDataset,
    Dataset,
    IterableDataset,
    Subset,
    TensorDataset,
    random_split,
)
from .errors import DownloadError, WorkerError
from .home import data_home
from .sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

if TYPE_CHECKING:
    from . import transforms
    from .datasets import (
        CIFAR10,
        CIFAR100,
        MNIST,
        Digits,
        FashionMNIST,
        ImageFolder,
        read_image,
        shakespeare_excerpt,
        tiny_shakespeare,
    )
    from .download import Resource, fetch
    from .mixing import cutmix, cutout, mixup

__getattr__, __dir__ = names_on_demand(
    __name__,
    {
        "download": ["Resource", "fetch"],
        "datasets": [
            "CIFAR10",
            "CIFAR100",
            "MNIST",
            "Digits",
            "FashionMNIST",
            "ImageFolder",
            "read_image",
            "shakespeare_excerpt",
            "tiny_shakespeare",
        ],
        "mixing": ["cutmix", "cutout", "mixup"],
        "transforms": [],
    },
)

__all__ = [
    "CIFAR10",
    "CIFAR100",
    "MNIST",
    "BatchSampler",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "Digits",
    "DownloadError",
    "FashionMNIST",
    "ImageFolder",
    "IterableDataset",
    "RandomSampler",
    "Resource",
    "Sampler",
    "SequentialSampler",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "WorkerError",
    "cutmix",
    "cutout",
    "data_home",
    "default_collate",
    "fetch",
    "mixup",
    "random_split",
    "read_image",
    "shakespeare_excerpt",
    "tiny_shakespeare",
    "transforms",
]
