"""Linear interpolation of conditioning frames, which are projected at frame rate.

Axes: B batch, F frames, N samples.
"""

import typing

import keras
from keras import ops

from keras_wavenet.utils import checks
from keras_wavenet.utils.tensor import Tensor


@keras.saving.register_keras_serializable(package="keras_wavenet")
class FrameInterpolation(keras.layers.Layer):
    """Linear interpolation between the middles of frames, as a matrix.

    The rows of the samples are `weights @ frames`, and their projection by V is
    `(weights @ frames) V = weights @ (frames V)`. Hence frames are projected, at a
    `hop`-th of the cost, and the matrix is applied to the result; see
    `ConditionProducts`.

    Frame f covers samples `f * hop` to `(f + 1) * hop - 1`; its middle is at
    `f * hop + hop // 2`. The input has `margin` = 1 frame more at both ends than the
    samples cover.

    Args:
        hop: Samples of a frame.
        early_positions: Samples to the left of a window that need rows, too; the
            input begins with whole frames for them.

    Call arguments:
        frames: Float tensor, `(B, F, channels)`.
        positions: Tensor `(B, N, ...)` whose first position is `early_positions` left
            of the window.

    Returns:
        float32 tensor, `(N, F)`, each row summing to one.
    """

    margin = 1
    scales = ()

    def __init__(
        self, hop: int, early_positions: int = 0, **kwargs: typing.Any
    ) -> None:
        super().__init__(**kwargs)
        checks.positive(hop=hop)
        checks.at_least(0, early_positions=early_positions)
        self.hop = hop
        self.early_positions = early_positions

    def call(self, frames, positions):
        first = -self.early_positions % self.hop
        return self.weights_of(ops.shape(frames)[1], first, ops.shape(positions)[1])

    def weights_of(self, frames: int, first: int | Tensor, count: int) -> Tensor:
        """The matrix for `count` samples, the first `first` samples after the margin.

        Args:
            frames: Number of frames, margins included.
            first: Samples between the margin frame and the first sample.
            count: Number of samples.

        Returns:
            float32 tensor, `(count, frames)`.
        """
        sample = ops.cast(ops.arange(count, dtype="int32") + first, "float32")
        middle = self.margin + (sample - self.hop // 2) / self.hop  # in frames
        number = ops.cast(ops.arange(frames, dtype="int32"), "float32")
        away = ops.abs(ops.expand_dims(middle, 1) - number)
        return ops.maximum(1 - away, 0.0)

    def compute_output_spec(
        self, frames: keras.KerasTensor, positions: keras.KerasTensor
    ) -> keras.KerasTensor:
        shape = (positions.shape[1], frames.shape[1])
        return keras.KerasTensor(shape, dtype="float32")

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "hop": self.hop,
            "early_positions": self.early_positions,
        }
