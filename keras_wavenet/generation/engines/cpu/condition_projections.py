"""Projections of the conditions of a chunk of samples, for all blocks at once.

Axes: N samples, F frames, B streams, W channels of all blocks.
"""

import numpy as np
from keras import ops

from keras_wavenet.generation.engines.cpu.conditions import (
    Condition,
    of_frames,
    of_samples,
)
from keras_wavenet.generation.engines.cpu.projections import (
    pack,
    padded_width,
    project_rows,
)
from keras_wavenet.utils.tensor import Tensor

_TOGETHER = 4  # rows that `project` computes in the same order, whatever their place


class ConditionProjections:
    """The projections of a network's conditions, as `Conditioning.project` has them.

    Rows are projected by the same code as in the step: BLAS rounds a row by its place
    among the others, and would let the size of a chunk change the audio.

    Args:
        kernels: By name of the condition, float32 `(channels, W)`.
    """

    def __init__(self, kernels: dict[str, np.ndarray]) -> None:
        self._width = {name: kernel.shape[1] for name, kernel in kernels.items()}
        self._packed = {name: pack(kernel[None]) for name, kernel in kernels.items()}

    def __call__(self, rows: dict[str, Tensor | tuple[Tensor, Tensor]]) -> Condition:
        """The sum of the projections of all conditions.

        Args:
            rows: By name, `(B, N or 1, channels)`; or those of frames, `(B, F,
                channels)`, and the weights `(N, F)` that interpolate them.

        Returns:
            A `Condition` of W channels. Frames are not interpolated here.
        """
        weights, total = None, None
        for name, condition in rows.items():
            if isinstance(condition, tuple | list):
                condition, weights = condition
            projection = self._project(name, condition)
            total = projection if total is None else total + projection  # broadcast
        total = np.ascontiguousarray(total)
        if weights is None:
            return of_samples(total)
        return of_frames(total, ops.convert_to_numpy(weights))

    def _project(self, name, condition):
        """Rows `(B, N, channels)` to `(N, B, W)`."""
        rows, width = ops.convert_to_numpy(condition).swapaxes(0, 1), self._width[name]
        count = rows.shape[0] * rows.shape[1]
        together = -(-count // _TOGETHER) * _TOGETHER
        padded = np.zeros((together, rows.shape[2]), "float32")
        padded[:count] = rows.reshape(count, -1)
        outputs = np.empty((together, padded_width(width)), "float32")
        project_rows(padded, self._packed[name], 0, outputs)
        return outputs[:count, :width].reshape(*rows.shape[:2], width)
