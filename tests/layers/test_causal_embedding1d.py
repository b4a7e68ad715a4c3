"""The first layer: a convolution of one-hot codes, without the one-hot tensor."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_wavenet.layers import CausalEmbedding1D, queue

B, T, Q, F = 2, 12, 16, 5  # batch, time, codes, filters


@pytest.fixture(scope="module", params=[1, 2, 3], ids=lambda taps: f"{taps} taps")
def layer(request, noise):
    """A layer with known weights."""
    layer = CausalEmbedding1D(Q, F, request.param, kernel_initializer="zeros")
    layer.build((None, None))
    layer.set_weights([noise(request.param, Q, F, seed=1)])
    return layer


@pytest.fixture(scope="module")
def codes():
    return np.random.default_rng(0).integers(0, Q, (B, T), dtype="int32")


@pytest.fixture(scope="module")
def outputs(layer, codes):
    """What the layer's `call` makes of `codes`."""
    return ops.convert_to_numpy(layer(codes))


def test_it_equals_keras_convolution_of_one_hot_codes(layer, codes, outputs):
    conv = keras.layers.Conv1D(
        F,
        layer.kernel_size,
        padding="causal",
        use_bias=False,
        kernel_initializer="zeros",
    )
    conv.build((None, None, Q))
    conv.set_weights(layer.get_weights())
    expected = ops.convert_to_numpy(conv(np.eye(Q, dtype="float32")[codes]))
    assert expected.std() > 0.5
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-6)


def test_no_output_depends_on_a_later_code(layer, codes, outputs):
    t = 7
    disturbed = codes.copy()
    disturbed[:, t:] = (disturbed[:, t:] + 5) % Q
    found = ops.convert_to_numpy(layer(disturbed))
    np.testing.assert_array_equal(found[:, :t], outputs[:, :t])
    assert (found[:, t] != outputs[:, t]).all()


def test_valid_padding_leaves_out_the_outputs_that_depend_on_padding(
    layer, codes, outputs
):
    config = {**layer.get_config(), "padding": "valid"}
    valid = CausalEmbedding1D.from_config(config)
    valid.build(codes.shape)
    valid.set_weights(layer.get_weights())
    found = ops.convert_to_numpy(valid(codes))
    np.testing.assert_array_equal(found, outputs[:, layer.history :])


def test_steps_from_the_initial_state_equal_the_call(
    layer, codes, outputs, step_through
):
    found = step_through(layer, codes, layer.get_initial_state(B))
    np.testing.assert_allclose(found, outputs, rtol=0, atol=1e-6)


def test_steps_after_a_sequence_equal_the_call_on_both(
    layer, codes, outputs, step_through
):
    state = queue.tail(ops.convert_to_tensor(codes[:, :8]), layer.history)
    found = step_through(layer, codes[:, 8:], state)
    np.testing.assert_allclose(found, outputs[:, 8:], rtol=0, atol=1e-6)


def test_sequences_in_a_row_with_a_memory_equal_one(layer, codes, outputs):
    memory, parts = layer.get_initial_state(B), []
    for part in (codes[:, :1], codes[:, 1:8], codes[:, 8:]):
        found, memory = layer(ops.convert_to_tensor(part), memory=memory)
        parts.append(ops.convert_to_numpy(found))
    joined = np.concatenate(parts, axis=1)
    np.testing.assert_allclose(joined, outputs, rtol=0, atol=1e-5)


def test_the_steady_state_is_that_after_a_long_constant_code(
    layer, codes, step_through
):
    forever = np.concatenate([np.repeat(codes[:, :1], 4, axis=1), codes[:, :8]], 1)
    expected = ops.convert_to_numpy(layer(forever))[:, 4:]
    state = queue.filled_with(ops.convert_to_tensor(codes[:, 0]), layer.history)
    found = step_through(layer, codes[:, :8], state)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


def test_training_updates_only_the_rows_of_the_codes_in_the_batch(noise):
    codes = np.array([[3, 5, 3, 7]], "int32")
    model = keras.Sequential(
        [keras.Input((None,), dtype="int32"), CausalEmbedding1D(Q, F, name="rows")]
    )
    before = model.get_weights()[0]
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(codes, noise(1, 4, F), verbose=0)
    moved = (model.get_weights()[0] != before).any(axis=-1)
    assert np.flatnonzero(moved[0]).tolist() == [
        3,
        5,
    ]  # 7 comes last: no output has it as the past tap
    assert np.flatnonzero(moved[1]).tolist() == [3, 5, 7]
    assert np.isfinite(model.get_weights()[0]).all()


