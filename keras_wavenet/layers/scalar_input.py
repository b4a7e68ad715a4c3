"""A waveform as a scalar input, in place of the paper's one-hot codes."""

import typing

import keras
from keras import ops

from keras_wavenet.layers.mu_law import mu_law_encode
from keras_wavenet.utils import checks


@keras.saving.register_keras_serializable(package="keras_wavenet")
class ScalarInput(keras.layers.Layer):
    """A waveform as one channel: as it is, or companded by the mu-law.

    Runs in float32 whatever the dtype policy.

    Args:
        levels: `None` returns the waveform itself. With a number of mu-law
            codes, 2 to 65536, it returns the code of each sample, scaled to [-1, 1].

    Call arguments:
        waveform: Float tensor, samples in [-1, 1], of any shape.

    Returns:
        float32 tensor with one axis more, of length 1.

    Raises:
        ValueError: If `levels` is out of range.
    """

    def __init__(self, levels: int | None = None, **kwargs: typing.Any) -> None:
        super().__init__(autocast=False, **kwargs)
        self.levels = None if levels is None else checks.levels(levels)

    def call(self, waveform):
        if self.levels is not None:
            codes = ops.cast(mu_law_encode(waveform, self.levels), "float32")
            waveform = 2 * codes / (self.levels - 1) - 1
        return ops.expand_dims(waveform, -1)

    def compute_output_spec(self, waveform: keras.KerasTensor) -> keras.KerasTensor:
        return keras.KerasTensor((*waveform.shape, 1), dtype="float32")

    def get_config(self) -> dict:
        return {**super().get_config(), "levels": self.levels}
