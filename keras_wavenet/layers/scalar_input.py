"""A waveform heard as numbers, not as codes (paper, section 2.4, left out there)."""

import keras
from keras import ops

from keras_wavenet.layers.mu_law import mu_law_encode
from keras_wavenet.utils import checks


@keras.saving.register_keras_serializable(package="keras_wavenet")
class ScalarInput(keras.layers.Layer):
    """A waveform as one channel: as it is, or companded by the mu-law.

    Runs in float32 whatever the dtype policy.

    Args:
        levels: `None` hands on the waveform. A number of mu-law codes, 2 to 65536,
            gives the code, scaled to [-1, 1]: loud and soft parts come closer.

    Call arguments:
        waveform: Float tensor, samples in [-1, 1], of any shape.

    Returns:
        float32 tensor with one axis more, of length 1.

    Raises:
        ValueError: If `levels` is out of range.
    """

    def __init__(self, levels=None, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.levels = None if levels is None else checks.levels(levels)

    def call(self, waveform):
        if self.levels is not None:
            codes = ops.cast(mu_law_encode(waveform, self.levels), "float32")
            waveform = 2 * codes / (self.levels - 1) - 1
        return ops.expand_dims(waveform, -1)

    def compute_output_spec(self, waveform):
        return keras.KerasTensor((*waveform.shape, 1), dtype="float32")

    def get_config(self):
        return {**super().get_config(), "levels": self.levels}
