"""Training by likelihood: a network learns a tone, is saved in full, and sings it."""

import math

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet
from keras_wavenet.distributions import Categorical
from keras_wavenet.training import BitsPerSample, NegativeLogLikelihood

RATE = 8000
PITCH = 304  # Hz, a multiple of RATE / 1000: one bin of a spectrum of 1000 samples
WINDOW = 64


@pytest.fixture(scope="module")
def tone():
    """Windows of a sine with context, from all phases: (x, y) for `fit`."""
    context = 32
    phase = np.random.default_rng(0).uniform(0, 2 * np.pi, (64, 1))
    t = np.arange(context + WINDOW + 1) / RATE
    wave = (0.6 * np.sin(2 * np.pi * PITCH * t + phase)).astype("float32")
    x = {"context": wave[:, :context], "waveform": wave[:, context:-1]}
    return x, wave[:, context + 1 :]


@pytest.fixture(scope="module")
def singer(tone):
    """A network that has learned the tone."""
    keras.utils.set_random_seed(0)
    model = WaveNet(
        [1, 2, 4, 8, 16],
        residual_channels=16,
        dilation_channels=16,
        skip_channels=32,
        distribution={"name": "categorical", "levels": 64},
        sample_rate=RATE,
    )
    model.compile(keras.optimizers.Adam(0.01))
    x, y = tone
    model.fit(x, y, batch_size=16, epochs=15, verbose=0)
    return model


@pytest.fixture(scope="module")
def scores(singer, tone):
    return singer.evaluate(*tone, batch_size=16, verbose=0, return_dict=True)


def test_a_fitted_network_predicts_the_next_sample(singer, scores):
    bits = singer.history.history["bits_per_sample"]
    assert bits[0] > 4 and scores["bits_per_sample"] < 1
    assert np.isfinite(bits).all()


@pytest.mark.parametrize("temperature", [0, 0.5])
def test_what_it_generates_has_the_pitch_that_it_learned(singer, tone, temperature):
    waveform = tone[0]["waveform"][0]
    audio = singer.generate(1000, prime=waveform, temperature=temperature, seed=0)[0]
    spectrum = np.abs(np.fft.rfft(audio * np.hanning(1000)))
    assert abs(spectrum.argmax() * RATE / 1000 - PITCH) <= RATE / 1000
    assert 0.5 < np.abs(audio).max() < 0.75


def test_the_logs_have_bits_and_nats(scores):
    assert set(scores) == {"loss", "bits_per_sample"}
    found = scores["bits_per_sample"]
    assert found == pytest.approx(scores["loss"] / math.log(2), rel=1e-4)


def test_samples_without_weight_count_for_nothing(singer, tone):
    x, y = tone

    def evaluate(weight):
        waveform = np.where(weight, y, 0.9)  # what padding holds must not matter
        return singer.evaluate(
            x,
            waveform,
            sample_weight=weight,
            batch_size=64,
            verbose=0,
            return_dict=True,
        )

    everything = np.ones_like(y)
    part = everything.copy()
    part[:, 50:] = part[3:, 20:] = 0
    scores = [(w.sum(), evaluate(w)) for w in (everything, part, everything - part)]
    for name in ("loss", "bits_per_sample"):
        whole, one, other = (count * score[name] for count, score in scores)
        assert whole == pytest.approx(one + other, rel=1e-4)
        assert min(one, other) > 0.1 * whole


def test_a_saved_model_keeps_its_loss_metric_and_optimizer(
    singer, tone, scores, tmp_path
):
    singer.save(tmp_path / "singer.keras")
    loaded = keras.saving.load_model(tmp_path / "singer.keras")
    assert isinstance(loaded.loss, NegativeLogLikelihood)
    assert loaded.loss.distribution.levels == 64
    found = loaded.evaluate(*tone, batch_size=16, verbose=0, return_dict=True)
    assert found == pytest.approx(scores, rel=1e-5)
    assert int(keras.ops.convert_to_numpy(loaded.optimizer.iterations)) == 60
    pairs = zip(loaded.optimizer.variables, singer.optimizer.variables, strict=True)
    for again, before in pairs:
        again, before = (keras.ops.convert_to_numpy(v) for v in (again, before))
        np.testing.assert_array_equal(again, before)


@pytest.mark.parametrize("jit_compile", [True, False])
def test_a_loaded_model_is_compiled_as_suits_this_backend(
    tiny_wavenet, tmp_path, jit_compile
):
    fresh, saved = tiny_wavenet(dilations=[1, 2]), tiny_wavenet(dilations=[1, 2])
    fresh.compile()
    saved.compile("sgd", jit_compile=jit_compile)  # as another backend may have had it
    saved.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.jit_compile == fresh.jit_compile
    assert isinstance(loaded.optimizer, keras.optimizers.SGD)


