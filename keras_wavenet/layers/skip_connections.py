"""The skip connections (paper, section 2.4)."""

import keras
from keras import ops

from keras_wavenet.layers.span import newest


@keras.saving.register_keras_serializable(package="keras_wavenet")
class SkipConnections(keras.layers.Layer):
    """The z of all blocks of a stack, side by side, for one skip projection.

    One product `[z_1 ... z_n] [W_1; ...; W_n]` is faster than a product for each block
    and the sum of all, and only positions that are wanted are computed.

    Call arguments:
        zs: List of float tensors, `(batch, time, channels)`, the last the shortest in
            time; of the others the newest positions are taken. Those of one sample are
            `(batch, channels)`.

    Returns:
        Float tensor, `(batch, time of the last, channels of all)`.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), section 2.4.
    """

    def call(self, zs):
        if len(zs[-1].shape) == 3:
            zs = [newest(z, zs[-1]) for z in zs]
        return ops.concatenate(zs, axis=-1)

    def compute_output_shape(self, zs_shape):
        return (*zs_shape[-1][:-1], sum(shape[-1] for shape in zs_shape))
