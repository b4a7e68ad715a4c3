"""The gated residual block: the paper's formula, whole and sample by sample."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

from keras_wavenet.layers import GatedResidualBlock, queue

B, T, C, D, S = 2, 16, 6, 4, 3  # batch, time, residual, dilation, skip channels
KINDS = {
    "z handed on": {},
    "skip output": {"skip_channels": S, "kernel_size": 3, "dilation_rate": 2},
    "no residual": {"residual": False, "use_bias": False},
}


def noisy_block(noise, **arguments):
    """A block with weights that are all different, biases too."""
    block = GatedResidualBlock(D, kernel_initializer="zeros", **arguments)
    block.build((None, None, C))
    shapes = [weight.shape for weight in block.weights]
    block.set_weights([noise(*s, seed=1 + i) for i, s in enumerate(shapes)])
    return block


@pytest.fixture(scope="module", params=KINDS.values(), ids=KINDS.keys())
def block(request, noise):
    return noisy_block(noise, **{"dilation_rate": 4, **request.param})


@pytest.fixture(scope="module")
def inputs(noise):
    return noise(B, T, C)


@pytest.fixture(scope="module")
def outputs(block, inputs):
    """The outputs of `call`: the stream, and z or the skip output."""
    return [ops.convert_to_numpy(output) for output in block(inputs)]


def formula(block, x):
    """The paper's block in plain NumPy, from the weights of a block."""

    def project(layer, signal):
        kernel, *bias = layer.get_weights()
        return signal @ kernel + (bias[0] if bias else 0)

    def causal(kernel, bias):
        taps = len(kernel)
        y = np.zeros((*x.shape[:2], D)) + bias
        for i in range(taps):
            late = (taps - 1 - i) * block.filter_gate.dilation_rate
            y[:, late:] += x[:, : x.shape[1] - late] @ kernel[i]
        return y

    kernel, *bias = block.filter_gate.get_weights()
    bias = bias[0] if bias else np.zeros(2 * D)
    filters, gates = (
        causal(kernel[..., :D], bias[:D]),
        causal(kernel[..., D:], bias[D:]),
    )
    z = np.tanh(filters) / (1 + np.exp(-gates))
    stream = x + project(block.residual_projection, z) if block.residual else x
    return stream, project(block.skip_projection, z) if block.skip_channels else z


def test_it_follows_the_papers_formula(block, inputs, outputs):
    expected = formula(block, inputs)
    assert min(signal.std() for signal in expected) > 0.1
    for found, signal in zip(outputs, expected, strict=True):
        np.testing.assert_allclose(found, signal, rtol=1e-5, atol=1e-5)


def test_no_output_depends_on_a_later_sample(block, inputs, outputs):
    t = 9
    disturbed = inputs.copy()
    disturbed[:, t:] += 1
    for found, before in zip(block(disturbed), outputs, strict=True):
        found = ops.convert_to_numpy(found)
        np.testing.assert_array_equal(found[:, :t], before[:, :t])
        assert (found[:, t] != before[:, t]).any()


