"""Wav files, written by the standard library and read by another."""

import io

import numpy as np
import pytest
import soundfile

from keras_wavenet.utils.wav_format import encode_wav

pytestmark = pytest.mark.neutral


def test_an_audio_library_reads_what_was_written():
    waveform = np.random.default_rng(0).uniform(-1, 1, 4001).astype("float32")
    waveform[:2] = 3, -3
    found, rate = soundfile.read(io.BytesIO(encode_wav(waveform, 22050)))
    assert rate == 22050
    np.testing.assert_allclose(found, waveform.clip(-1, 1), atol=2**-15)
