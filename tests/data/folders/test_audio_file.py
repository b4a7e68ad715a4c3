"""Damaged and odd audio files, each found out by reading it through."""

import os

import numpy as np
import pytest
import soundfile

from keras_wavenet.data.folders.audio_file import read_audio_file, scan_audio_file
from keras_wavenet.data.scan import UnusableAudioError

pytestmark = pytest.mark.neutral

unix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")

RATE = 16000
SINE = 0.5 * np.sin(np.arange(RATE) / 20).astype("float32")


# Codings that carry something on from frame to frame, at low rates most of all.
MP3_AND_OPUS = [
    {"format": "MP3", "bitrate_mode": mode, "compression_level": level}
    for mode in ("CONSTANT", "VARIABLE")
    for level in (0.0, 0.99)
] + [{"format": "OGG", "subtype": "OPUS"}, {"format": "OGG"}]


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
    assert audio.loudness.peak == pytest.approx(0.5, abs=0.05)
    assert audio.frames == pytest.approx(RATE, abs=1200)  # MP3 pads
    if suffix in ("wav", "flac"):
        np.testing.assert_allclose(waveform, SINE, atol=2**-15)


@pytest.mark.parametrize(
    "subtype",
    ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"],
)
def test_every_bit_depth_and_coding_has_the_same_scale(subtype, write):
    waveform = read_audio_file(scan_audio_file(write("sine.wav", subtype=subtype)))
    np.testing.assert_allclose(waveform, SINE, atol=0.02 if "LAW" in subtype else 2**-7)


@pytest.mark.parametrize("subtype", ["PCM_S8", "PCM_16", "PCM_24"])
def test_every_bit_depth_of_flac_has_the_same_scale(subtype, write):
    waveform = read_audio_file(scan_audio_file(write("sine.flac", subtype=subtype)))
    np.testing.assert_allclose(waveform, SINE, atol=2**-7)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg"])
@pytest.mark.parametrize("channels", range(1, 9))
def test_channels_are_mixed_to_mono(suffix, channels, write):
    samples = np.zeros((RATE, channels), "float32")
    samples[:, 0] = SINE
    audio = scan_audio_file(write(f"many.{suffix}", samples))
    tolerance = 0.03 if suffix == "ogg" else 2**-15
    expected = SINE / channels
    np.testing.assert_allclose(read_audio_file(audio), expected, atol=tolerance)
    assert audio.loudness.peak == pytest.approx(0.5 / channels, abs=tolerance)


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_channels_that_cancel_each_other_are_reported(suffix, write):
    path = write(f"opposite.{suffix}", np.stack([SINE, -SINE], axis=1))
    with pytest.raises(UnusableAudioError, match="cancel each other.*polarity"):
        scan_audio_file(path)


def test_a_file_of_a_hundred_channels_is_unusable(write):
    with pytest.raises(UnusableAudioError, match="has 100 channels, expected at most"):
        scan_audio_file(write("many.wav", np.zeros((9, 100))))


def test_a_file_is_known_by_what_it_holds_not_by_its_name(write):
    audio = scan_audio_file(write("sine.flac", format="WAV"))
    np.testing.assert_allclose(read_audio_file(audio), SINE, atol=2**-15)


@pytest.mark.parametrize("options", MP3_AND_OPUS)
def test_what_is_sought_is_what_a_reading_from_the_start_finds(options, write):
    noise = np.random.default_rng(0).normal(0, 0.05, 20 * RATE)
    audio = scan_audio_file(write("noise.audio", noise + np.tile(SINE, 20), **options))
    whole = read_audio_file(audio)
    for start in (1, 40000, 123456, 200000):
        segment = read_audio_file(audio, start, start + 5000)
        np.testing.assert_allclose(segment, whole[start : start + 5000], atol=1e-5)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_truncated_file_is_unusable(suffix, share, write):
    path = cut(write(f"sine.{suffix}"), share)
    with pytest.raises(UnusableAudioError, match="truncated|not readable"):
        scan_audio_file(path)


