"""The WaveNet: the paper's arithmetic, exactly causal, whole and sample by sample."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_wavenet import WaveNet
from keras_wavenet.generation import engines
from keras_wavenet.layers import mu_law_encode

B, T = 2, 40
NETWORKS = {
    "two taps": {},
    "three taps": {"kernel_size": 3, "initial_kernel_size": 3, "dilations": [1, 2, 4]},
    "other widths": {
        "residual_channels": 6,
        "dilation_channels": 5,
        "skip_channels": 9,
        "post_channels": 7,
        "initial_kernel_size": 1,
        "use_bias": False,
    },
}


@pytest.fixture(scope="module", params=NETWORKS.values(), ids=NETWORKS.keys())
def model(request, tiny_wavenet):
    return tiny_wavenet(**request.param)


@pytest.fixture(scope="module")
def plain(tiny_wavenet):
    """A network for tests that need only one."""
    return tiny_wavenet()


@pytest.fixture(scope="module")
def waveforms():
    """Loud noise, which visits all codes."""
    return np.random.default_rng(1).uniform(-1, 1, (B, T)).astype("float32")


@pytest.fixture(scope="module")
def logits(model, waveforms):
    return model.predict(waveforms, verbose=0)


@pytest.fixture(scope="module")
def plain_logits(plain, waveforms):
    return plain.predict(waveforms, verbose=0)


def reference_logits(model, signal):
    """The network in plain float64 NumPy: one logit row for each full past."""

    def causal(x, kernel, dilation):
        length = len(x) - (len(kernel) - 1) * dilation
        taps = [x[i * dilation :][:length] @ tap for i, tap in enumerate(kernel)]
        return sum(taps)

    def dense(layer, x):
        kernel, *bias = layer.get_weights()
        return x @ kernel + (bias[0] if bias else 0)

    levels = model.distribution.levels
    one_hot = np.eye(levels)[mu_law_encode(signal, levels)]
    x = causal(one_hot, model.network.initial.get_weights()[0], 1)
    zs = []
    for block, dilation in zip(model.blocks, model.dilations, strict=True):
        kernel, *bias = block.filter_gate.get_weights()
        fused = causal(x, kernel, dilation) + (bias[0] if bias else 0)
        filters, gates = np.split(fused, 2, axis=-1)
        z = np.tanh(filters) / (1 + np.exp(-gates))
        zs.append(z)
        if block is not model.blocks[-1]:
            x = x[-len(z) :] + dense(block.residual_projection, z)
    hidden = np.concatenate([z[-len(zs[-1]) :] for z in zs], axis=-1)
    for layer in (model.network.skip, model.network.post):
        hidden = np.maximum(dense(layer, hidden), 0)
    return dense(model.network.output, hidden)


@pytest.fixture(scope="module")
def engine(model):
    """The step and the prefill of the network, compiled as in generation."""
    return engines.get(keras.backend.backend(), model)


def step_through(engine, waveform, state):
    """What `step` gives for each sample of a waveform."""
    rows = []
    for t in range(waveform.shape[1]):
        row, state = engine.step(ops.convert_to_tensor(waveform[:, t]), state)
        rows.append(ops.convert_to_numpy(row))
    return np.stack(rows, axis=1)


def test_every_backend_gives_the_logits_of_the_papers_formula(model, waveforms, logits):
    silence = np.zeros((B, model.receptive_field - 1), "float32")
    signals = np.concatenate([silence, waveforms], axis=1)
    expected = np.stack([reference_logits(model, signal) for signal in signals])
    assert logits.shape == (B, T, 256) and logits.dtype == "float32"
    assert logits.std() > 0.5
    np.testing.assert_allclose(logits, expected, rtol=0, atol=1e-4)


def test_a_sample_moves_the_outputs_of_its_receptive_field_and_no_other(
    model, waveforms, logits
):
    first, last = 11, 11 + model.receptive_field - 1
    disturbed = waveforms.copy()
    disturbed[:, first] *= -1
    found = model.predict(disturbed, verbose=0)
    moved = (found != logits).any(axis=(0, 2))
    assert last + 1 < T
    assert not moved[:first].any() and not moved[last + 1 :].any()
    assert moved[first] and moved[last]


def test_steps_from_the_initial_state_equal_the_call(engine, waveforms, logits):
    found = step_through(engine, waveforms, engine.get_initial_state(B))
    np.testing.assert_allclose(found, logits, rtol=0, atol=1e-5)


def test_steps_after_a_parallel_pass_equal_the_call(model, engine, waveforms, logits):
    split = model.receptive_field - 1
    state = engine.prefill(ops.convert_to_tensor(waveforms[:, :split]))
    found = step_through(engine, waveforms[:, split:], state)
    np.testing.assert_allclose(found, logits[:, split:], rtol=0, atol=1e-5)


def test_the_papers_schedule_hears_5117_samples(tiny_wavenet):
    model = tiny_wavenet(dilations=None)
    assert len(model.blocks) == 50
    assert model.receptive_field == 5117
    assert model.data_spec.context_length == 5116
    assert model.data_spec.sample_rate == 16000


@pytest.mark.parametrize("length", [16, 25])
def test_the_context_of_a_waveform_is_silence(plain, waveforms, plain_logits, length):
    context = np.zeros((B, length), "float32")
    found = plain.predict(
        {"waveform": waveforms[:, :10], "context": context}, verbose=0
    )
    np.testing.assert_allclose(found, plain_logits[:, :10], rtol=0, atol=1e-5)


@pytest.mark.parametrize("length", [16, 25])
def test_a_context_joins_a_window_to_what_came_before(
    plain, waveforms, plain_logits, length
):
    assert length >= plain.receptive_field - 1
    window = {"waveform": waveforms[:, 30:], "context": waveforms[:, 30 - length : 30]}
    found = plain.predict(window, verbose=0)
    np.testing.assert_allclose(found, plain_logits[:, 30:], rtol=0, atol=1e-5)


def test_before_a_short_context_is_silence(plain, waveforms, plain_logits):
    short = waveforms[:, 25:30]
    filled = np.concatenate([np.zeros((B, 11), "float32"), short], axis=1)
    found, expected = (
        plain.predict({"waveform": waveforms[:, 30:], "context": context}, verbose=0)
        for context in (short, filled)
    )
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
    assert np.abs(found - plain_logits[:, 30:]).max() > 0.01


def test_a_single_sample_has_a_prediction(plain, waveforms, plain_logits):
    found = plain.predict(waveforms[:, :1], verbose=0)
    assert found.shape == (B, 1, 256)
    np.testing.assert_allclose(found, plain_logits[:, :1], rtol=0, atol=1e-5)


def test_calling_the_model_is_predicting(plain, waveforms, plain_logits):
    for inputs in (waveforms, {"waveform": waveforms}, waveforms.astype("float64")):
        found = ops.convert_to_numpy(plain(inputs))
        np.testing.assert_allclose(found, plain_logits, rtol=0, atol=1e-5)


@pytest.mark.parametrize("samples", [10, 40])
def test_probabilities_of_the_next_sample_are_those_of_the_last_position(
    plain, waveforms, plain_logits, samples
):
    waveform = waveforms[:, :samples]
    last = plain_logits[:, samples - 1].astype("float64")
    expected = np.exp(last) / np.exp(last).sum(axis=-1, keepdims=True)
    found = plain.next_sample_probabilities(waveform)
    assert found.dtype == "float32"
    np.testing.assert_allclose(found.sum(axis=-1), 1, rtol=1e-5)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
    alone = plain.next_sample_probabilities(waveform[0])
    np.testing.assert_allclose(alone, expected[0], rtol=0, atol=1e-5)


def test_probabilities_after_nothing_are_those_after_silence(plain):
    found = plain.next_sample_probabilities(np.zeros(0, "float32"))
    expected = plain.next_sample_probabilities(np.zeros(1, "float32"))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


@pytest.mark.neutral
def test_the_same_weights_predict_on_the_numpy_backend(
    plain, waveforms, plain_logits, tmp_path, run_program
):
    plain.save(tmp_path / "model.keras")
    np.save(tmp_path / "waveforms.npy", waveforms)
    code = """if True:
        import keras, numpy, keras_wavenet
        model = keras.saving.load_model("model.keras")
        numpy.save("logits.npy", model(numpy.load("waveforms.npy")))
        try:
            model.generate(1)
        except ValueError as error:
            print(keras.backend.backend(), error)
    """
    ended = run_program("-c", code, backend="numpy", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    found = np.load(tmp_path / "logits.npy")
    np.testing.assert_allclose(found, plain_logits, rtol=0, atol=1e-4)
    message = "numpy Engine 'auto' cannot run on the Keras backend 'numpy': set KERAS_"
    assert ended.stdout.startswith(message)


def test_a_saved_model_comes_back_with_its_class_config_and_weights(
    tiny_wavenet, waveforms, tmp_path
):
    model = tiny_wavenet(**NETWORKS["other widths"], sample_rate=8000, name="voice")
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded) is WaveNet
    assert loaded.get_config() == model.get_config()
    assert loaded.sample_rate == 8000 and loaded.name == "voice"
    assert not loaded.compiled
    found, expected = (one.predict(waveforms, verbose=0) for one in (loaded, model))
    np.testing.assert_array_equal(found, expected)


def test_a_model_made_from_its_config_has_the_same_shape(tiny_wavenet):
    model = tiny_wavenet(kernel_size=3, dropout=0.25, dtype="mixed_bfloat16")
    again = WaveNet.from_config(model.get_config())
    assert again.get_config() == model.get_config()
    assert [w.path for w in again.weights] == [w.path for w in model.weights]
    assert [w.shape for w in again.weights] == [w.shape for w in model.weights]
    assert again.blocks[0].dropout == 0.25
    assert again.blocks[0].compute_dtype == "bfloat16"


@pytest.mark.parametrize(
    "policy, kept_in", [("mixed_bfloat16", "float32"), ("bfloat16", "bfloat16")]
)
def test_half_precision_networks_give_nearly_the_same_float32_logits(
    tiny_wavenet, waveforms, plain_logits, policy, kept_in
):
    model = tiny_wavenet(dtype=policy)
    assert model.blocks[0].filter_gate.kernel.dtype == kept_in
    found = model.predict(waveforms, verbose=0)
    assert found.dtype == "float32"
    assert 0 < np.abs(found - plain_logits).max() < 0.2
    codes_differ = np.abs(found - plain_logits).mean(axis=(0, 2)) > 0.1
    assert not codes_differ.any()


def test_dropout_acts_in_training_alone(tiny_wavenet, plain_logits, waveforms):
    model = tiny_wavenet(dropout=0.5)
    at_rest = ops.convert_to_numpy(model(waveforms, training=False))
    np.testing.assert_allclose(at_rest, plain_logits, rtol=0, atol=1e-5)
    in_training = ops.convert_to_numpy(model(waveforms, training=True))
    assert np.abs(in_training - plain_logits).mean() > 0.05


def test_the_cost_of_a_sample_is_that_of_its_products(plain, tiny_wavenet):
    dilated = 4 * (2 * 8 * 16)  # blocks, taps, residual channels, filter and gate
    one_by_one = 3 * (8 * 8) + (4 * 8) * 8 + 8 * 8  # residual, skip, post
    one_by_one += 8 * 256  # output
    assert plain.multiply_adds_per_sample == dilated + one_by_one
    frozen = tiny_wavenet(trainable=False)
    assert frozen.multiply_adds_per_sample == dilated + one_by_one


def test_the_summary_names_every_layer(plain, capsys):
    plain.summary()
    printed = capsys.readouterr().out
    names = ("waveform", "context", "encode", "initial", "block_3", "skip", "output")
    for name in names:
        assert name in printed


def test_every_weight_has_an_effect(plain):
    layers = [layer for layer in plain.layers if layer.weights]
    assert sum(len(layer.weights) for layer in layers) == len(plain.weights)
    assert plain.blocks[-1].residual_projection is None