def test_steps_from_the_initial_state_equal_the_call(
    block, inputs, outputs, step_through
):
    stepped = step_through(block, inputs, block.get_initial_state(B))
    for found, expected in zip(stepped, outputs, strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


def test_steps_after_a_sequence_equal_the_call_on_both(
    block, inputs, outputs, step_through
):
    state = queue.tail(ops.convert_to_tensor(inputs[:, :10]), block.history)
    stepped = step_through(block, inputs[:, 10:], state)
    for found, expected in zip(stepped, outputs, strict=True):
        np.testing.assert_allclose(found, expected[:, 10:], rtol=0, atol=1e-5)


def test_sequences_in_a_row_with_a_memory_equal_one(block, inputs, outputs):
    memory, ends, parts = block.get_initial_state(B), [0, 3, 10, T], []
    for start, stop in itertools.pairwise(ends):
        part = ops.convert_to_tensor(inputs[:, start:stop])
        found, memory = block(part, memory=memory)
        parts.append([ops.convert_to_numpy(signal) for signal in found])
    for found, expected in zip(zip(*parts, strict=True), outputs, strict=True):
        joined = np.concatenate(found, axis=1)
        np.testing.assert_allclose(joined, expected, rtol=0, atol=1e-5)


def test_the_steady_state_is_that_after_a_long_constant_input(noise, step_through):
    block = noisy_block(noise, dilation_rate=4)
    x = noise(B, 6, C, seed=9)
    forever = np.repeat(x[:, :1], T - 6, axis=1)
    expected = block(np.concatenate([forever, x], axis=1))
    state = queue.filled_with(ops.convert_to_tensor(x[:, 0]), block.history)
    for found, signal in zip(step_through(block, x, state), expected, strict=True):
        signal = ops.convert_to_numpy(signal)[:, T - 6 :]
        np.testing.assert_allclose(found, signal, rtol=0, atol=1e-5)


def test_valid_padding_leaves_out_the_outputs_that_depend_on_padding(noise, inputs):
    arguments = {"kernel_size": 3, "dilation_rate": 2, "skip_channels": S}
    causal = noisy_block(noise, **arguments)
    valid = noisy_block(noise, padding="valid", **arguments)
    pairs = zip(causal(inputs), valid(inputs), strict=True)
    for whole, short in pairs:
        whole, short = ops.convert_to_numpy(whole), ops.convert_to_numpy(short)
        assert short.shape[1] == T - 4
        np.testing.assert_allclose(short, whole[:, 4:], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("initializer", ["glorot_uniform", "seeded"])
def test_each_kernel_is_drawn_as_if_it_stood_alone(initializer):
    if initializer == "seeded":
        initializer = keras.initializers.GlorotUniform(seed=5)
    block = GatedResidualBlock(64, 2, skip_channels=64, kernel_initializer=initializer)
    block.build((None, None, 64))
    fused = block.filter_gate.get_weights()[0]
    kernels = {
        "filter": fused[..., :64],
        "gate": fused[..., 64:],
        "residual": block.residual_projection.get_weights()[0],
        "skip": block.skip_projection.get_weights()[0],
    }
    for name, kernel in kernels.items():
        fan = 64 * 2 if name in ("filter", "gate") else 64
        limit = np.sqrt(6 / (fan + fan))
        assert 0.98 * limit < np.abs(kernel).max() <= limit, name
    assert (kernels["filter"] != kernels["gate"]).mean() > 0.99
    assert (kernels["residual"] != kernels["skip"]).mean() > 0.99


def test_dropout_acts_in_training_alone_and_never_on_the_residual_stream(inputs, noise):
    block = noisy_block(noise, dropout=0.5, residual=False)
    plain = noisy_block(noise, residual=False)
    stream, z = block(inputs, training=True)
    np.testing.assert_array_equal(ops.convert_to_numpy(stream), inputs)
    expected = ops.convert_to_numpy(plain(inputs)[1])
    at_rest = ops.convert_to_numpy(block(inputs, training=False)[1])
    np.testing.assert_array_equal(at_rest, expected)
    assert (ops.convert_to_numpy(z) != expected).mean() > 0.5


def test_training_reaches_every_weight_of_a_block_in_somebody_elses_model(
    inputs, noise, tmp_path
):
    symbolic = keras.Input((None, C))
    x, skip = GatedResidualBlock(D, skip_channels=S, dropout=0.1)(symbolic)
    x = keras.layers.Concatenate()([x, skip])
    model = keras.Model(symbolic, keras.layers.Dense(1)(x))
    before = model.get_weights()
    model.compile("sgd", "mse")
    model.fit(inputs, noise(B, T, 1), verbose=0)
    for old, new in zip(before, model.get_weights(), strict=True):
        assert np.isfinite(new).all()
        assert (new != old).any()
    expected = model.predict(inputs, verbose=0)
    model.save(tmp_path / "theirs.keras")
    loaded = keras.saving.load_model(tmp_path / "theirs.keras")
    found = loaded.predict(inputs, verbose=0)
    assert found.std() > 0.1
    np.testing.assert_array_equal(found, expected)


def test_regularizers_add_the_loss_of_every_kernel(noise):
    block = noisy_block(noise, skip_channels=S, kernel_regularizer="l2")
    found = sum(float(ops.convert_to_numpy(loss)) for loss in block.losses)
    kernels = [w for w in block.get_weights() if w.ndim > 1]
    assert len(kernels) == 3
    expected = 0.01 * sum((kernel**2).sum() for kernel in kernels)
    assert found == pytest.approx(expected, rel=1e-5)


def test_mixed_precision_computes_in_half_precision(inputs, noise, step_through):
    block = noisy_block(noise, skip_channels=S, dtype="mixed_bfloat16")
    expected = formula(block, inputs)
    stepped = step_through(block, inputs, block.get_initial_state(B))
    for found, step, signal in zip(block(inputs), stepped, expected, strict=True):
        assert keras.backend.standardize_dtype(found.dtype) == "bfloat16"
        assert step.dtype == "bfloat16"
        found = ops.convert_to_numpy(ops.cast(found, "float32"))
        np.testing.assert_allclose(found, signal.astype("float32"), atol=0.1)
        np.testing.assert_allclose(step.astype("float32"), found, atol=0.1)


@pytest.mark.parametrize("arguments", [{}, {"skip_channels": S, "padding": "valid"}])
def test_symbolic_shapes_are_those_of_real_ones(arguments, inputs, noise):
    block = noisy_block(noise, dilation_rate=4, **arguments)
    real = [output.shape for output in block(inputs)]
    fixed = [output.shape for output in block(keras.Input((T, C)))]
    assert [(B, *shape[1:]) for shape in fixed] == [tuple(shape) for shape in real]
    unknown = [output.shape for output in block(keras.Input((None, C)))]
    assert unknown == [(None, None, shape[-1]) for shape in real]


def test_a_block_made_from_its_config_is_the_same():
    block = GatedResidualBlock(
        D,
        kernel_size=3,
        dilation_rate=5,
        skip_channels=S,
        residual=False,
        padding="valid",
        dropout=0.25,
        use_bias=False,
        kernel_initializer="he_normal",
        kernel_regularizer="l1",
        name="block",
    )
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(block)
    )
    config = block.get_config()
    assert again.get_config() == config
    assert config["dropout"] == 0.25 and config["dilation_rate"] == 5
    registered = keras.saving.get_registered_name(GatedResidualBlock)
    assert registered == "keras_wavenet>GatedResidualBlock"


@pytest.mark.neutral
@pytest.mark.parametrize(
    "arguments",
    [
        {"dilation_channels": 0},
        {"dilation_channels": D, "skip_channels": 0},
        {"dilation_channels": D, "kernel_size": 0},
        {"dilation_channels": D, "dilation_rate": 1.5},
        {"dilation_channels": D, "padding": "same"},
        {"dilation_channels": D, "dropout": 1.0},
        {"dilation_channels": D, "dropout": -0.1},
    ],
)
def test_an_impossible_argument_is_refused(arguments):
    name = list(arguments)[-1]
    with pytest.raises(ValueError, match=rf"`{name}` must be .*Received: {name}="):
        GatedResidualBlock(**arguments)


@pytest.mark.parametrize("shape", [(B, C), (B, T, None)])
def test_inputs_without_time_and_channels_are_refused(shape):
    with pytest.raises(ValueError, match=r"\(batch, time, channels\).*Received: shape"):
        GatedResidualBlock(D).build(shape)
