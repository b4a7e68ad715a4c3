"""Networks of every kind in `call`: windows that join, exact alignment, zero starts."""

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet
from keras_wavenet.layers import mu_law_encode
from tests.family import KINDS, SMALL, conditions_of, cut, outputs

T = 30


@pytest.fixture(scope="module")
def waveform():
    return np.random.default_rng(1).uniform(-0.9, 0.9, (2, T)).astype("float32")


@pytest.fixture(scope="module", params=KINDS.values(), ids=KINDS.keys())
def model(request, tiny_wavenet):
    return tiny_wavenet(**{**SMALL, **request.param})


@pytest.fixture(scope="module")
def conditions(model):
    return conditions_of(model, T)


@pytest.fixture(scope="module")
def whole(model, conditions, waveform):
    return outputs(model, {"waveform": waveform, **conditions})


def test_the_size_is_known_without_building(model):
    config = model.get_config()
    assert WaveNet.parameter_count(config) == model.count_params()
    WaveNet.check_config(config)


@pytest.mark.parametrize("first, stop", [(0, 1), (12, 24), (24, 30)])
def test_windows_give_the_outputs_of_the_whole_clip(
    model, conditions, waveform, whole, first, stop
):
    hop = model.data_spec.hop
    assert 12 % hop == 0
    inputs = {
        "waveform": waveform[:, first:stop],
        "context": waveform[:, max(first - model.context_length, 0) : first],
        **cut(model, conditions, first),
    }
    if first == 0:
        inputs.pop("local_context", None)
    found = outputs(model, inputs)
    np.testing.assert_allclose(found, whole[:, first:stop], rtol=0, atol=1e-5)


def test_the_data_spec_has_what_a_window_needs(model):
    spec = model.data_spec
    assert spec.conditions == model.architecture.conditions
    assert spec.context_length == model.receptive_field - 1
    assert spec.needs_context_valid == (model.architecture.start == "zeros")
    assert (spec.frames_before, spec.frames_after) == model.frame_margins


def test_a_sample_moves_the_outputs_of_its_receptive_field_and_no_other(
    model, conditions, waveform, whole
):
    disturbed = waveform.copy()
    disturbed[:, 9] *= -1
    moved = outputs(model, {"waveform": disturbed, **conditions}) != whole
    moved = moved.any(axis=(0, 2))
    assert moved[9] and not moved[:9].any()
    assert not moved[9 + model.receptive_field :].any()
    if model.context_stack is None:
        assert moved[9 + model.receptive_field - 1]


def test_every_condition_changes_the_output(model, conditions, waveform, whole):
    for name, value in conditions.items():
        found = outputs(model, {"waveform": waveform, **conditions, name: 1 - value})
        assert np.abs(found - whole).max() > 1e-3, name


def test_a_training_step_moves_every_weight(model, conditions, waveform):
    before = model.get_weights()
    # On JAX alone it takes longer to run a step operation by operation.
    model.compile(
        keras.optimizers.SGD(0.5), run_eagerly=keras.backend.backend() != "jax"
    )
    inputs = {"waveform": waveform[:, :-1], **cut(model, conditions, 0, T - 1)}
    inputs.pop("local_context", None)
    loss = model.train_on_batch(inputs, waveform[:, 1:], return_dict=True)["loss"]
    after = model.get_weights()
    model.set_weights(before)
    assert np.isfinite(loss)
    moved = [(new != old).any() for new, old in zip(after, before, strict=True)]
    assert all(moved)


def test_a_saved_model_is_the_same(model, conditions, waveform, whole, tmp_path):
    model.save(tmp_path / "model.keras")
    model.save_to_preset(tmp_path / "preset")
    for loaded in (
        keras.saving.load_model(tmp_path / "model.keras"),
        WaveNet.from_preset(str(tmp_path / "preset")),
    ):
        assert loaded.get_config() == model.get_config()
        found = outputs(loaded, {"waveform": waveform, **conditions})
        np.testing.assert_allclose(found, whole, rtol=0, atol=1e-6)


