"""Damaged and odd audio files, each found out by reading it through."""

import numpy as np
import pytest
import soundfile

from keras_wavenet.data.audio_file import read_audio_file, scan_audio_file
from keras_wavenet.data.scan import UnusableAudioError

pytestmark = pytest.mark.neutral

RATE = 16000
SINE = 0.5 * np.sin(np.arange(RATE) / 20).astype("float32")


@pytest.fixture
def write(tmp_path):
    """Write samples to a file of the given name, and return its path."""

    def write(name, samples=SINE, rate=RATE, **options):
        soundfile.write(tmp_path / name, samples, rate, **options)
        return tmp_path / name

    return write


def cut(path, share):
    """Keep only the first part of a file."""
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    return path


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_a_good_file_is_read_as_it_was_written(suffix, write):
    audio = scan_audio_file(write(f"sine.{suffix}"))
    waveform = read_audio_file(audio)
    assert waveform.shape == (audio.frames,)
    assert waveform.dtype == np.float32
    assert audio.levels.peak == pytest.approx(0.5, abs=0.05)
    assert audio.frames == pytest.approx(RATE, abs=1200)  # MP3 pads
    if suffix in ("wav", "flac"):
        np.testing.assert_allclose(waveform, SINE, atol=2**-15)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT"])
def test_every_bit_depth_has_the_same_scale(subtype, write):
    waveform = read_audio_file(scan_audio_file(write("sine.wav", subtype=subtype)))
    np.testing.assert_allclose(waveform, SINE, atol=2**-7)


def test_channels_are_mixed_to_mono(write):
    audio = scan_audio_file(write("stereo.flac", np.stack([SINE, 0 * SINE], axis=1)))
    np.testing.assert_allclose(read_audio_file(audio), SINE / 2, atol=2**-15)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_truncated_file_is_unusable(suffix, share, write):
    path = cut(write(f"sine.{suffix}"), share)
    with pytest.raises(UnusableAudioError, match="truncated|not readable"):
        scan_audio_file(path)


def test_a_wav_file_from_a_pipe_is_complete_though_its_length_is_unknown(write):
    path = write("sine.wav")
    content = bytearray(path.read_bytes())
    content[40:44] = b"\xff\xff\xff\xff"  # the size of the audio, where known
    path.write_bytes(content)
    assert scan_audio_file(path).frames == RATE


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_an_empty_file_is_unusable(suffix, tmp_path):
    path = tmp_path / f"empty.{suffix}"
    path.touch()
    with pytest.raises(UnusableAudioError, match="empty file"):
        scan_audio_file(path)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_a_file_that_is_not_audio_is_unusable(suffix, tmp_path):
    path = tmp_path / f"text.{suffix}"
    path.write_text("Weasels have eaten our phone system. " * 50)
    with pytest.raises(UnusableAudioError, match="not readable as audio"):
        scan_audio_file(path)


def test_a_file_of_another_format_is_unusable_whatever_its_name(write):
    path = write("sine.wav", format="AIFF")
    with pytest.raises(UnusableAudioError, match="holds AIFF audio, expected one of"):
        scan_audio_file(path)


def test_a_file_without_samples_is_unusable(write):
    with pytest.raises(UnusableAudioError, match="holds no samples"):
        scan_audio_file(write("nothing.wav", SINE[:0]))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_file_with_samples_that_are_not_finite_is_unusable(value, write):
    samples = SINE.copy()
    samples[-1] = value
    with pytest.raises(UnusableAudioError, match="NaN or infinite"):
        scan_audio_file(write("bad.wav", samples, subtype="FLOAT"))


def test_a_file_of_integers_stored_as_floats_is_unusable(write):
    path = write("loud.wav", 32767 * SINE, subtype="FLOAT")
    with pytest.raises(UnusableAudioError, match="holds samples up to 1.64e[+]04"):
        scan_audio_file(path)


def test_a_file_that_claims_an_absurd_rate_is_unusable(write):
    with pytest.raises(UnusableAudioError, match="sample rate of 3 Hz"):
        scan_audio_file(write("slow.wav", rate=3))


def test_a_file_that_is_gone_is_unusable(tmp_path):
    with pytest.raises(UnusableAudioError, match="cannot be read: No such file"):
        scan_audio_file(tmp_path / "gone.wav")


def test_a_file_that_changes_after_it_was_checked_is_noticed(write):
    audio = scan_audio_file(write("sine.wav"))
    write("sine.wav", SINE[:100])
    with pytest.raises(OSError, match="changed since it was checked.*Received: 100"):
        read_audio_file(audio)
