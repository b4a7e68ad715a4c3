"""Presets with few channels and all else unchanged, and conditions for them."""

import numpy as np

from keras_wavenet import WaveNet, preset_io

NARROW = {
    "residual_channels": 4,
    "dilation_channels": 3,
    "skip_channels": 6,
    "post_channels": 5,
}
NAMES = sorted(WaveNet.presets)


def narrow(name):
    """The config of a preset with few channels; dilations and all else are its own."""
    config = {**preset_io.read_config(WaveNet, name), **NARROW}
    if config.get("context_stack"):
        config["context_stack"] = {**config["context_stack"], "channels": 4}
    if config.get("local_channels") and not config.get("features"):
        config["local_channels"] = 3
    return config


def build(config, seed=0):
    """The network, with weights so large that its oldest inputs matter."""
    model = WaveNet(**config)
    normal = np.random.default_rng(seed).normal
    model.set_weights([normal(0, _spread(w), w.shape) for w in model.weights])
    return model


def _spread(weight):
    if weight.path.startswith("initial"):
        return 1.0  # its rows are looked up, not added
    if len(weight.shape) == 1:
        return 0.3
    if weight.path.startswith("upsampling/kernel"):
        # "stretch" sums its taps, a transposed convolution two frames or some more.
        summed = weight.shape[1] if len(weight.shape) == 2 else 2 * weight.shape[1]
        return 1 / summed**0.5
    return 1.5 / np.prod(weight.shape[:-1]) ** 0.5


def frame_length(model):
    """Samples of a frame, local or of a context stack; some, where there is none."""
    a = model.architecture
    return a.hop or (a.context_stack or {"hop": 30})["hop"]


def make_conditions(model, frames, seed=1):
    """Conditions of one stream: `frames` frames, and one frame before them."""
    a = model.architecture
    rng = np.random.default_rng(seed)
    made = {}
    if "speaker" in a.conditions:
        made["speaker"] = np.array([a.speaker_count - 2], "int32")
    if "tags" in a.conditions:
        made["tags"] = rng.integers(0, 2, (1, a.tag_count)).astype("float32")
    if "local" in a.conditions:
        rows = rng.normal(size=(1, frames + 1, a.local_channels)).astype("float32")
        made["local"], made["local_context"] = rows[:, 1:], rows[:, :1]
    return made
