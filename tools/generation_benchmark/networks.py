"""The measured networks: a preset's architecture with random weights."""

import numpy as np

import keras_wavenet

WEIGHTS_STD = 0.1  # large enough that the audio is not silence
PLAIN = {
    "condition_channels": {},
    "input_encoding": "codes",
    "initial_activation": None,
    "initial_skip": False,
    "residual_scale": 1,
    "use_bias": True,
}


def make_network(preset, dilations=None):
    """Return a network of a preset's widths.

    Args:
        preset: Name or folder.
        dilations: Dilations that replace the preset's.

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
    model.set_weights([normal(0, WEIGHTS_STD, s).astype("float32") for s in shapes])
    return model


def check_plain(preset, architecture):
    """Check that a network has only the parts that the compared loops implement.

    Raises:
        ValueError: If it has others.
    """
    for name, plain in PLAIN.items():
        value = getattr(architecture, name)
        if value != plain:
            raise ValueError(
                "The compared loops implement plain networks only: `--preset` must "
                f"name one whose {name} is {plain!r}, such as 'wavenet_speech' "
                f"or 'wavenet_tiny'. Received: {preset!r}, whose {name} is {value!r}"
            )
