"""The functional Keras model of a network."""

import keras
from keras import ops

from keras_wavenet.models.network import Network


def connect(network: Network) -> tuple[dict, keras.KerasTensor]:
    """Connect the layers of a network to a functional model.

    Returns:
        The inputs by name, all of which are needed, and the parameters of the
        distribution, `(B, T, channels)`.
    """
    inputs = _make_inputs(network.architecture)
    waveform = ops.concatenate([inputs["context"], inputs["waveform"]], axis=1)
    return inputs, network.run_waveform(waveform, inputs)[0]


def order_layers(layers: list, network: Network) -> None:
    """Place the layers of all signals after that of the waveform, in `layers`.

    Keras orders the layers of a model by their depth in the graph. The weights of a
    model have that order, and so have the variables of an optimizer in a file.
    """
    signal_layers = network.signal_layers
    others = [layer for layer in layers if layer not in signal_layers]
    place = others.index(network.initial) + 1
    layers[:] = [*others[:place], *signal_layers, *others[place:]]


def _make_inputs(a):
    """The inputs of the functional model by name: see `WaveNet.call`."""
    inputs = {
        "waveform": keras.Input((None,), name="waveform", dtype="float32"),
        "context": keras.Input((a.context_length,), name="context", dtype="float32"),
    }
    if a.start == "zeros":
        inputs["context_valid"] = keras.Input((), name="context_valid", dtype="int32")
    if "speaker" in a.conditions:
        inputs["speaker"] = keras.Input((), name="speaker", dtype="int32")
    for name, channels in (("tags", a.tag_count), ("global", a.global_channels)):
        if channels:
            inputs[name] = keras.Input((channels,), name=name, dtype="float32")
    if "local" in a.conditions:
        shape = (None, a.local_channels + a.predictor_channels)
        inputs["local"] = keras.Input(shape, name="local", dtype="float32")
    return inputs
