"""Sounds that a model makes while it learns."""

import random
import wave

import keras
import numpy as np
import pytest

from keras_wavenet.training.monitoring.audio_samples import AudioSamples, draw_sample

RATE = 16000
NOISE = "is noise"  # what large random weights make


@pytest.fixture(scope="module")
def network(tiny_wavenet):
    """A network that makes noise; training step and loop are compiled once."""
    network = tiny_wavenet(dilations=[1, 2], dropout=0.2)
    network.compile(keras.optimizers.SGD(0.01))
    fit(network)  # the first time, PyTorch draws for a trial run as well
    return network


@pytest.fixture(scope="module")
def begin(network):
    """Put the network and all that draws where they were before a training."""
    state = [variable.numpy() for variable in network.variables]

    def begin():
        for variable, value in zip(network.variables, state, strict=True):
            variable.assign(value)
        keras.utils.set_random_seed(0)

    return begin


@pytest.fixture
def model(network, begin):
    """The network, ready to be trained."""
    begin()
    return network


def fit(model, *callbacks, epochs=1):
    """Four steps an epoch."""
    audio = np.sin(np.arange(8 * 51, dtype="float32").reshape(8, 51)) / 2
    x, y = audio[:, :-1], audio[:, 1:]
    model.fit(x, y, 2, epochs, verbose=0, callbacks=callbacks, shuffle=False)


def samples(folder, every, **options):
    """The callback, without pictures and short."""
    options = {"seconds": 0.02, "picture": False, **options}
    return AudioSamples(folder, every, **options)


def read_wav(path):
    with wave.open(str(path)) as file:
        assert file.getframerate() == RATE
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


@pytest.mark.filterwarnings(f"ignore:.*{NOISE}")
def test_audio_comes_at_its_steps_and_at_the_end_with_the_weights_of_then(
    model, tmp_path
):
    fit(model, samples(tmp_path, every=3, picture=True))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "step-00000003.png", "step-00000003.wav",
        "step-00000004.png", "step-00000004.wav",
    ]  # fmt: skip
    third, last = (read_wav(tmp_path / name) for name in (names[1], names[3]))
    expected = model.generate(round(0.02 * RATE), seed=0)[0]
    np.testing.assert_allclose(last / 32768, expected, atol=1e-4)
    assert len(third) == len(last) and (third != last).any()
    assert (tmp_path / names[0]).read_bytes().startswith(b"\x89PNG")


@pytest.mark.filterwarnings(f"ignore:.*{NOISE}")
def test_a_resumed_run_makes_the_same_files(model, begin, tmp_path):
    fit(model, samples(tmp_path / "whole", every=4), epochs=2)
    begin()
    fit(model, samples(tmp_path / "parts", every=3))
    fit(model, samples(tmp_path / "parts", every=4, initial_step=4))
    names = [f"step-0000000{step}.wav" for step in (4, 8)]
    whole, parts = (
        [(tmp_path / folder / name).read_bytes() for name in names]
        for folder in ("whole", "parts")
    )
    assert whole == parts


@pytest.mark.filterwarnings(f"ignore:.*{NOISE}")
def test_training_draws_and_learns_as_without_it(model, begin, tmp_path):
    learned, drawn = [], []
    for callbacks in ([], [samples(tmp_path, every=1)]):
        begin()
        fit(model, *callbacks)
        learned.append(model.get_weights())
        drawn.append((random.random(), np.random.random()))
    assert drawn[0] == drawn[1]
    for one, other in zip(*learned, strict=True):
        np.testing.assert_array_equal(one, other)


def test_noise_is_warned_of_with_its_step(model, tmp_path):
    with pytest.warns(UserWarning, match="step 4: The audio is noise"):
        fit(model, samples(tmp_path, every=9, seconds=0.1))


def test_a_failure_is_warned_of_and_the_training_goes_on(model, tmp_path):
    (tmp_path / "file").touch()
    before = int(model.optimizer.iterations)
    with pytest.warns(UserWarning, match="No audio sample at step 4: .*Error"):
        fit(model, samples(tmp_path / "file", every=4))
    assert int(model.optimizer.iterations) == before + 4


@pytest.mark.filterwarnings(f"ignore:.*{NOISE}")
def test_a_model_that_averages_speaks_with_the_averages(tiny_wavenet, tmp_path):
    model = tiny_wavenet(dilations=[1, 2])
    model.compile(keras.optimizers.SGD(0.01, use_ema=True, ema_momentum=0.5))
    fit(model, samples(tmp_path, every=4))
    # `fit` leaves the averages in the model.
    expected = model.generate(round(0.02 * RATE), seed=0)[0]
    found = read_wav(tmp_path / "step-00000004.wav") / 32768
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_arguments_out_of_range_are_refused(tmp_path):
    with pytest.raises(ValueError, match="every=0"):
        AudioSamples(tmp_path, every=0)
    with pytest.raises(ValueError, match="seconds=0"):
        AudioSamples(tmp_path, seconds=0)


@pytest.mark.neutral
def test_the_same_audio_has_the_same_picture_and_silence_has_one_too():
    noise = np.random.default_rng(0).uniform(-1, 1, 900).astype("float32")
    assert draw_sample(noise, RATE, "a") == draw_sample(noise, RATE, "a")
    for waveform in (0 * noise, noise[:1]):
        assert draw_sample(waveform, RATE, "b").startswith(b"\x89PNG")
