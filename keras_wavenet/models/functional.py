"""The functional Keras model of a network."""

import keras
from keras import ops

from keras_wavenet.models.conditioning import Conditions
from keras_wavenet.models.network import valid_mask


def connect(network):
    """Connect the layers of a network to a functional model.

    Returns:
        The inputs by name, all of which are needed, and the parameters of the
        distribution, `(B, T, channels)`.
    """
    a, inputs = network.architecture, _make_inputs(network.architecture)
    waveform = ops.concatenate([inputs["context"], inputs["waveform"]], axis=1)
    samples = waveform[:, a.context_length - a.samples_before :]
    first = a.prediction_order + network.initial.history
    rows = network.conditioning.of_sequence(inputs, waveform, samples[:, first:])
    predictors = mask = None
    if a.linear_prediction is not None:
        predictors = inputs["local"][..., a.local_channels :]
    if a.start == "zeros":
        samples_of_stack = samples[:, a.prediction_order :]
        mask = valid_mask(samples_of_stack, inputs["context_valid"], a.history)
    conditions = Conditions.of_sequence(network.blocks, rows, predictors)
    parameters, _ = network.run(samples, conditions, mask=mask)
    return inputs, parameters


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
