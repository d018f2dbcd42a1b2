"""ToTensor: from pixels as they are stored to numbers to compute with."""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_tensor import ShapeError, Tensor, from_numpy

__all__ = ["ToTensor"]


class ToTensor:
    """Pictures as tensors with the channels first; bytes 0 to 255 become float32 in [0, 1].

    * An **array** or a picture of Pillow's is taken as image libraries have it, channels last:
      (H, W, C), or (H, W) if it is grey, becomes (C, H, W), and a batch (N, H, W, C) becomes
      (N, C, H, W).
    * A **tensor** is taken as this framework has it, channels first: only its values change.

    Other dtypes than uint8 keep their values.

    Raises:
        ShapeError: an array of other than two to four dimensions.

    Example:
        >>> import numpy as np
        >>> from tt_data.transforms import ToTensor
        >>> ToTensor()(np.full((4, 5, 3), 51, np.uint8)).shape
        (3, 4, 5)
        >>> ToTensor()(np.full((1, 2), 51, np.uint8))
        tensor([[[0.2000, 0.2000]]])
    """

    batched = True

    def __call__(self, pictures: Any) -> Tensor:
        if isinstance(pictures, Tensor):
            array = pictures.array
        else:
            array = np.asarray(pictures)
            if not 2 <= array.ndim <= 4:
                raise ShapeError(
                    "pictures: their shape must be (height, width), (height, width, channels) or "
                    f"(pictures, height, width, channels), it is {array.shape}"
                )
            if array.ndim == 2:
                array = array[..., None]  # (H, W) -> (H, W, 1)
            array = np.ascontiguousarray(np.moveaxis(array, -1, -3))  # (.., C, H, W)
        if array.dtype == np.uint8:
            return from_numpy(np.divide(array, np.float32(255), dtype=np.float32))
        return from_numpy(array.copy())

    def __repr__(self) -> str:
        return "ToTensor()"
