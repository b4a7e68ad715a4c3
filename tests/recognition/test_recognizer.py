"""The recognizer: what its frames depend on, its two losses, saving and loading."""

import json

import h5py
import keras
import numpy as np
import pytest

from keras_wavenet.recognition.recognizer import Recognizer

POOL, FRAMES = 10, 12
CLASSES = ["sil", "a", "b"]
TINY = {
    "dilations": [1, 2, 4],
    "residual_channels": 8,
    "dilation_channels": 8,
    "skip_channels": 8,
    "distribution": {"name": "categorical", "levels": 16},
    "pool": POOL,
    "frame_channels": 6,
    "frame_layers": 2,
    "frame_kernel_size": 3,
}


def build(seed=0, **arguments):
    """A small recognizer whose weights depend on a seed alone, and are not small."""
    model = Recognizer(**{"classes": CLASSES, **TINY, **arguments})
    normal = np.random.default_rng(seed).normal
    model.set_weights([normal(0, 0.5, w.shape) for w in model.weights])
    return model


@pytest.fixture(scope="module")
def model():
    return build()


@pytest.fixture(scope="module")
def waveforms():
    """Two waveforms of noise of 12 frames."""
    noise = np.random.default_rng(1).uniform(-1, 1, (2, FRAMES * POOL))
    return noise.astype("float32")


@pytest.fixture(scope="module")
def found(model, waveforms):
    return model.predict(waveforms, verbose=0)


def test_there_is_a_distribution_a_sample_and_a_logit_a_class_and_frame(found):
    assert {name: value.shape for name, value in found.items()} == {
        "next_sample": (2, FRAMES * POOL, 16),
        "frames": (2, FRAMES, 3),
    }
    assert all(value.dtype == "float32" for value in found.values())


def test_the_next_sample_is_that_of_the_wavenet_inside(model, waveforms, found):
    inside = model.wavenet
    np.testing.assert_allclose(
        inside.predict(waveforms, verbose=0), found["next_sample"], rtol=0, atol=1e-5
    )
    assert inside.network.skip.kernel is model.get_layer("skip").kernel
    audio = inside.generate(20, seed=0)
    assert audio.shape == (1, 20) and np.abs(audio).max() > 0


def test_frames_are_means_of_activations_under_centered_convolutions(
    model, waveforms, found
):
    activations = keras.Model(model.input, model.get_layer("skip").output)
    context = np.zeros((2, model.receptive_field - 1), "float32")
    hidden = activations.predict({"waveform": waveforms, "context": context}, verbose=0)
    assert hidden.min() == 0  # of a ReLU
    x = hidden.reshape(2, FRAMES, POOL, -1).mean(axis=2)
    for number in range(2):
        gamma, beta = model.get_layer(f"frame_scale_{number}").get_weights()
        spread = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-3)
        x = (x - x.mean(axis=-1, keepdims=True)) / spread * gamma + beta
        kernel, bias = model.get_layer(f"frame_{number}").get_weights()
        padded = np.pad(x, ((0, 0), (1, 1), (0, 0)))
        taps = [padded[:, i : i + FRAMES] @ kernel[i] for i in range(3)]
        x = np.maximum(sum(taps) + bias, 0)
    kernel, bias = model.get_layer("classify").get_weights()
    np.testing.assert_allclose(x @ kernel + bias, found["frames"], rtol=0, atol=1e-4)


