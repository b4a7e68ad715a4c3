"""Frequencies that filters pass, and the first layer."""

import numpy as np
import pytest

from keras_wavenet.introspection import (
    activations,
    first_layer,
    frequency_response,
    sine_response,
)

pytestmark = pytest.mark.neutral

RATE = 16000


@pytest.fixture(scope="module")
def linear(tiny_wavenet):
    """A network of one block whose input is the waveform itself."""
    return tiny_wavenet(dilations=[4], input_encoding="waveform")


def sine_of(frequency, amplitude, samples=400):
    time = np.arange(samples) / RATE
    return (amplitude * np.sin(2 * np.pi * frequency * time)).astype("float32")


def test_the_response_is_that_of_the_argument_of_the_tanh(linear):
    _, magnitude = frequency_response(linear, [1000])
    (block,) = activations(linear, sine_of(1000, 0.1), start=80)  # 20 periods
    argument = np.arctanh(block.filter.astype("float64"))
    expected = argument.std(axis=0) * np.sqrt(2) / 0.1
    np.testing.assert_allclose(magnitude[0, 0], expected, rtol=1e-3)


def test_a_dilated_kernel_repeats_its_response(tiny_wavenet):
    model = tiny_wavenet(dilations=[1, 8], initial_kernel_size=1)
    _, magnitude = frequency_response(model, [300, 2300, 4300])  # 16000 / 8 = 2000 Hz
    for repeated in magnitude[1, 1:]:
        np.testing.assert_allclose(repeated, magnitude[1, 0], rtol=1e-5)
    assert not np.allclose(magnitude[0, 1], magnitude[0, 0], rtol=0.01)


def test_the_response_to_a_sine_is_the_movement_of_z(linear):
    frequencies, magnitude = sine_response(linear, [1000, 4000], amplitude=0.5)
    assert frequencies.tolist() == [1000, 4000] and magnitude.shape == (1, 2, 8)
    for number, frequency in enumerate(frequencies):
        (block,) = activations(linear, sine_of(frequency, 0.5), start=80)
        expected = block.z.std(axis=0)
        np.testing.assert_allclose(magnitude[0, number], expected, rtol=1e-3)


def test_a_conditioned_network_responds_to_sines(recorded):
    model, _, _ = recorded("predicted_far")
    _, magnitude = sine_response(model, [500])
    assert magnitude.shape == (3, 1, 5) and magnitude.min() > 0


@pytest.mark.parametrize(
    "function, arguments, words",
    [
        (frequency_response, {"frequencies": [9000]}, "0 to 8000 Hz.*9000"),
        (frequency_response, {"frequencies": []}, "list of numbers"),
        (sine_response, {"frequencies": [0]}, "above 0"),
        (sine_response, {"frequencies": [100], "amplitude": 2}, "amplitude=2"),
    ],
)
def test_what_is_out_of_range_is_refused(function, arguments, words, linear):
    with pytest.raises(ValueError, match=words):
        function(linear, **arguments)


def test_the_first_layer_gives_the_rows_of_its_kernel_from_silence_on(recorded):
    model, _, _ = recorded()
    amplitudes, vectors = first_layer(model)
    np.testing.assert_array_equal(model.distribution.encode(amplitudes), np.arange(16))
    kernel = np.array(model.network.initial.kernel)
    silence = model.distribution.encode(np.zeros(1, "float32"))
    np.testing.assert_allclose(vectors, kernel - kernel[:, silence], atol=1e-6)
