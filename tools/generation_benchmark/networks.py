"""The networks that are measured: a preset's architecture with weights from a seed."""

import numpy as np

import keras_wavenet

DEVIATION = 0.1  # of the weights: the audio is then no silence
PLAIN = {
    "condition_channels": {},
    "input_encoding": "codes",
    "initial_activation": None,
    "initial_skip": False,
    "residual_scale": 1,
    "use_bias": True,
}


def make_network(preset, dilations=None):
    """A network of a preset's widths.

    Args:
        preset: Name or folder.
        dilations: Of its blocks, in place of the preset's own.

    Raises:
        ValueError: If it is not plain.
    """
    model = keras_wavenet.WaveNet.from_preset(preset, load_weights=False)
    check_plain(preset, model.architecture)
    if dilations is not None:
        config = {**model.get_config(), "dilations": list(dilations)}
        model = keras_wavenet.WaveNet.from_config(config)
    normal = np.random.default_rng(0).normal
    shapes = [weight.shape for weight in model.weights]
    model.set_weights([normal(0, DEVIATION, s).astype("float32") for s in shapes])
    return model


def check_plain(preset, architecture):
    """Refuse what the loops beside the engines do not know.

    Raises:
        ValueError: If there is any such thing.
    """
    for name, wanted in PLAIN.items():
        value = getattr(architecture, name)
        if value != wanted:
            raise ValueError(
                "The loops beside the engines know plain networks alone: `--preset` "
                f"must name one whose {name} is {wanted!r}, such as 'wavenet_speech' "
                f"or 'wavenet_tiny'. Received: {preset!r}, whose {name} is {value!r}"
            )
