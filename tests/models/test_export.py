"""A traced model serves sizes that it was not traced with, as an export needs."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

from keras_wavenet import WaveNet
from tests.family import KINDS, SMALL, conditions_of


def _inputs(model, samples, seed=0):
    waveform = np.random.default_rng(seed).uniform(-1, 1, (2, samples))
    inputs = {"waveform": waveform.astype("float32")}
    inputs["context"] = np.zeros((2, model.context_length), "float32")
    if model.start == "zeros":
        inputs["context_valid"] = np.zeros(2, "int32")
    inputs |= conditions_of(model, samples, seed)
    return model.with_exact_predictors(inputs)


def _shapes(inputs, sizes):
    """The shape of each input, with the next of `sizes` where an export leaves it."""
    batch = next(sizes)
    for name, x in inputs.items():
        is_open = name in ("waveform", "local")
        start = (batch, next(sizes)) if is_open else (batch,)
        yield name, (*start, *x.shape[len(start) :])


def _traced_by_tensorflow(model, inputs):
    import tensorflow as tf

    shapes = _shapes(inputs, itertools.repeat(None))
    specs = {name: tf.TensorSpec(shape, inputs[name].dtype) for name, shape in shapes}
    function = tf.function(lambda given: model(given), input_signature=[specs])
    return lambda given: function({n: tf.constant(x) for n, x in given.items()})


def _traced_by_jax(model, inputs):
    import jax

    shapes = _shapes(inputs, iter(jax.export.symbolic_shape("batch, t, f")))
    specs = {n: jax.ShapeDtypeStruct(s, inputs[n].dtype) for n, s in shapes}
    return jax.export.export(jax.jit(lambda given: model(given)))(specs).call


def _traced_by_torch(model, inputs):
    import torch

    names = list(inputs)

    class Flat(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, *values):
            return self.model(dict(zip(names, values, strict=True)))

    tensors = tuple(torch.as_tensor(inputs[name]) for name in names)
    with torch.no_grad():
        traced = torch.jit.trace(Flat().eval(), tensors, check_trace=False)
    return lambda given: traced(*(torch.as_tensor(given[name]) for name in names))


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="of TensorFlow alone"
)
def test_a_network_with_a_vector_becomes_a_saved_model(tmp_path):
    import tensorflow as tf

    model = WaveNet(**{**SMALL, "dilations": [1], "global_channels": 3})
    inputs = _inputs(model, samples=4)
    expected = ops.convert_to_numpy(model(inputs))
    model.export(str(tmp_path / "exported"), verbose=False)
    loaded = tf.saved_model.load(str(tmp_path / "exported"))
    inputs["global_vector"] = inputs.pop("global")
    tensors = {name: tf.constant(x) for name, x in inputs.items()}
    (outputs,) = loaded.signatures["serving_default"](**tensors).values()
    np.testing.assert_allclose(outputs.numpy(), expected, atol=1e-6)


TRACE = {
    "tensorflow": _traced_by_tensorflow,
    "jax": _traced_by_jax,
    "torch": _traced_by_torch,
}


@pytest.mark.filterwarnings("ignore::Warning")  # of PyTorch, that sizes are constants
def test_a_traced_model_has_the_outputs_of_the_model():
    model = WaveNet(**{**SMALL, **KINDS["predicted_far"], "context_stack": None})
    inputs = _inputs(model, samples=12)
    traced = TRACE[keras.backend.backend()](model, inputs)
    outputs = ops.convert_to_numpy(traced(inputs))
    expected = ops.convert_to_numpy(model(inputs))
    np.testing.assert_allclose(outputs, expected, atol=1e-5)
