"""Pictures of a training: curves, confusion matrix, mistakes, learning-rate finder.

They need the library matplotlib (``pip install 'tt-optim[plot]'``), draw without a screen and leave
matplotlib's own state (pyplot, backend, settings) alone.
"""

from .confusion import plot_confusion_matrix
from .curves import plot_training_curves
from .figure import save_figure
from .lr_finder import plot_lr_finder
from .mistakes import plot_mistakes

__all__ = [
    "plot_confusion_matrix",
    "plot_lr_finder",
    "plot_mistakes",
    "plot_training_curves",
    "save_figure",
]
