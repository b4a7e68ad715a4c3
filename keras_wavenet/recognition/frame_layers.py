"""The layers of a recognizer after the dilated stack: from activations to classes."""

import keras

from keras_wavenet.models.wavenet import WaveNet
from keras_wavenet.recognition.config import RecognizerConfig


def build_frame_layers(
    wavenet: WaveNet, arguments: RecognizerConfig
) -> list[keras.layers.Layer]:
    """Mean pooling, convolutions over frames and the projection to classes.

    Dtype policy, biases and dropout are those of the WaveNet.
    """
    policy = wavenet.dtype_policy
    pool = keras.layers.AveragePooling1D
    layers = [pool(arguments.pool, name="mean_pooling", dtype=policy)]
    for number in range(arguments.frame_layers):
        # Means of activations are small and alike, about 0.1; with new weights the
        # frames of speech differ by 0.04.
        layers.append(
            keras.layers.LayerNormalization(name=f"frame_scale_{number}", dtype=policy)
        )
        if wavenet.dropout:
            name = f"frame_dropout_{number}"
            dropped = keras.layers.Dropout(wavenet.dropout, name=name, dtype=policy)
            layers.append(dropped)
        layers.append(
            keras.layers.Conv1D(
                arguments.frame_channels,
                arguments.frame_kernel_size,
                padding="same",
                activation="relu",
                use_bias=wavenet.use_bias,
                name=f"frame_{number}",
                dtype=policy,
            )
        )
    classify = keras.layers.Dense(
        len(arguments.classes),
        use_bias=wavenet.use_bias,
        name="classify",
        dtype="float32",
    )
    return [*layers, classify]
