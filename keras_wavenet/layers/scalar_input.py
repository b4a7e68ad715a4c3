"""A waveform as a scalar input, in place of the paper's one-hot codes."""

import typing

import keras
from keras import ops

from keras_wavenet.layers import companding as compandings
from keras_wavenet.utils import checks


@keras.saving.register_keras_serializable(package="keras_wavenet")
class ScalarInput(keras.layers.Layer):
    """A waveform as one channel: as it is, or its codes.

    Runs in float32 whatever the dtype policy.

    Args:
        levels: `None` returns the waveform itself. With a number of codes, 2 to
            65536, it returns the code of each sample, scaled to [-1, 1].
        companding: Name of the companding that the codes are of.

    Call arguments:
        waveform: Float tensor, samples in [-1, 1], of any shape.

    Returns:
        float32 tensor with one axis more, of length 1.

    Raises:
        ValueError: If `levels` is out of range, or there is no such companding.
    """

    def __init__(
        self,
        levels: int | None = None,
        companding: str = compandings.MU_LAW,
        **kwargs: typing.Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        self.levels = None if levels is None else checks.levels(levels)
        self.companding = companding
        self._encode = compandings.get(companding).encode

    def call(self, waveform):
        if self.levels is not None:
            codes = ops.cast(self._encode(waveform, self.levels), "float32")
            waveform = 2 * codes / (self.levels - 1) - 1
        return ops.expand_dims(waveform, -1)

    def compute_output_spec(self, waveform: keras.KerasTensor) -> keras.KerasTensor:
        return keras.KerasTensor((*waveform.shape, 1), dtype="float32")

    def get_config(self) -> dict:
        config = {**super().get_config(), "levels": self.levels}
        if self.companding != compandings.MU_LAW:
            config["companding"] = self.companding
        return config
