"""The terms that conditions add inside a gate (paper, section 2.5)."""

import typing

import keras
from keras import ops

from keras_wavenet.layers.initializers import (
    Constraint,
    Initializer,
    Regularizer,
    SideBySide,
    one_of_several,
)
from keras_wavenet.layers.span import newest
from keras_wavenet.utils import checks


@keras.saving.register_keras_serializable(package="keras_wavenet")
class ConditionProducts(keras.layers.Layer):
    """The sum of the projections of all conditions, `sum_i V_i h_i`, without biases.

    A condition that is the same for all samples, the paper's global one, has a time
    axis of length 1, over which the sum is broadcast. The name of the class is a path
    in weight files.

    Args:
        units: Channels of the sum.
        channels: Dict from the name of each condition to its channels.
        parts: Number of kernels side by side in each: 2 for filter and gate.
        kernel_initializer, kernel_regularizer, kernel_constraint: As in
            `keras.layers.Dense`.

    Call arguments:
        conditions: Dict by name of some or all of the conditions: float tensors,
            `(batch, time or 1, channels)`; or a pair of frames, `(batch, frames,
            channels)`, and weights, `(time, frames)`, for the rows `weights @ frames`:
            the frames are projected first, then interpolated.
        positions: `None`, or a tensor `(batch, time, ...)`: only so many of the newest
            rows are projected.

    Returns:
        Float tensor, `(batch, time, units)`; time is 1 if it is 1 in all conditions.

    Raises:
        ValueError: If an argument is out of range.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), section 2.5.
    """

    def __init__(
        self,
        units: int,
        channels: dict[str, int],
        parts: int = 1,
        kernel_initializer: Initializer = "glorot_uniform",
        kernel_regularizer: Regularizer = None,
        kernel_constraint: Constraint = None,
        **kwargs: typing.Any,
    ) -> None:
        super().__init__(**kwargs)
        checks.positive(units=units, parts=parts, **channels)
        self.units = units
        self.channels = dict(channels)
        self.parts = parts
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)

    def build(
        self,
        conditions_shape: dict[str, tuple] | None = None,
        positions_shape: tuple | None = None,
    ) -> None:
        self.kernels = {
            name: self.add_weight(
                name=f"{name}_kernel",
                shape=(self.channels[name], self.units),
                initializer=SideBySide(
                    one_of_several(self.kernel_initializer, number), self.parts
                ),
                regularizer=self.kernel_regularizer,
                constraint=self.kernel_constraint,
            )
            for number, name in enumerate(sorted(self.channels))
        }

    def call(self, conditions, positions=None):
        projections = [
            self._project(conditions[name], positions, self.kernels[name])
            for name in sorted(conditions)
        ]
        return sum(projections[1:], projections[0])

    def _project(self, condition, positions, kernel):
        kernel = ops.cast(kernel, self.compute_dtype)
        if isinstance(condition, tuple | list):
            frames, weights = (ops.cast(x, self.compute_dtype) for x in condition)
            if positions is not None:
                start = ops.shape(weights)[0] - ops.shape(positions)[1]
                weights = weights[start:]
            return ops.matmul(ops.expand_dims(weights, 0), ops.matmul(frames, kernel))
        # In `step`, Keras casts neither inputs nor weights.
        rows = ops.cast(_newest(condition, positions), self.compute_dtype)
        return ops.matmul(rows, kernel)

    def compute_output_shape(
        self,
        conditions_shape: dict[str, tuple],
        positions_shape: tuple | None = None,
    ) -> tuple:
        shapes = [_rows_shape(shape) for shape in conditions_shape.values()]
        time = next((shape[1] for shape in shapes if shape[1] != 1), 1)
        if time != 1 and positions_shape is not None:
            time = positions_shape[1]
        return (shapes[0][0], time, self.units)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "units": self.units,
            "channels": self.channels,
            "parts": self.parts,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
            "kernel_constraint": keras.constraints.serialize(self.kernel_constraint),
        }