@pytest.mark.parametrize("sample", [0, 57, 60, FRAMES * POOL - 1])
def test_a_sample_changes_the_frames_around_it_and_no_others(
    model, waveforms, found, sample
):
    changed = waveforms.copy()
    changed[:, sample] = -np.sign(changed[:, sample])
    again = model.predict(changed, verbose=0)
    differ = np.abs(again["frames"] - found["frames"]).max(axis=(0, 2)) > 0
    assert model.margin == 2 and model.receptive_field == 9
    first = sample // POOL - model.margin
    last = (sample + model.receptive_field - 1) // POOL + model.margin
    assert set(np.flatnonzero(differ)) <= set(range(first, last + 1))
    assert differ[sample // POOL]
    earlier = np.abs(again["next_sample"] - found["next_sample"])[:, :sample]
    assert not (earlier > 1e-6).any()


def test_a_context_makes_a_window_part_of_a_longer_clip(model, waveforms, found):
    window = {"waveform": waveforms[:, 50:], "context": waveforms[:, :50]}
    joined = model.predict(window, verbose=0)
    margin = model.margin
    for name, whole, missing in (
        ("next_sample", found["next_sample"][:, 50:], 0),
        ("frames", found["frames"][:, 5:], margin),
    ):
        np.testing.assert_allclose(
            joined[name][:, missing:], whole[:, missing:], rtol=0, atol=1e-5
        )


def softmax(logits):
    odds = np.exp(logits)
    return odds / odds.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("window_frames", [5, 8, 1000])
def test_windows_give_the_probabilities_of_the_whole_clip(
    model, waveforms, found, window_frames
):
    probabilities = model.recognize(waveforms[0], window_frames)
    assert probabilities.dtype == "float32"
    expected = softmax(found["frames"][0])
    np.testing.assert_allclose(probabilities, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("samples", [117, 111])
def test_a_clip_is_recognized_up_to_its_last_sample(model, waveforms, samples):
    padded = np.where(np.arange(FRAMES * POOL) < samples, waveforms, 0)
    expected = softmax(model.predict(padded, verbose=0)["frames"][0])
    found = model.recognize(waveforms[0, :samples].astype("float64"))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


def test_a_transcript_names_the_runs_of_the_likeliest_class(model, waveforms):
    likeliest = model.recognize(waveforms[0]).argmax(axis=-1)
    changes = np.flatnonzero(np.diff(likeliest, prepend=-1))
    expected = [CLASSES[c] for c in likeliest[changes]]
    assert len(set(expected)) > 1
    assert model.transcribe(waveforms[0]) == expected
    ignored = expected[0]
    found = model.transcribe(waveforms[0], ignore=[ignored])
    assert found == [name for name in expected if name != ignored]
    assert len(model.transcribe(waveforms[0], shortest=2)) < len(expected)


@pytest.mark.parametrize(
    "clip, message",
    [
        (np.zeros((1, 40)), r"shape \(samples,\).*Received: shape=\(1, 40\)"),
        (np.zeros(0), "at least one sample. Received"),
        (np.zeros(40, "int16"), "float samples .*Received: dtype=int16"),
        (np.full(40, np.nan), "finite. Received: NaN"),
    ],
)
def test_an_array_that_is_no_clip_is_refused(model, clip, message):
    with pytest.raises(ValueError, match=message):
        model.recognize(clip)


def test_inputs_of_another_kind_are_refused(model):
    with pytest.raises(ValueError, match="frames of 10 .*Received: shape=.1, 15"):
        model(np.zeros((1, 15), "float32"))
    with pytest.raises(ValueError, match=r"Received: \['speaker', 'waveform'\]"):
        model({"waveform": np.zeros((1, 10), "float32"), "speaker": np.zeros(1)})
    with pytest.raises(ValueError, match="window_frames` must be .*at least 5"):
        model.recognize(np.zeros(40), 4)


@pytest.fixture(scope="module")
def targets(waveforms):
    y = {
        "next_sample": np.roll(waveforms, -1, axis=1),
        "frames": np.arange(2 * FRAMES).reshape(2, FRAMES).astype("int32") % 3,
    }
    weight = {name: np.ones(value.shape, "float32") for name, value in y.items()}
    return y, weight


@pytest.fixture(scope="module")
def scored(waveforms, targets):
    """A compiled recognizer, what it was evaluated on, and its scores."""
    y, weight = targets
    weight = {name: value.copy() for name, value in weight.items()}
    weight["frames"][:, 5:] = weight["next_sample"][:, 100:] = 0
    model = build(next_sample_weight=0.25)
    # TensorFlow runs one batch sooner than it compiles; JAX compiles in any case,
    # each operation by itself or all as one.
    model.compile(jit_compile=keras.backend.backend() == "jax")
    batch = {"y": y, "sample_weight": weight, "batch_size": 2}
    batch |= {"verbose": 0, "return_dict": True}
    return model, batch, model.evaluate(waveforms, **batch)


def test_the_loss_is_that_of_the_next_sample_and_of_the_frames(targets, found, scored):
    y, _ = targets
    _, _, scores = scored
    assert set(scores) == {
        *("loss", "next_sample_loss", "next_sample_bits_per_sample"),
        *("frames_loss", "frames_accuracy"),
    }
    logits = found["frames"][:, :5]
    chosen = np.take_along_axis(softmax(logits), y["frames"][:, :5, None], -1)
    accuracy = (logits.argmax(axis=-1) == y["frames"][:, :5]).mean()
    assert scores["frames_loss"] == pytest.approx(-np.log(chosen).mean(), rel=1e-4)
    assert scores["frames_accuracy"] == pytest.approx(accuracy)
    nats = scores["next_sample_loss"]
    bits = scores["next_sample_bits_per_sample"]
    assert bits == pytest.approx(nats / np.log(2), rel=1e-4)
    assert scores["loss"] == pytest.approx(
        0.25 * nats + scores["frames_loss"], rel=1e-4
    )


def test_a_saved_recognizer_keeps_its_weights_losses_and_metrics(
    waveforms, scored, tmp_path
):
    model, batch, scores = scored
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded) is Recognizer and loaded.get_config() == model.get_config()
    again = loaded.evaluate(waveforms, **batch)
    assert again == pytest.approx(scores, rel=1e-4)


def test_a_preset_holds_each_weight_once_and_comes_back(model, waveforms, tmp_path):
    folder = tmp_path / "mine"
    model.save_to_preset(folder, description="a trial")
    with h5py.File(folder / "model.weights.h5") as file:
        sizes = []
        file.visititems(lambda _, item: sizes.append(getattr(item, "size", 0)))
    assert sum(sizes) == model.count_params()
    loaded = Recognizer.from_preset(folder)
    assert loaded.classes == ("sil", "a", "b") and loaded.margin == model.margin
    for again in (loaded, keras.saving.load_model(folder)):
        for one, other in zip(again.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)
    found, expected = (each.recognize(waveforms[0]) for each in (loaded, model))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    assert Recognizer.from_preset(folder, dropout=0.5).wavenet.dropout == 0.5


def test_a_preset_from_before_the_module_moved_loads(model, tmp_path):
    model.save_to_preset(tmp_path / "mine")
    path = tmp_path / "mine" / "config.json"
    content = json.loads(path.read_text("utf-8"))
    assert content["registered_name"] == "keras_wavenet>Recognizer"
    content["module"] = "keras_wavenet.models.recognizer"
    path.write_text(json.dumps(content), "utf-8")
    for load in (Recognizer.from_preset, keras.saving.load_model):
        loaded = load(tmp_path / "mine")
        assert loaded.get_config() == model.get_config()


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"frame_layers": 0},
        {"use_bias": False, "frame_layers": 3, "frame_kernel_size": 1},
        {"classes": 7, "post_channels": 5, "dropout": 0.2},
    ],
)
def test_the_parameter_count_is_known_without_building(arguments):
    model = Recognizer(**{"classes": CLASSES, **TINY, **arguments})
    config = model.get_config()
    Recognizer.check_config(config)
    assert Recognizer.parameter_count(config) == model.count_params()
    assert Recognizer.from_config(config).get_config() == config