def test_a_regularizer_adds_its_loss():
    layer = CausalEmbedding1D(Q, F, kernel_regularizer=keras.regularizers.L2(0.5))
    layer.build((None, None))
    (loss,) = layer.losses
    expected = 0.5 * (layer.get_weights()[0] ** 2).sum()
    assert float(ops.convert_to_numpy(loss)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "bfloat16"])
def test_half_precision_policies_look_up_the_same_rows(policy, step_through):
    # bfloat16 counts to 256 without gaps: codes must not be cast on their way.
    codes = np.array([[1001, 1002, 257, 1023]], "int32")
    layer = CausalEmbedding1D(1024, 1, kernel_initializer="zeros", dtype=policy)
    layer.build(codes.shape)
    rows = np.linspace(-1, 1, 1024, dtype="float32").reshape(1, 1024, 1)
    layer.set_weights([np.concatenate([0 * rows, rows])])
    outputs = layer(codes)
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"
    expected = rows[0, codes]
    found = ops.convert_to_numpy(ops.cast(outputs, "float32"))
    np.testing.assert_allclose(found, expected, rtol=2**-8)
    stepped = step_through(layer, codes, layer.get_initial_state(1))
    np.testing.assert_array_equal(stepped.astype("float32"), found)


@pytest.mark.parametrize(
    "padding, length, expected",
    [("causal", None, None), ("causal", 9, 9), ("valid", None, None), ("valid", 9, 7)],
)
def test_symbolic_shapes_are_those_of_real_ones(padding, length, expected):
    layer = CausalEmbedding1D(Q, F, 3, padding)
    found = layer(keras.Input((length,), dtype="int32"))
    assert found.shape == (None, expected, F)
    assert found.dtype == "float32"


def test_a_layer_made_from_its_config_is_the_same():
    arguments = {"levels": 32, "filters": 7, "kernel_size": 3, "padding": "valid"}
    layer = CausalEmbedding1D(
        **arguments, kernel_initializer="he_normal", kernel_regularizer="l1"
    )
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(layer)
    )
    assert {name: getattr(again, name) for name in arguments} == arguments
    assert isinstance(again.kernel_initializer, keras.initializers.HeNormal)
    assert isinstance(again.kernel_regularizer, keras.regularizers.L1)
    registered = keras.saving.get_registered_name(CausalEmbedding1D)
    assert registered == "keras_wavenet>CausalEmbedding1D"


def test_it_is_saved_within_somebody_elses_model(codes, tmp_path):
    inputs = keras.Input((None,), dtype="int32")
    model = keras.Model(inputs, keras.layers.ReLU()(CausalEmbedding1D(Q, F)(inputs)))
    expected = ops.convert_to_numpy(model(codes))
    assert expected.any()
    model.save(tmp_path / "theirs.keras")
    loaded = keras.saving.load_model(tmp_path / "theirs.keras")
    np.testing.assert_array_equal(ops.convert_to_numpy(loaded(codes)), expected)


@pytest.mark.neutral
@pytest.mark.parametrize(
    "arguments",
    [
        {"filters": 4, "levels": 1},
        {"filters": 4, "levels": 65537},
        {"levels": 16, "filters": 0},
        {"levels": 16, "filters": 4, "kernel_size": 0},
        {"levels": 16, "filters": 4, "kernel_size": 2.0},
        {"levels": 16, "filters": 4, "padding": "same"},
    ],
)
def test_an_impossible_argument_is_refused(arguments):
    name = list(arguments)[-1]
    with pytest.raises(ValueError, match=rf"`{name}` must be .*Received: {name}="):
        CausalEmbedding1D(**arguments)


@pytest.mark.parametrize("shape", [(B,), (B, T, 1)])
def test_codes_of_another_rank_are_refused(shape):
    with pytest.raises(ValueError, match=r"shape \(batch, time\).*Received: shape="):
        CausalEmbedding1D(Q, F).build(shape)


def test_codes_shorter_than_the_history_are_refused(codes):
    layer = CausalEmbedding1D(Q, F, 4, padding="valid")
    short = keras.Input((2,), dtype="int32")
    for attempt in (lambda: layer(codes[:, :2]), lambda: layer(short)):
        with pytest.raises(ValueError, match="3 earlier samples: .*: 2 samples"):
            attempt()
