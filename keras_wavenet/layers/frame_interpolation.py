"""Conditioning frames of which samples take a linear mix: products at frame rate.

Axes: B batch, F frames, N samples.
"""

import keras
from keras import ops

from keras_wavenet.utils import checks


@keras.saving.register_keras_serializable(package="keras_wavenet")
class FrameInterpolation(keras.layers.Layer):
    """Linear interpolation between the middles of frames, as a matrix.

    A row of samples is `weights @ frames`, and so is what a projection V makes of it:
    `(weights @ frames) V = weights @ (frames V)`. Hence frames are projected as they
    are, at a `hop`-th of the cost, and the matrix is applied to the result; see
    `ConditionProducts`.

    Frame f covers samples `f * hop` to `(f + 1) * hop - 1`; its middle is at
    `f * hop + hop // 2`. The frames have `margin` = 1 frame more at both ends than the
    samples need.

    Args:
        hop: Samples of a frame.
        early_positions: Samples before the first one of a window for which rows are
            needed, too; the frames begin with whole frames for them.

    Call arguments:
        frames: Float tensor, `(B, F, channels)`.
        positions: Tensor `(B, N, ...)` whose first position is `early_positions` before
            the window.

    Returns:
        float32 tensor, `(N, F)`, each row summing to one.
    """

    margin = 1
    scales = ()

    def __init__(self, hop, early_positions=0, **kwargs):
        super().__init__(**kwargs)
        checks.positive(hop=hop)
        checks.at_least(0, early_positions=early_positions)
        self.hop = hop
        self.early_positions = early_positions

    def call(self, frames, positions):
        first = -self.early_positions % self.hop
        return self.weights_of(ops.shape(frames)[1], first, ops.shape(positions)[1])

    def weights_of(self, frames, first, count):
        """The matrix for `count` samples, `first` samples after the margin frame.

        Args:
            frames: Number of frames, margins included.
            first: Integer or integer tensor.
            count: Number of samples.

        Returns:
            float32 tensor, `(count, frames)`.
        """
        sample = ops.cast(ops.arange(count, dtype="int32") + first, "float32")
        middle = self.margin + (sample - self.hop // 2) / self.hop  # in frames
        number = ops.cast(ops.arange(frames, dtype="int32"), "float32")
        away = ops.abs(ops.expand_dims(middle, 1) - number)
        return ops.maximum(1 - away, 0.0)

    def compute_output_spec(self, frames, positions):
        shape = (positions.shape[1], frames.shape[1])
        return keras.KerasTensor(shape, dtype="float32")

    def get_config(self):
        return {
            **super().get_config(),
            "hop": self.hop,
            "early_positions": self.early_positions,
        }
