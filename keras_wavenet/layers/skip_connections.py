"""The skip connections (paper, section 2.4)."""

import keras
from keras import ops

from keras_wavenet.layers.span import newest


@keras.saving.register_keras_serializable(package="keras_wavenet")
class SkipConnections(keras.layers.Layer):
    """Concatenate the z of all blocks of a stack, for one skip projection.

    One projection `[z_1 ... z_n] [W_1; ...; W_n]` is faster than a projection of each
    block and their sum, and it is computed at the positions of the output only.

    Call arguments:
        zs: List of float tensors, `(batch, time, channels)`, of which
            the last is the shortest in time; of the others the newest positions are
            taken. For one sample `(batch, channels)`.

    Returns:
        Float tensor, `(batch, time of the last, channels of all)`.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), section 2.4.
    """

    def call(self, zs):
        if len(zs[-1].shape) == 3:
            zs = [newest(z, zs[-1]) for z in zs]
        return ops.concatenate(zs, axis=-1)

    def compute_output_shape(self, zs_shape: list[tuple]) -> tuple:
        return (*zs_shape[-1][:-1], sum(shape[-1] for shape in zs_shape))

    def get_config(self) -> dict:
        # Without a method of its own, Keras refuses the dtype policies of the package.
        return super().get_config()