def test_compile_takes_loss_and_metric_from_the_distribution(tiny_wavenet):
    model = tiny_wavenet()
    model.compile()
    assert isinstance(model.loss, NegativeLogLikelihood)
    assert model.loss.distribution is model.distribution
    assert isinstance(model.optimizer, keras.optimizers.Adam)


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "nadam"])
def test_adam_with_weights_in_bfloat16_is_warned_of(optimizer, tiny_wavenet):
    with pytest.warns(UserWarning, match='changes no weight.*dtype="mixed_bfloat16"'):
        tiny_wavenet(dtype="bfloat16").compile(optimizer)


@pytest.mark.parametrize(
    "policy, optimizer",
    [("bfloat16", "sgd"), ("mixed_bfloat16", "adam"), ("float32", "adam")],
)
@pytest.mark.filterwarnings("error:.*changes no weight")
def test_nothing_else_is_warned_of_at_compile(policy, optimizer, tiny_wavenet):
    tiny_wavenet(dtype=policy).compile(optimizer)


def test_compile_takes_another_loss_and_metric(tiny_wavenet, tone):
    model = tiny_wavenet(dilations=[1, 2])
    loss = NegativeLogLikelihood(Categorical(), reduction="sum")
    metrics = [BitsPerSample(Categorical(), name="bits")]
    model.compile("sgd", loss, weighted_metrics=metrics)
    found = model.evaluate(*tone, batch_size=64, verbose=0, return_dict=True)
    assert set(found) == {"loss", "bits"}
    samples = tone[1].size
    expected = found["loss"] / samples / math.log(2)
    assert found["bits"] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    "policy, optimizer",
    [
        ("mixed_bfloat16", keras.optimizers.Adam(0.01)),
        # Keras' Adam counts its decay in the weights' dtype, where 0.999 is 1.
        ("bfloat16", keras.optimizers.SGD(0.5)),
    ],
)
def test_training_moves_every_weight_in_half_precision(
    tiny_wavenet, tone, policy, optimizer
):
    few_levels = {"name": "categorical", "levels": 64}
    model = tiny_wavenet(dilations=[1, 2], dtype=policy, distribution=few_levels)
    before = model.get_weights()
    model.compile(optimizer)
    history = model.fit(*tone, batch_size=16, epochs=4, verbose=0).history
    assert history["loss"][-1] < history["loss"][0] - 0.3
    for weight, old in zip(model.weights, before, strict=True):
        value = keras.ops.convert_to_numpy(keras.ops.cast(weight, "float32"))
        assert np.isfinite(value).all(), weight.path
        assert (value != old.astype("float32")).any(), weight.path


def test_mixed_half_precision_learns_as_float32_does(tiny_wavenet, tone):
    few_levels = {"name": "categorical", "levels": 64}

    def costs(policy):
        model = tiny_wavenet(dilations=[1, 2], dtype=policy, distribution=few_levels)
        model.compile(keras.optimizers.Adam(0.01))
        history = model.fit(*tone, batch_size=16, epochs=3, verbose=0, shuffle=False)
        return np.array(history.history["loss"])

    full = costs("float32")
    assert full[-1] < full[0] - 0.3
    for policy in ("mixed_bfloat16", "mixed_float16"):
        np.testing.assert_allclose(costs(policy), full, rtol=0.02, err_msg=policy)


def test_l2_is_added_to_the_loss_of_training_alone(tone):
    def scores(l2):
        keras.utils.set_random_seed(0)
        model = WaveNet([1], 4, 4, 4, distribution={"name": "categorical", "levels": 8})
        squares = sum(
            float(np.square(weight.numpy()).sum())
            for weight in model.trainable_variables
            if "bias" not in weight.name
        )
        model.compile(keras.optimizers.SGD(0.0), l2=l2)
        x, y = (tone[0]["waveform"][:8], tone[1][:8])
        trained = model.train_on_batch(x, y, return_dict=True)
        return trained["loss"], model.evaluate(x, y, verbose=0)[0], squares

    plain, evaluated, squares = scores(0.0)
    penalized, same, _ = scores(0.25)
    assert penalized - plain == pytest.approx(0.25 * squares, rel=1e-4)
    assert same == pytest.approx(evaluated, rel=1e-6)
    with pytest.raises(ValueError, match="`l2` must be a number of at least 0"):
        scores(-1.0)
