"""Where the numbers of a training are written to: callbacks for a console, files and TensorBoard."""

from .base import Logger
from .console import ConsoleLogger
from .csv_file import CSVLogger
from .jsonl_file import JSONLinesLogger
from .tensorboard import TensorBoardLogger

__all__ = ["CSVLogger", "ConsoleLogger", "JSONLinesLogger", "Logger", "TensorBoardLogger"]
