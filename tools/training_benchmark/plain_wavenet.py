"""A plain WaveNet of Keras layers, the baseline of the training benchmark."""

import keras
from keras import layers, ops


def plain_wavenet(dilations, residual_channels, dilation_channels, skip_channels):
    """Return a WaveNet over 256 codes, made of Keras' own layers.

    It has one-hot codes, separate filter and gate convolutions, and a skip projection
    in every layer over the whole window.

    Returns:
        A `keras.Model`, compiled as Keras does by default, from codes, int
        `(batch, time)`, to logits, `(batch, time, 256)`.
    """
    codes = keras.Input((None,), dtype="int32")
    x = ops.one_hot(codes, 256)
    x = layers.Conv1D(residual_channels, 2, padding="causal", use_bias=False)(x)
    skips = []
    for number, dilation in enumerate(dilations):
        gated = [
            layers.Conv1D(
                dilation_channels,
                2,
                dilation_rate=dilation,
                padding="causal",
                activation=activation,
            )(x)
            for activation in ("tanh", "sigmoid")
        ]
        z = layers.Multiply()(gated)
        skips.append(layers.Conv1D(skip_channels, 1)(z))
        if number < len(dilations) - 1:
            x = layers.Add()([x, layers.Conv1D(residual_channels, 1)(z)])
    hidden = layers.Activation("relu")(layers.Add()(skips))
    hidden = layers.Conv1D(skip_channels, 1, activation="relu")(hidden)
    model = keras.Model(codes, layers.Conv1D(256, 1)(hidden))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss)
    return model
