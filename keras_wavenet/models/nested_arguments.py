"""Arguments of a network that are lists or dicts: checked, and filled in."""

import numpy as np

from keras_wavenet.layers.frame_encoder import FrameEncoder
from keras_wavenet.models.dilations import doubling_dilations
from keras_wavenet.utils import checks


def checked_dilations(dilations):
    """The dilation of each block as a tuple; `None` is five blocks of 1 to 512."""
    if dilations is None:
        return tuple(doubling_dilations(512, cycles=5))
    if isinstance(dilations, str) or not hasattr(dilations, "__iter__"):
        raise ValueError(
            "`dilations` must be a list of positive integers, one for each block. "
            f"Received: dilations={dilations!r}"
        )
    dilations = tuple(int(d) if isinstance(d, np.integer) else d for d in dilations)
    if not dilations:
        raise ValueError("`dilations` must name at least one block. Received: none")
    for number, dilation in enumerate(dilations):
        checks.positive(**{f"dilations[{number}]": dilation})
    return dilations


def checked_names(**argument):
    """An argument that is None, a number, or a list of different names."""
    ((name, value),) = argument.items()
    if value is None:
        return None
    if isinstance(value, int | np.integer):
        checks.positive(**argument)
        return int(value)
    names = list(value) if isinstance(value, list | tuple) else []
    if not names or not all(isinstance(one, str) and one for one in names):
        raise ValueError(
            f"`{name}` must be a number or a list of names. Received: {name}={value!r}"
        )
    if len(set(names)) < len(names):
        raise ValueError(f"`{name}` must differ. Received: {name}={value!r}")
    return names


def check_dict(example, **argument):
    """An argument is a dict."""
    ((name, value),) = argument.items()
    if not isinstance(value, dict):
        raise ValueError(
            f"`{name}` must be a dict such as {example}. Received: {name}={value!r}"
        )


def checked_frame_encoder(config):
    """The arguments of a `FrameEncoder`, all of them."""
    check_dict({"channels": 96, "layers": 2}, frame_encoder=config)
    checks.names(
        "frame_encoder",
        config,
        required=["channels"],
        optional=["layers", "kernel_size"],
    )
    filled = {"layers": 2, "kernel_size": 3, **config}
    FrameEncoder(**filled)  # refuses what does not fit
    return filled


def checked_context_stack(config):
    """The arguments of a `ContextStack`, all of them."""
    example = {"dilations": [1, 2], "channels": 16, "hop": 160}
    check_dict(example, context_stack=config)
    checks.names(
        "context_stack",
        config,
        required=["dilations", "channels"],
        optional=["hop", "kernel_size", "use_bias"],
    )
    filled = {"hop": 1, "kernel_size": 2, "use_bias": True, **config}
    return {**filled, "dilations": list(checked_dilations(filled["dilations"]))}
