"""The causal convolution: Keras' own, exactly causal, and the same sample by sample."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_wavenet.layers import CausalConv1D, queue

B, T, C, F = 2, 20, 6, 5  # batch, time, channels, filters
TAPS = [(1, 1), (2, 4), (3, 3)]  # kernel size, dilation rate


@pytest.fixture(scope="module", params=TAPS, ids=lambda taps: "x".join(map(str, taps)))
def layer(request, noise):
    """A layer with weights that are all different, biases too."""
    kernel_size, dilation_rate = request.param
    layer = CausalConv1D(F, kernel_size, dilation_rate, kernel_initializer="zeros")
    layer.build((None, None, C))
    layer.set_weights([noise(kernel_size, C, F, seed=1), noise(F, seed=2)])
    return layer


@pytest.fixture(scope="module")
def inputs(noise):
    return noise(B, T, C)


@pytest.fixture(scope="module")
def outputs(layer, inputs):
    """The outputs of `call`."""
    return ops.convert_to_numpy(layer(inputs))


def valid(layer):
    """The same convolution without zeros left of the start."""
    twin = CausalConv1D.from_config({**layer.get_config(), "padding": "valid"})
    twin.build((None, None, C))
    twin.set_weights(layer.get_weights())
    return twin


def test_it_equals_keras_causal_convolution(layer, inputs, outputs):
    reference = keras.layers.Conv1D(
        F,
        layer.kernel_size,
        dilation_rate=layer.dilation_rate,
        padding="causal",
        kernel_initializer="zeros",
    )
    reference.build((None, None, C))
    reference.set_weights(layer.get_weights())
    expected = ops.convert_to_numpy(reference(inputs))
    assert expected.std() > 1
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-5)


def test_no_output_depends_on_a_later_sample(layer, inputs, outputs):
    t = 11
    disturbed = inputs.copy()
    disturbed[:, t:] += 1
    found = ops.convert_to_numpy(layer(disturbed))
    np.testing.assert_array_equal(found[:, :t], outputs[:, :t])
    assert (found[:, t] != outputs[:, t]).all()


def test_an_output_depends_on_inputs_as_far_back_as_its_history(layer, inputs, outputs):
    t = 3
    disturbed = inputs.copy()
    disturbed[:, t] += 1
    moved = (ops.convert_to_numpy(layer(disturbed)) != outputs).any(axis=(0, 2))
    taps = range(t, t + layer.history + 1, layer.dilation_rate)
    assert np.flatnonzero(moved).tolist() == list(taps)


def test_valid_padding_leaves_out_the_outputs_that_depend_on_padding(
    layer, inputs, outputs
):
    found = ops.convert_to_numpy(valid(layer)(inputs))
    assert found.shape == (B, T - layer.history, F)
    np.testing.assert_allclose(found, outputs[:, layer.history :], rtol=1e-5, atol=1e-5)


def test_steps_from_the_initial_state_equal_the_call(
    layer, inputs, outputs, step_through
):
    found = step_through(layer, inputs, layer.get_initial_state(B))
    np.testing.assert_allclose(found, outputs, rtol=0, atol=1e-5)


def test_steps_after_a_sequence_equal_the_call_on_both(
    layer, inputs, outputs, step_through
):
    split = T - 7
    state = queue.tail(ops.convert_to_tensor(inputs[:, :split]), layer.history)
    found = step_through(layer, inputs[:, split:], state)
    np.testing.assert_allclose(found, outputs[:, split:], rtol=0, atol=1e-5)


def test_the_steady_state_is_that_after_a_long_constant_input(
    layer, inputs, step_through
):
    forever = np.repeat(inputs[:, :1], T, axis=1)
    expected = ops.convert_to_numpy(layer(np.concatenate([forever, inputs], 1)))[:, T:]
    state = queue.filled_with(ops.convert_to_tensor(inputs[:, 0]), layer.history)
    found = step_through(layer, inputs, state)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


def test_training_moves_the_weights_as_it_moves_those_of_keras(noise):
    x, y = noise(B, T, C), noise(B, T, F, seed=3)
    arguments = {
        "activation": "tanh",
        "kernel_constraint": "non_neg",
        "bias_constraint": keras.constraints.MaxNorm(0.1),
        "activity_regularizer": "l2",
    }
    ours = CausalConv1D(F, 2, 4, **arguments)
    kerass = keras.layers.Conv1D(F, 2, dilation_rate=4, padding="causal", **arguments)
    trained = []
    for layer in (ours, kerass):
        model = keras.Sequential([keras.Input((None, C)), layer])
        model.set_weights([noise(2, C, F, seed=1), noise(F, seed=2)])
        model.compile(keras.optimizers.SGD(0.1), "mse")
        model.fit(x, y, epochs=3, verbose=0)
        trained.append(model.get_weights())
    for found, expected in zip(*trained, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    assert np.abs(trained[0][0] - noise(2, C, F, seed=1)).max() > 0.01


def test_regularizers_add_their_losses(noise):
    layer = CausalConv1D(F, kernel_regularizer="l2", bias_regularizer="l1")
    layer.build((None, None, C))
    layer.set_weights([noise(2, C, F), noise(F)])
    found = sum(float(loss) for loss in layer.losses)
    expected = 0.01 * (noise(2, C, F) ** 2).sum() + 0.01 * np.abs(noise(F)).sum()
    assert found == pytest.approx(expected, rel=1e-5)


def test_a_step_has_the_activation_of_a_sequence(inputs, step_through):
    layer = CausalConv1D(F, activation="relu")
    outputs = ops.convert_to_numpy(layer(inputs))
    stepped = step_through(layer, inputs, layer.get_initial_state(B))
    assert outputs.min() == 0
    np.testing.assert_allclose(stepped, outputs, atol=1e-5)


def test_a_layer_without_bias_has_the_kernel_alone(inputs):
    layer = CausalConv1D(F, use_bias=False)
    layer.build(inputs.shape)
    assert [weight.path for weight in layer.weights] == [f"{layer.name}/kernel"]
    (kernel,) = layer.get_weights()
    found = ops.convert_to_numpy(layer(inputs))
    expected = inputs[:, 4] @ kernel[0] + inputs[:, 5] @ kernel[1]  # oldest tap first
    np.testing.assert_allclose(found[:, 5], expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "policy, kept_in", [("mixed_bfloat16", "float32"), ("bfloat16", "bfloat16")]
)
def test_half_precision_policies_compute_in_half_precision(
    inputs, noise, policy, kept_in, step_through
):
    layer = CausalConv1D(F, dilation_rate=4, kernel_initializer="zeros", dtype=policy)
    layer.build(inputs.shape)
    kernel = noise(2, C, F, seed=1)
    layer.set_weights([kernel, np.zeros(F)])
    outputs = layer(inputs)
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"
    assert layer.kernel.dtype == kept_in
    delayed = np.pad(inputs, [(0, 0), (4, 0), (0, 0)])[:, :T]
    expected = delayed @ kernel[0] + inputs @ kernel[1]
    assert expected.std() > 0.5
    found = ops.convert_to_numpy(ops.cast(outputs, "float32"))
    np.testing.assert_allclose(found, expected, atol=0.1)
    stepped = step_through(layer, inputs, layer.get_initial_state(B))
    np.testing.assert_allclose(stepped.astype("float32"), expected, atol=0.1)


@pytest.mark.parametrize(
    "padding, length, expected",
    [("causal", None, None), ("causal", 9, 9), ("valid", None, None), ("valid", 9, 1)],
)
def test_symbolic_shapes_are_those_of_real_ones(padding, length, expected):
    layer = CausalConv1D(F, 3, 4, padding)
    assert layer(keras.Input((length, C))).shape == (None, expected, F)
    assert layer.compute_output_shape((None, length, C)) == (None, expected, F)


def test_a_layer_made_from_its_config_is_the_same():
    arguments = {
        "filters": 7,
        "kernel_size": 3,
        "dilation_rate": 5,
        "padding": "valid",
        "use_bias": False,
        "name": "conv",
    }
    layer = CausalConv1D(
        **arguments, kernel_initializer="he_normal", kernel_regularizer="l1"
    )
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(layer)
    )
    assert {name: getattr(again, name) for name in arguments} == arguments
    assert isinstance(again.kernel_initializer, keras.initializers.HeNormal)
    assert isinstance(again.kernel_regularizer, keras.regularizers.L1)
    registered = keras.saving.get_registered_name(CausalConv1D)
    assert registered == "keras_wavenet>CausalConv1D"


def test_it_is_saved_within_somebody_elses_model(inputs, tmp_path):
    model = keras.Sequential([CausalConv1D(F, 3, 2), keras.layers.ReLU()])
    expected = ops.convert_to_numpy(model(inputs))
    assert expected.any()
    model.save(tmp_path / "theirs.keras")
    loaded = keras.saving.load_model(tmp_path / "theirs.keras")
    np.testing.assert_array_equal(ops.convert_to_numpy(loaded(inputs)), expected)


@pytest.mark.neutral
@pytest.mark.parametrize(
    "arguments",
    [
        {"filters": 0},
        {"filters": 2.0},
        {"filters": 4, "kernel_size": 0},
        {"filters": 4, "dilation_rate": -1},
        {"filters": 4, "dilation_rate": True},
        {"filters": 4, "padding": "same"},
    ],
)
def test_an_impossible_argument_is_refused(arguments):
    name = list(arguments)[-1]
    with pytest.raises(ValueError, match=rf"`{name}` must be .*Received: {name}="):
        CausalConv1D(**arguments)


@pytest.mark.parametrize("shape", [(B, C), (B, T, C, 1), (B, T, None)])
def test_inputs_without_time_and_channels_are_refused(shape):
    with pytest.raises(ValueError, match=r"\(batch, time, channels\).*Received: shape"):
        CausalConv1D(F, name="conv").build(shape)


def test_a_sequence_shorter_than_the_history_is_refused(inputs):
    layer = CausalConv1D(F, 3, 8, padding="valid")
    assert layer(inputs[:, :17]).shape == (B, 1, F)
    attempts = [layer, lambda short: layer(keras.Input((15, C)))]
    for attempt in attempts:
        with pytest.raises(
            ValueError, match="16 earlier samples: .*Received: 15 samples"
        ):
            attempt(inputs[:, :15])