def test_the_order_of_weights_is_that_of_saved_optimizers(tiny_wavenet):
    model = tiny_wavenet(**{**SMALL, **KINDS["predicted"]})
    layers = [weight.path.split("/")[0] for weight in model.trainable_variables]
    assert list(dict.fromkeys(layers)) == [
        *("initial", "initial_residual", "initial_prediction"),
        *("global_condition", "frame_encoder", "block_0", "block_1", "block_2"),
        *("skip", "post", "output"),
    ]


def test_mixed_precision_trains_and_generates(tiny_wavenet, waveform):
    model = tiny_wavenet(**{**SMALL, **KINDS["both"], "dilations": [1, 2]})
    conditions = conditions_of(model, T)
    config = {**model.get_config(), "dtype": "mixed_bfloat16"}
    half = WaveNet.from_config(config)
    half.set_weights(model.get_weights())
    found = outputs(half, {"waveform": waveform, **conditions})
    assert found.dtype == "float32" and np.isfinite(found).all()
    half.compile(keras.optimizers.Adam(0.01))
    before = half.get_weights()
    x = {"waveform": waveform, **conditions}
    half.fit(x, np.roll(waveform, -1, axis=1), verbose=0)
    moved = [
        (new != old).any() for new, old in zip(half.get_weights(), before, strict=True)
    ]
    assert np.mean(moved) > 0.9  # but for units that are not active
    audio = half.generate(9, conditions=conditions, streams=2, seed=0)
    assert np.isfinite(audio).all() and np.abs(audio).max() <= 1


@pytest.mark.parametrize("frame", range(5))
def test_a_repeated_frame_changes_its_samples_and_no_earlier_ones(
    tiny_wavenet, frame, waveform
):
    hop = 6
    model = tiny_wavenet(**SMALL, local_channels=4, hop=hop, upsampling="repeat")
    conditions = conditions_of(model, T)
    moved = {name: value.copy() for name, value in conditions.items()}
    moved["local"][:, frame] += 1
    found, expected = (
        outputs(model, {"waveform": waveform, **given}) for given in (moved, conditions)
    )
    differs = (found != expected).any(axis=(0, 2))
    # It also changes the memory of the blocks: all of the stack but its first layer.
    reach = model.architecture.early_positions
    if frame:
        assert not differs[: frame * hop].any()
    assert differs[frame * hop : (frame + 1) * hop].all()
    assert not differs[(frame + 1) * hop + reach :].any()


def zero_start_formula(model, samples):
    """A network that starts with zeros, in plain NumPy, on one clip from its start."""

    def causal(x, kernel, dilation):
        y = np.zeros((len(x), kernel.shape[-1]))
        for i, tap in enumerate(kernel):
            late = (len(kernel) - 1 - i) * dilation
            y[late:] += x[: len(x) - late] @ tap
        return y

    def dense(layer, x):
        kernel, bias = layer.get_weights()
        return x @ kernel + bias

    x = np.eye(16)[mu_law_encode(samples, 16)]
    x, zs = causal(x, model.network.initial.get_weights()[0], 1), []
    for block, dilation in zip(model.blocks, model.dilations, strict=True):
        kernel, bias = block.filter_gate.get_weights()
        filters, gates = np.split(causal(x, kernel, dilation) + bias, 2, axis=-1)
        zs.append(np.tanh(filters) / (1 + np.exp(-gates)))
        if block.residual:
            x = x + dense(block.residual_projection, zs[-1])
    hidden = np.maximum(dense(model.network.skip, np.concatenate(zs, axis=-1)), 0)
    return dense(model.network.output, np.maximum(dense(model.network.post, hidden), 0))


