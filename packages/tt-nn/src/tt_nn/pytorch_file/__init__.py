"""Reading the files that ``torch.save`` writes, without PyTorch and without running what is in them.

Such a file is a *pickle*, a small program for a stack machine, with the numbers beside it.
Ordinary unpickling runs whatever the program asks for, so a file of weights from a stranger can
delete a disk.  Here the machine is our own (``machine.py``) and knows no instruction that calls
anything but the builders of a short list (``builders.py``), which make tensors and containers.

* ``layouts.py``: where the program and the numbers are, in the two layouts that exist.
* ``machine.py``: the stack machine.
* ``builders.py``: the names that a program may use, and what they build.
* ``storage.py``: numbers in memory, and tensors that look into them.
* ``state_dict.py``: the weights among what else a training program saved.
"""

from .errors import BadFileError, UnsafeFileError
from .load import load_pytorch
from .state_dict import extract_state_dict

__all__ = ["BadFileError", "UnsafeFileError", "extract_state_dict", "load_pytorch"]
