"""The layers of a recogniser from activations of samples to classes of frames."""

import keras


def build_frame_layers(wavenet, classes: int, config: dict) -> list[keras.layers.Layer]:
    """Mean pooling, convolutions over frames and the product that names the classes.

    Args:
        wavenet: The network whose activations they follow: its dtype policy, biases
            and dropout are theirs.
        classes: Number of classes.
        config: `pool`, `frame_layers`, `frame_channels` and `frame_kernel_size`, as in
            `Recognizer`.

    Returns:
        The layers, in their order.
    """
    policy = wavenet.dtype_policy
    layers = [
        keras.layers.AveragePooling1D(config["pool"], name="mean_pooling", dtype=policy)
    ]
    for number in range(config["frame_layers"]):
        # Means of activations are small and alike: 0.1, and of new weights the frames
        # of speech differ by 0.04.
        layers.append(
            keras.layers.LayerNormalization(name=f"frame_scale_{number}", dtype=policy)
        )
        if wavenet.dropout:
            name = f"frame_dropout_{number}"
            dropped = keras.layers.Dropout(wavenet.dropout, name=name, dtype=policy)
            layers.append(dropped)
        layers.append(
            keras.layers.Conv1D(
                config["frame_channels"],
                config["frame_kernel_size"],
                padding="same",
                activation="relu",
                use_bias=wavenet.use_bias,
                name=f"frame_{number}",
                dtype=policy,
            )
        )
    classify = keras.layers.Dense(
        classes, use_bias=wavenet.use_bias, name="classify", dtype="float32"
    )
    return [*layers, classify]