def test_a_zero_start_has_zeros_left_of_a_clip(tiny_wavenet, waveform):
    model = tiny_wavenet(**SMALL, start="zeros")
    expected = np.stack([zero_start_formula(model, row) for row in waveform])
    found = outputs(model, waveform)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)
    silent = tiny_wavenet(**SMALL)
    assert np.abs(outputs(silent, waveform)[:, 0] - found[:, 0]).max() > 0.01
    n = model.context_length
    for start in (-3, 0, 2, 5, n + 4):  # windows, as the datasets make them
        clip = np.pad(waveform, [(0, 0), (n + 3, 0)])[:, start + 3 :][:, : n + 12]
        inputs = {
            "waveform": clip[:, n:],
            "context": clip[:, :n],
            "context_valid": np.full(2, min(start, n), "int32"),
        }
        parameters = outputs(model, inputs)[:, max(-start, 0) :]
        inputs["heard"] = inputs.pop("context_valid")  # the name in earlier batches
        np.testing.assert_array_equal(
            outputs(model, inputs)[:, max(-start, 0) :], parameters
        )
        same = found[:, max(start, 0) : start + 12]
        np.testing.assert_allclose(parameters, same, rtol=0, atol=1e-5)


def test_lengths_may_change_from_one_prediction_to_the_next(tiny_wavenet, waveform):
    model = tiny_wavenet(**SMALL, local_channels=4, hop=6)
    local = conditions_of(model, T)["local"]
    whole = outputs(model, {"waveform": waveform, "local": local})
    for frames in (1, 2, 3, 5):
        inputs = {"waveform": waveform[:, : frames * 6], "local": local[:, :frames]}
        found = model.predict(inputs, verbose=0)
        sure = max(frames * 6 - 6, 1)  # the next frame colours the last one
        np.testing.assert_allclose(found[:, :sure], whole[:, :sure], rtol=0, atol=1e-5)


def test_bad_arrays_leave_a_network_as_it_was(tiny_wavenet, waveform):
    model = tiny_wavenet(**SMALL, speakers=2)
    model.compile()
    weights = model.get_weights()
    x = {"waveform": waveform, "speaker": np.array([0.5, 1.5])}
    for act in (model.fit, model.evaluate):
        with pytest.raises(ValueError, match="`speaker` must hold integers"):
            act(x, waveform, verbose=0)
    with pytest.raises(ValueError, match=r"Received: \['waveform'\]"):
        model.predict(waveform, verbose=0)
    good = {"waveform": waveform, "speaker": np.array([0, 1])}
    with pytest.raises(ValueError, match="`speaker` must hold integers"):
        model.fit(good, waveform, validation_data=(x, waveform), verbose=0)
    for found, expected in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_a_recording_is_vocoded_at_its_length(tiny_wavenet):
    mel = {
        "parts": [
            {
                "name": "log_mel",
                "sample_rate": 16000,
                "hop": 6,
                "window": 12,
                "n_fft": 16,
                "n_mels": 4,
                "fmin": 60,
                "fmax": 8000,
            }
        ]
    }
    model = tiny_wavenet(**SMALL, features=mel, speakers=["ann", "ben"])
    audio = np.sin(np.arange(62, dtype="float32").reshape(2, 31))
    voices = {"speaker": ["ben", "ann"]}
    found = model.vocode(audio, conditions=voices, seed=1, match_frames=False)
    assert found.shape == (2, 31)
    frames = np.stack([model.features(row) for row in audio])
    assert frames.shape == (2, 6, 4)
    expected = model.generate(
        31, conditions={**voices, "local": frames}, streams=2, seed=1
    )
    np.testing.assert_array_equal(found, expected)
    for waveform, message in (
        (np.zeros((1, 2, 3), "float32"), r"shape=\(1, 2, 3\)"),
        (np.zeros(9, "int16"), "dtype=int16"),
        (np.full(9, np.nan, "float32"), "finite"),
        (np.zeros((9, 2), "float32"), "Mix channels"),
        (np.full(9, 300.0, "float32"), "divide 16-bit integers"),
    ):
        with pytest.raises(ValueError, match=message):
            model.vocode(waveform, conditions={"speaker": 0})
