"""Datasets, samplers, loaders and real data: ``import tt_data``."""

from . import transforms
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
from .errors import DownloadError, WorkerError
from .home import data_home
from .mixing import cutmix, cutout, mixup
from .sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
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
