"""16-bit PCM has one scale, in which no integer is changed."""

import io

import numpy as np
import pytest
import soundfile

from keras_wavenet.data.folders.audio_file import read_audio_file, scan_audio_file
from keras_wavenet.data.tfds.examples import to_waveform
from keras_wavenet.layers.linear_levels import linear_decode, linear_encode
from keras_wavenet.utils.pcm import LEVELS, decode_wav, encode_wav, from_pcm, to_pcm

pytestmark = pytest.mark.neutral

INTEGERS = np.arange(-(2**15), 2**15).astype("int16")
WAVEFORM = (INTEGERS / 32768).astype("float32")


def test_every_integer_is_restored_and_only_the_topmost_half_step_is_lowered():
    np.testing.assert_array_equal(from_pcm(INTEGERS), WAVEFORM)
    np.testing.assert_array_equal(to_pcm(WAVEFORM), INTEGERS)
    waveform = np.random.default_rng(0).uniform(-1, 1 - 2**-15, 10_000)
    error = from_pcm(to_pcm(waveform)) - waveform
    assert np.abs(error).max() <= 2**-16 + 1e-9


def test_samples_outside_the_range_are_clipped():
    loud = np.array([1.0, 3.0, -1.0, -3.0], "float32")
    assert to_pcm(loud).tolist() == [32767, 32767, -32768, -32768]


def test_every_integer_survives_a_wav_file(tmp_path):
    path = tmp_path / "all.wav"
    path.write_bytes(encode_wav(WAVEFORM, 16000))
    np.testing.assert_array_equal(soundfile.read(path, dtype="int16")[0], INTEGERS)
    np.testing.assert_array_equal(read_audio_file(scan_audio_file(path)), WAVEFORM)


def test_an_audio_library_reads_an_encoded_wav_file():
    waveform = np.random.default_rng(0).uniform(-1, 1, 4001).astype("float32")
    waveform[:2] = 3, -3
    found, rate = soundfile.read(io.BytesIO(encode_wav(waveform, 22050)))
    assert rate == 22050
    np.testing.assert_allclose(found, waveform.clip(-1, 1), atol=2**-15)


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_files_stored_integers_and_linear_levels_have_the_same_scale(tmp_path, suffix):
    path = tmp_path / f"all.{suffix}"
    soundfile.write(path, INTEGERS, 16000, subtype="PCM_16")
    np.testing.assert_array_equal(read_audio_file(scan_audio_file(path)), WAVEFORM)
    np.testing.assert_array_equal(to_waveform(path.read_bytes())[0], WAVEFORM)
    np.testing.assert_array_equal(to_waveform(INTEGERS)[0], WAVEFORM)
    np.testing.assert_array_equal(linear_decode(np.arange(LEVELS)), WAVEFORM)
    codes = linear_encode(from_pcm(INTEGERS))
    np.testing.assert_array_equal(codes, np.arange(LEVELS))


def test_an_encoded_wav_file_is_decoded_and_a_cut_or_another_one_is_refused():
    content = encode_wav(WAVEFORM, 22050)
    waveform, rate = decode_wav(content)
    np.testing.assert_array_equal(waveform, WAVEFORM)
    assert rate == 22050
    stereo = io.BytesIO()
    soundfile.write(stereo, np.zeros((4, 2)), 16000, "PCM_16", format="WAV")
    for other in (content[:-2], content[:50], b"", b"RIFF, it said", stereo.getvalue()):
        with pytest.raises(ValueError, match="A wav file must be"):
            decode_wav(other)
