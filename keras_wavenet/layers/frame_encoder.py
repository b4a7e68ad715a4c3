"""Convolutions over conditioning frames, at the rate of frames."""

import typing

import keras
from keras import ops

from keras_wavenet.layers import queue
from keras_wavenet.layers.initializers import (
    Constraint,
    Initializer,
    Regularizer,
    one_of_several,
)
from keras_wavenet.utils import checks


@keras.saving.register_keras_serializable(package="keras_wavenet")
class FrameEncoder(keras.layers.Layer):
    """Encode frames by convolutions over their neighbors.

    The first layer is `relu(conv(frames))`, each further one `relu(h + conv(h))`. A
    vector that holds for all frames, such as the speaker, is a further input of the
    first layer. No convolution is padded: the input has `margin` more frames at both
    ends, so that the frames of a window are encoded as those of the whole clip.

    Args:
        channels: Channels of the output.
        layers: Number of convolutions, at least 1.
        kernel_size: Frames that each kernel spans, an odd number.
        kernel_initializer, bias_initializer: As in `keras.layers.Conv1D`.
        kernel_regularizer, bias_regularizer: As in `keras.layers.Conv1D`.
        kernel_constraint, bias_constraint: As in `keras.layers.Conv1D`.

    Call arguments:
        frames: Float tensor, `(batch, frames + 2 * margin, channels)`.
        vector: `None`, or a float tensor, `(batch, 1, channels)`.

    Returns:
        Float tensor, `(batch, frames, channels)`.

    Raises:
        ValueError: If an argument is out of range.
    """

    def __init__(
        self,
        channels: int,
        layers: int = 2,
        kernel_size: int = 3,
        kernel_initializer: Initializer = "glorot_uniform",
        bias_initializer: Initializer = "zeros",
        kernel_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        kernel_constraint: Constraint = None,
        bias_constraint: Constraint = None,
        **kwargs: typing.Any,
    ) -> None:
        super().__init__(**kwargs)
        checks.positive(channels=channels, layers=layers)
        checks.odd(kernel_size=kernel_size)
        self.channels = channels
        self.layers = layers
        self.kernel_size = kernel_size
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.bias_constraint = keras.constraints.get(bias_constraint)

    @property
    def margin(self) -> int:
        """Frames by which the input is longer than the output, at each end."""
        return self.layers * (self.kernel_size // 2)

    def build(self, frames_shape: tuple, vector_shape: tuple | None = None) -> None:
        inputs = frames_shape[-1] + (0 if vector_shape is None else vector_shape[-1])
        self.kernels, self.biases = [], []
        for number in range(self.layers):
            self.kernels.append(
                self.add_weight(
                    name=f"kernel_{number}",
                    shape=(self.kernel_size, inputs, self.channels),
                    initializer=one_of_several(self.kernel_initializer, number),
                    regularizer=self.kernel_regularizer,
                    constraint=self.kernel_constraint,
                )
            )
            self.biases.append(
                self.add_weight(
                    name=f"bias_{number}",
                    shape=(self.channels,),
                    initializer=self.bias_initializer,
                    regularizer=self.bias_regularizer,
                    constraint=self.bias_constraint,
                )
            )
            inputs = self.channels

    def call(self, frames, vector=None):
        x = ops.cast(frames, self.compute_dtype)
        if vector is not None:
            row = ops.cast(vector, self.compute_dtype)
            rows = ops.repeat(row, ops.shape(x)[1], axis=1)
            x = ops.concatenate([x, rows], axis=-1)
        half = self.kernel_size // 2
        for number, (kernel, bias) in enumerate(
            zip(self.kernels, self.biases, strict=True)
        ):
            taps = ops.concatenate(queue.taps(x, self.kernel_size, 1), axis=-1)
            kernel = ops.reshape(kernel, (-1, self.channels))
            y = ops.matmul(taps, ops.cast(kernel, self.compute_dtype))
            y = y + ops.cast(bias, self.compute_dtype)
            x = ops.relu(x[:, half : -half or None] + y if number else y)
        return x

    def compute_output_shape(
        self, frames_shape: tuple, vector_shape: tuple | None = None
    ) -> tuple:
        batch, frames, _ = frames_shape
        frames = None if frames is None else frames - 2 * self.margin
        return (batch, frames, self.channels)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "channels": self.channels,
            "layers": self.layers,
            "kernel_size": self.kernel_size,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": keras.regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": keras.constraints.serialize(self.kernel_constraint),
            "bias_constraint": keras.constraints.serialize(self.bias_constraint),
        }
