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


@pytest.mark.parametrize("gain", [-1.0, -0.95, -0.7])
@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "opus", "mp3"])
def test_of_channels_that_cancel_each_other_the_loudest_is_taken(suffix, gain, write):
    options = {"format": "OGG", "subtype": "OPUS"} if suffix == "opus" else {}
    samples = np.stack([-gain * SINE, -SINE], axis=1)
    audio = scan_audio_file(write(f"opposite.{suffix}", samples, **options))
    assert audio.loudness.peak == pytest.approx(0.5, abs=0.15)
    if suffix in ("wav", "flac"):
        whole = read_audio_file(audio)
        np.testing.assert_allclose(np.abs(whole), np.abs(SINE), atol=2**-15)
        part = read_audio_file(audio, 5000, 9000)
        np.testing.assert_array_equal(part, whole[5000:9000])


@pytest.mark.parametrize("channels", [(1, 1), (1, 0), (1, 0, 0, 0, 0), (1, -0.3)])
def test_channels_of_which_a_mix_is_loud_are_mixed(channels, write):
    samples = np.stack([gain * SINE for gain in channels], axis=1)
    audio = scan_audio_file(write("mixed.wav", samples))
    expected = np.mean(channels) * SINE
    np.testing.assert_allclose(read_audio_file(audio), expected, atol=2**-14)


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


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_an_mp3_file_without_a_length_is_read_to_its_end(rate, write):
    # The decoder guesses the length by the first frame, here a long one of noise, and
    # would leave out the end.
    noise = np.random.default_rng(0).normal(0, 0.3, rate)
    samples = np.concatenate([noise, np.tile(SINE / 5, 3)])
    path = write("vary.mp3", samples, rate, bitrate_mode="VARIABLE")
    expected = read_audio_file(scan_audio_file(path))
    audio = scan_audio_file(without_length(path))
    assert len(samples) <= audio.frames < len(samples) + 3000
    delay = 1105 - 529  # samples of LAME's that only a header takes away
    end = read_audio_file(audio, rate + delay, rate + delay + 9000)
    np.testing.assert_allclose(end, expected[rate : rate + 9000], atol=1e-3)


def info_place(path):
    content = path.read_bytes()
    return max(content.find(b"Xing"), content.find(b"Info"))


@pytest.mark.parametrize("change", [-20, -1, 1, 1000])
def test_an_mp3_file_with_a_false_length_is_unusable(change, write):
    path = write("sine.mp3")
    content, place = bytearray(path.read_bytes()), info_place(path) + 8
    count = int.from_bytes(content[place : place + 4], "big") + change
    content[place : place + 4] = count.to_bytes(4, "big")
    content[place + 112 : place + 116] = b"Mine"  # no checksum, unlike LAME's header
    path.write_bytes(content)
    with pytest.raises(UnusableAudioError, match=f"header states {count} frames, and"):
        scan_audio_file(path)


def test_an_mp3_file_with_a_damaged_header_is_unusable(write):
    path = write("sine.mp3")
    content, place = bytearray(path.read_bytes()), info_place(path)
    content[place + 142] ^= 4  # samples to be left out
    path.write_bytes(content)
    with pytest.raises(UnusableAudioError, match="header is not as it was written"):
        scan_audio_file(path)


@pytest.mark.parametrize("stated", [True, False])
def test_an_mp3_file_with_a_gap_is_unusable(stated, write):
    path = write("noise.mp3", np.random.default_rng(0).normal(0, 0.1, 4 * RATE))
    path = path if stated else without_length(path)
    content = bytearray(path.read_bytes())
    content[9000:9900] = bytes(900)
    path.write_bytes(content)
    with pytest.raises(UnusableAudioError, match="damaged: the .* bytes from byte"):
        scan_audio_file(path)


def test_several_mp3_files_in_one_are_unusable(write):
    path = write("sine.mp3")
    path.write_bytes(2 * path.read_bytes())
    with pytest.raises(UnusableAudioError, match="several MP3 streams.*ffmpeg"):
        scan_audio_file(path)