def test_mixed_precision_gives_nearly_the_same_probabilities(model, waveforms):
    half = build(dtype="mixed_bfloat16")
    assert half.get_layer("frame_0").compute_dtype == "bfloat16"
    assert {output.dtype for output in half.output.values()} == {"float32"}
    difference = half.recognize(waveforms[0]) - model.recognize(waveforms[0])
    assert 0 < np.abs(difference).max() < 0.3


def test_the_data_spec_has_classes_frames_and_context(model):
    spec = model.data_spec
    assert (spec.sample_rate, spec.context_length, spec.pool) == (16000, 8, POOL)
    assert spec.classes == model.classes == tuple(CLASSES)


@pytest.mark.parametrize("shape", [(2,), (2, 1)])
def test_a_weight_of_a_clip_is_that_of_its_frames(model, shape):
    logits = np.random.default_rng(0).normal(size=(2, FRAMES, 3)).astype("float32")
    loss, labels = model.default_objective()["loss"]["frames"], np.ones((2, FRAMES))
    each = [float(loss(labels[[i]], logits[[i]])) for i in range(2)]
    weights = np.array([1, 3], "float32")
    found = float(loss(labels, logits, weights.reshape(shape)))
    assert found == pytest.approx(np.average(each, weights=weights), rel=1e-5)


@pytest.mark.neutral
def test_unscaled_audio_is_refused(model, waveforms):
    model.compile("sgd")
    y = {"next_sample": 9 * waveforms, "frames": np.ones((2, FRAMES), int)}
    with pytest.raises(ValueError, match=r"`y` must hold samples in \[-1, 1\]"):
        model.train_on_batch(waveforms, y)
    with pytest.raises(ValueError, match=r"`waveform` must hold samples in \[-1, 1\]"):
        model.predict(9 * waveforms, verbose=0)


def test_a_recognizer_within_a_model_takes_the_waveform_alone(model, waveforms, found):
    waveform = keras.Input((None,))
    outer = keras.Model(waveform, model(waveform))
    assert outer.output["frames"].shape == (None, None, len(CLASSES))
    frames = keras.ops.convert_to_numpy(outer(waveforms)["frames"])
    np.testing.assert_allclose(frames, found["frames"], atol=1e-5)