def _rows_shape(shape):
    """The shape of rows, given as they are or as a pair of frames and weights."""
    if isinstance(shape[0], tuple | list):
        (batch, _, channels), (time, _) = shape
        return (batch, time, channels)
    return shape


def _newest(rows, positions):
    """As many of the last rows as there are positions, or the one row for all."""
    if positions is None or rows.shape[1] == 1:
        return rows
    return newest(rows, positions)


@keras.saving.register_keras_serializable(package="keras_wavenet")
class GlobalCondition(keras.layers.Layer):
    """One vector for all samples of a stream: the speaker, tags and any vector.

    Args:
        speakers: Number of speakers, 0 without any.
        speaker_channels: Channels of a learned embedding of the speaker; `None` for a
            one-hot vector, as in the paper.
        embeddings_initializer, embeddings_regularizer, embeddings_constraint: As in
            `keras.layers.Embedding`; the initializer `None` is normal, with a standard
            deviation of 0.1.

    Call arguments:
        conditions: Dict of `"speaker"`, int `(batch,)`, indices in [0, speakers - 1];
            `"tags"`, float `(batch, tags)` of 0 and 1; `"global"`, float
            `(batch, channels)`. Any of them may be absent.

    Returns:
        Float tensor, `(batch, 1, channels of all)`.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), sections 2.5, 3.1 and 3.3.
    """

    def __init__(
        self,
        speakers: int = 0,
        speaker_channels: int | None = None,
        embeddings_initializer: Initializer | None = None,
        embeddings_regularizer: Regularizer = None,
        embeddings_constraint: Constraint = None,
        **kwargs: typing.Any,
    ) -> None:
        super().__init__(**kwargs)
        checks.at_least(0, speakers=speakers)
        if speaker_channels is not None:
            checks.positive(speaker_channels=speaker_channels)
        self.speakers = speakers
        self.speaker_channels = speaker_channels
        self.embeddings_initializer = keras.initializers.get(
            embeddings_initializer or keras.initializers.RandomNormal(stddev=0.1)
        )
        self.embeddings_regularizer = keras.regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = keras.constraints.get(embeddings_constraint)

    def build(self, conditions_shape: dict[str, tuple] | None = None) -> None:
        self.embedding = None
        if self.speakers and self.speaker_channels:
            self.embedding = self.add_weight(
                name="embedding",
                shape=(self.speakers, self.speaker_channels),
                initializer=self.embeddings_initializer,
                regularizer=self.embeddings_regularizer,
                constraint=self.embeddings_constraint,
            )

    def call(self, conditions):
        vectors = []
        if "speaker" in conditions:
            vectors.append(self._speaker(ops.cast(conditions["speaker"], "int32")))
        for name in ("tags", "global"):
            if name in conditions:
                vectors.append(ops.cast(conditions[name], self.compute_dtype))
        return ops.expand_dims(ops.concatenate(vectors, axis=-1), 1)

    def _speaker(self, index):
        if self.embedding is None:
            # Not `ops.one_hot`, which cannot be traced on PyTorch.
            numbers = ops.arange(self.speakers, dtype="int32")
            return ops.cast(ops.expand_dims(index, -1) == numbers, self.compute_dtype)
        return ops.cast(ops.take(self.embedding, index, axis=0), self.compute_dtype)

    def compute_output_shape(self, conditions_shape: dict[str, tuple]) -> tuple:
        channels = sum(
            shape[-1] for name, shape in conditions_shape.items() if name != "speaker"
        )
        if "speaker" in conditions_shape:
            channels += self.speaker_channels or self.speakers
        batch = next(iter(conditions_shape.values()))[0]
        return (batch, 1, channels)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "speakers": self.speakers,
            "speaker_channels": self.speaker_channels,
            "embeddings_initializer": keras.initializers.serialize(
                self.embeddings_initializer
            ),
            "embeddings_regularizer": keras.regularizers.serialize(
                self.embeddings_regularizer
            ),
            "embeddings_constraint": keras.constraints.serialize(
                self.embeddings_constraint
            ),
        }