def test_an_mp3_frame_that_the_decoder_refuses_is_said_and_not_printed(write, capfd):
    noise = np.random.default_rng(0).normal(0, 0.1, 4 * RATE)
    path = write("noise.mp3", noise)
    content = bytearray(path.read_bytes())
    start = content.index(content[:2], len(content) // 2)  # of a frame
    content[start + 4 : start + 60] = b"\xff" * 56
    path.write_bytes(content)
    with pytest.raises(UnusableAudioError, match="damaged: the decoder reports '"):
        scan_audio_file(path)
    assert capfd.readouterr().err == ""


OGG = [{"format": "OGG"}, {"format": "OGG", "subtype": "OPUS"}]


@pytest.mark.parametrize("options", OGG)
@pytest.mark.parametrize("seconds", [1, 12])
def test_an_ogg_file_that_ends_early_is_unusable(options, seconds, write):
    whole = write("a.ogg", np.tile(SINE, seconds), **options).read_bytes()
    last = whole.rindex(b"OggS")
    for end in (1000, len(whole) // 3, len(whole) // 2, last, last + 9, len(whole) - 1):
        path = write("a.ogg")
        path.write_bytes(whole[:end])
        with pytest.raises(UnusableAudioError, match="truncated|not readable"):
            scan_audio_file(path)


@pytest.mark.parametrize("options", OGG)
def test_a_flipped_bit_in_any_page_of_ogg_is_found(options, write):
    path = write("a.ogg", np.tile(SINE, 12), **options)
    whole = path.read_bytes()
    pages = [place for place in range(len(whole)) if whole.startswith(b"OggS", place)]
    for page in pages:
        content = bytearray(whole)
        content[page + 40] ^= 1
        path.write_bytes(content)
        with pytest.raises(UnusableAudioError, match="damaged|not readable"):
            scan_audio_file(path)


@pytest.mark.parametrize("options", OGG)
def test_a_missing_page_of_ogg_is_found(options, write):
    path = write("a.ogg", np.tile(SINE, 12), **options)
    parts = path.read_bytes().split(b"OggS")
    path.write_bytes(b"OggS".join(parts[:4] + parts[5:]))
    with pytest.raises(UnusableAudioError, match="damaged: page 3 of Ogg is missing"):
        scan_audio_file(path)


@pytest.mark.parametrize("options", OGG)
def test_several_streams_in_an_ogg_file_are_unusable(options, write):
    one, two = (write(f"{name}.ogg", **options).read_bytes() for name in "ab")
    path = write("a.ogg")
    path.write_bytes(one + two)
    with pytest.raises(UnusableAudioError, match="one after the other.*ffmpeg"):
        scan_audio_file(path)
    ends = [content.index(b"OggS", 4) for content in (one, two)]  # of the first pages
    path.write_bytes(one[: ends[0]] + two[: ends[1]] + one[ends[0] :] + two[ends[1] :])
    with pytest.raises(UnusableAudioError, match="at the same time|not readable"):
        scan_audio_file(path)


@pytest.mark.parametrize("change", [-1, -4000, -15000])
def test_a_flac_file_that_states_too_few_samples_is_unusable(change, write):
    path = write("noise.flac", np.random.default_rng(0).uniform(-0.5, 0.5, RATE))
    content = bytearray(path.read_bytes())
    content[22:26] = (RATE + change).to_bytes(4, "big")
    path.write_bytes(content)
    with pytest.raises(UnusableAudioError, match="damaged: its header states"):
        scan_audio_file(path)


def test_a_wav_file_with_a_header_that_contradicts_itself_is_unusable(write):
    for place, value in ((22, 2), (24, 0x20), (34, 8)):  # channels, rate, bits
        path = write("sine.wav")
        content = bytearray(path.read_bytes())
        content[place] = value
        path.write_bytes(content)
        with pytest.raises(UnusableAudioError, match="header contradicts itself"):
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
    path = write("sine.wav", format="AVR")
    with pytest.raises(UnusableAudioError, match="holds AVR audio, expected one of"):
        scan_audio_file(path)


OTHER_FORMATS = ["AIFF", "AU", "CAF", "NIST", "RF64", "VOC", "W64", "WAVEX"]


@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_what_libsndfile_reads_is_read(name, write):
    audio = scan_audio_file(write("sine.audio", format=name))
    np.testing.assert_allclose(read_audio_file(audio), SINE, atol=2**-15)


@pytest.mark.parametrize("share", [0.2, 0.6, 0.99])
@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_every_format_tells_that_it_is_truncated(name, share, write):
    path = cut(write("sine.audio", format=name), share)
    with pytest.raises(UnusableAudioError, match="truncated|file is malformed"):
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