def claim(path, size):
    """Change the size of the audio that the header of a WAV file gives."""
    content = bytearray(path.read_bytes())
    content[40:44] = size.to_bytes(4, "little")
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("size", [2**32 - 1, 2**31 - 1, 0x7FFFF000])
def test_a_wav_file_from_a_pipe_is_complete_though_its_length_is_unknown(size, write):
    assert scan_audio_file(claim(write("sine.wav"), size)).frames == RATE


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (0, "claims only 0 samples, and 32000 bytes that follow make no sense"),
        (100, "claims only 50 samples, and 31900 bytes"),
        (2 * RATE + 2, "truncated: 32000 of 32002 bytes"),
        (2**30, "truncated: 32000 of 1073741824 bytes"),
    ],
)
def test_a_wav_file_that_lies_about_its_length_is_unusable(size, message, write):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, RATE)
    path = claim(write("noise.wav", noise), size)
    with pytest.raises(UnusableAudioError, match=message):
        scan_audio_file(path)


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_tags_behind_the_audio_do_no_harm(suffix, write):
    path = write(f"sine.{suffix}")
    with path.open("ab") as file:
        file.write(b"TAG" + bytes(125))
    waveform = read_audio_file(scan_audio_file(path))
    np.testing.assert_allclose(waveform, SINE, atol=2**-15)


def without_length(path):
    """Drop the first frame of an MP3 file, which states the number of frames."""
    content = path.read_bytes()
    header = max(content.find(b"Xing"), content.find(b"Info"))
    path.write_bytes(content[content.index(content[:2], header) :])
    return path


@pytest.mark.parametrize("tags", [b"", b"ID3\3\0\0\0\0\x17\x76" + bytes(3062)])
@pytest.mark.parametrize("quality", [0.0, 0.5])
def test_an_mp3_file_that_does_not_state_its_length_is_read(quality, tags, write):
    noise = np.random.default_rng(0).normal(0, 0.1, 10 * RATE)
    options = {"bitrate_mode": "CONSTANT", "compression_level": quality}
    path = without_length(write("noise.mp3", noise, **options))
    path.write_bytes(tags + path.read_bytes() + b"TAG".ljust(128))
    audio = scan_audio_file(path)
    assert audio.frames == pytest.approx(10 * RATE, abs=3000)
    whole = read_audio_file(audio)
    segment = read_audio_file(audio, 99999, 120000)
    np.testing.assert_allclose(segment, whole[99999:120000], atol=1e-5)


def test_an_mp3_file_of_which_the_end_would_be_lost_is_unusable(write):
    # The decoder guesses the length by the first frame: here a long one of noise.
    noise = np.random.default_rng(0).normal(0, 0.3, RATE)
    samples = np.concatenate([noise, np.tile(SINE / 50, 20)])
    path = without_length(write("vary.mp3", samples, bitrate_mode="VARIABLE"))
    with pytest.raises(UnusableAudioError, match="bytes follow: its length is missing"):
        scan_audio_file(path)


def test_a_flac_stream_of_unknown_length_is_read_and_sought_in(write):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 30 * RATE)
    path = write("noise.flac", noise)
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # the number of samples, 36 bits
    content[22:26] = bytes(4)
    path.write_bytes(content)
    audio = scan_audio_file(path)
    assert audio.frames == 30 * RATE
    for start in (0, 1, 29 * RATE, 30 * RATE - 7):
        segment = read_audio_file(audio, start)
        np.testing.assert_allclose(segment, noise[start:], atol=2**-15)


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


def test_what_is_not_a_file_is_unusable(tmp_path):
    (tmp_path / "folder.wav").mkdir()
    with pytest.raises(UnusableAudioError, match="not a regular file"):
        scan_audio_file(tmp_path / "folder.wav")


@unix
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(UnusableAudioError, match="not a regular file"):
        scan_audio_file(tmp_path / "pipe.wav")


@unix
def test_links_to_nothing_and_to_themselves_are_unusable(tmp_path):
    (tmp_path / "dangling.wav").symlink_to(tmp_path / "gone.wav")
    (tmp_path / "loop.wav").symlink_to(tmp_path / "loop.wav")
    with pytest.raises(UnusableAudioError, match="cannot be read: No such file"):
        scan_audio_file(tmp_path / "dangling.wav")
    with pytest.raises(UnusableAudioError, match="cannot be read: Too many levels"):
        scan_audio_file(tmp_path / "loop.wav")


@unix
def test_a_name_that_is_not_text_is_no_obstacle(write, tmp_path):
    path = write("sine.wav")
    odd = tmp_path / os.fsdecode(b"caf\xe9\n.wav")
    path.rename(odd)
    assert len(read_audio_file(scan_audio_file(odd), 5, 25)) == 20


def test_a_file_that_changes_after_it_was_checked_is_noticed(write):
    audio = scan_audio_file(write("sine.wav"))
    write("sine.wav", SINE[:100])
    with pytest.raises(OSError, match="changed since it was checked.*Received: 100"):
        read_audio_file(audio)
