"""The bits of generated samples are those that the model gives them as data."""

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet
from keras_wavenet.generation.stream_values import matched_with_bits
from tests.family import KINDS, SMALL, conditions_of

BACKEND = keras.backend.backend()
T = 25


@pytest.fixture(scope="module")
def mixture(tiny_wavenet):
    return tiny_wavenet(**{**SMALL, **KINDS["predicted_far"]})


def bits_of_data(model, audio, **inputs):
    """What each sample costs in an evaluation."""
    x = {"waveform": np.pad(audio, [(0, 0), (1, 0)])[:, :-1], **inputs}
    nats = model.distribution.negative_log_likelihood(
        keras.ops.convert_to_tensor(audio), model(x)
    )
    return keras.ops.convert_to_numpy(nats) / np.log(2)


@pytest.mark.parametrize("engine", ["cpu", BACKEND])
def test_bits_are_those_of_an_evaluation_at_temperature_1(network, engine):
    options = {"streams": 2, "seed": 1, "temperature": 0.7, "engine": engine}
    audio, bits = network.generate(T, **options, return_bits=True)
    assert bits.shape == audio.shape == (2, T) and bits.dtype == np.float32
    np.testing.assert_array_equal(audio, network.generate(T, **options))
    expected = bits_of_data(network, audio)
    np.testing.assert_allclose(bits, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.neutral
@pytest.mark.parametrize("engine", ["cpu", BACKEND])
@pytest.mark.parametrize("temperature", [0, 1])
def test_bits_of_a_conditioned_mixture(mixture, engine, temperature):
    conditions = conditions_of(mixture, T)
    options = {"streams": 2, "seed": 1, "conditions": conditions, "engine": engine}
    audio, bits = mixture.generate(
        T, **options, temperature=temperature, return_bits=True
    )
    start = {"context_valid": np.zeros(2, "int32")}
    expected = bits_of_data(mixture, audio, **conditions, **start)
    np.testing.assert_allclose(bits, expected, rtol=1e-3, atol=1e-3)


def test_no_samples_have_no_bits(network):
    audio, bits = network.generate(0, streams=3, return_bits=True)
    assert audio.shape == bits.shape == (3, 0)


@pytest.mark.neutral
def test_bits_go_along_with_matched_audio_that_is_late():
    class Late:
        def stream(self, chunks):
            *early, last = chunks
            yield np.concatenate(early, axis=1)
            yield last

    audio = np.arange(12, dtype="float32").reshape(2, 6)
    chunks = [(audio[:, i : i + 2], -audio[:, i : i + 2]) for i in (0, 2, 4)]
    found, bits = zip(*matched_with_bits(Late(), chunks), strict=True)
    np.testing.assert_array_equal(np.concatenate(found, axis=1), audio)
    np.testing.assert_array_equal(np.concatenate(bits, axis=1), -audio)


@pytest.mark.neutral
def test_bits_of_filtered_audio_are_those_of_the_model(tiny_wavenet):
    plain = tiny_wavenet(dilations=[1])
    config = {**plain.get_config(), "name": None}
    filtered = WaveNet(**{**config, "waveform_filter": {"pre_emphasis": 0.8}})
    filtered.set_weights(plain.get_weights())
    both = [one.generate(T, seed=0, return_bits=True) for one in (plain, filtered)]
    (audio, bits), (changed, same) = both
    np.testing.assert_array_equal(bits, same)
    assert (audio != changed).any()
