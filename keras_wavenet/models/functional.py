"""The functional Keras model of a network."""

from typing import Any

import keras
from keras import ops

from keras_wavenet.models.generative_model import GenerativeModel
from keras_wavenet.models.inputs import (
    as_dict,
    check_inputs,
    fill_in,
    with_current_names,
    with_exact_predictors,
)
from keras_wavenet.models.network import Network


class FunctionalNetwork(GenerativeModel):
    """The Keras model around a network: inputs that may be missing are filled in.

    A subclass has the `architecture` and the `network`.
    """

    @property
    def input_spec(self) -> None:
        return None  # the context may be missing

    def __call__(self, inputs, *args, **kwargs):
        inputs = self.with_exact_predictors(with_current_names(inputs))
        return super().__call__(inputs, *args, **kwargs)

    def with_exact_predictors(self, inputs: Any) -> Any:
        return with_exact_predictors(inputs, self.network.linear_prediction)

    def call(self, inputs, training=None, mask=None):
        filled = self._filled(inputs, context=not self._begins_clips(inputs))
        return super().call(filled, training=training, mask=mask)

    def _run_network(self, inputs, training=None, mask=None):
        if "context" in inputs:
            return super()._run_network(inputs, training=training, mask=mask)
        return self.network.run_from_start(inputs)

    def _filled(self, inputs, context=True):
        predict = self.network.linear_prediction
        return fill_in(self.architecture, inputs, predict, context)

    def _begins_clips(self, inputs):
        """Whether the context would only be masked: there is none, and zeros precede.

        Blocks with a memory are not rematerialized.
        """
        given = {"context", "context_valid"} & as_dict(inputs).keys()
        can = self.network.can_run_from_start and not self._rematerialize
        return can and not given

    def compute_output_spec(self, inputs, training=None, mask=None):
        # Not that of the graph, which lacks the inputs that `call` fills in.
        check_inputs(self.architecture, as_dict(inputs))
        shapes = keras.tree.map_structure(lambda x: x.shape, inputs)
        return keras.KerasTensor(self.compute_output_shape(shapes), dtype="float32")

    def compute_output_shape(self, input_shape: tuple | dict) -> tuple:
        return (*as_dict(input_shape)["waveform"], self.distribution.channels)

    def complete_inputs(self, inputs: Any) -> dict[str, Any]:
        """All inputs of the graph, `model.inputs`, from those of `call`.

        A model of the layers inside, such as of their activations, fills in none.

        Example:
            >>> blocks = keras.Model(model.inputs, [b.output[1] for b in model.blocks])
            >>> zs = blocks(model.complete_inputs(waveform))
        """
        inputs = self.with_exact_predictors(with_current_names(inputs))
        return self._filled(keras.tree.map_structure(ops.convert_to_tensor, inputs))


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
        shape = (None, a.local_channels + a.added_channels)
        inputs["local"] = keras.Input(shape, name="local", dtype="float32")
    return inputs
