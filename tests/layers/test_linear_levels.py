"""Evenly spaced levels: 16-bit audio comes back as it was."""

import numpy as np
import pytest
from keras import ops

from keras_wavenet.distributions import Gaussian, LogisticMixture
from keras_wavenet.layers.linear_levels import linear_decode, linear_encode


@pytest.mark.neutral
def test_every_16_bit_integer_has_a_level_of_its_own():
    integers = np.arange(-32768, 32768)
    audio = (integers / 32768).astype("float32")
    codes = linear_encode(audio)
    np.testing.assert_array_equal(codes, integers + 32768)
    assert codes.dtype == "int32"
    np.testing.assert_array_equal(linear_decode(codes), audio)


@pytest.mark.neutral
@pytest.mark.parametrize("levels", [2, 3, 255, 256, 40_000])
def test_encoding_inverts_decoding_for_every_level(levels):
    codes = np.arange(levels)
    again = linear_encode(linear_decode(codes, levels), levels)
    np.testing.assert_array_equal(again, codes)


@pytest.mark.neutral
def test_what_is_too_loud_is_clipped_and_the_rest_goes_to_the_nearest_level():
    waveform = np.array([-9, -1, -0.88, -0.87, 0, 0.12, 0.13, 1, 9], "float32")
    assert linear_encode(waveform, 8).tolist() == [0, 0, 0, 1, 4, 4, 5, 7, 7]


@pytest.mark.parametrize("distribution", [Gaussian(), LogisticMixture(levels=1000)])
def test_tensors_are_encoded_as_arrays_are(distribution):
    waveform = np.random.default_rng(0).uniform(-1.1, 1.1, (3, 500)).astype("float32")
    codes = distribution.encode(waveform)
    found = distribution.encode(ops.convert_to_tensor(waveform))
    np.testing.assert_array_equal(ops.convert_to_numpy(found), codes)
    assert codes.max() == distribution.levels - 1
    decoded = ops.convert_to_numpy(distribution.decode(found))
    assert isinstance(distribution.decode(codes), np.ndarray)
    np.testing.assert_allclose(decoded, distribution.decode(codes), atol=2e-7)
    inside = np.abs(waveform) < 0.99
    error = np.abs(decoded - waveform)[inside]
    assert error.max() <= 1.01 / distribution.levels
