"""Recordings after a recording: a file of which a part alone would be read."""

import struct

import numpy as np
import pytest
import soundfile

from keras_wavenet.data.folders.audio_file import scan_audio_file
from keras_wavenet.data.folders.mp3_frames import parse_header
from keras_wavenet.data.folders.ogg_pages import _checksum
from keras_wavenet.data.scan import UnusableAudioError

pytestmark = pytest.mark.neutral

RATE = 16000
NOISE = np.random.default_rng(0).uniform(-0.3, 0.3, 2 * RATE).astype("float32")
OPUS = {"format": "OGG", "subtype": "OPUS"}
FAR = bytes(100_000)


@pytest.fixture
def write(tmp_path):
    def write(**options):
        soundfile.write(tmp_path / "a.audio", NOISE, RATE, **options)
        return tmp_path / "a.audio"

    return write


@pytest.mark.parametrize("between", [b"", FAR])
@pytest.mark.parametrize(
    "options",
    [OPUS, *({"format": name} for name in ("AU", "CAF", "FLAC", "OGG", "RF64"))],
    ids=str,
)
def test_a_second_recording_is_found_wherever_it_begins(options, between, write):
    path = write(**options)
    whole = path.read_bytes()
    path.write_bytes(whole + between + whole)
    with pytest.raises(UnusableAudioError, match="several recordings one after"):
        scan_audio_file(path)
    path.write_bytes(whole + between)
    assert scan_audio_file(path).frames == len(NOISE)


def test_mp3_frames_are_found_after_a_tag_of_any_length(write):
    path = write(format="MP3")
    whole = path.read_bytes()
    tag = b"APETAGEX" + FAR
    path.write_bytes(whole + tag)
    assert scan_audio_file(path).frames == len(NOISE)
    for following in (whole, whole[parse_header(whole[:4]).length :]):
        path.write_bytes(whole + tag + following)
        with pytest.raises(UnusableAudioError, match="are no frames of MP3"):
            scan_audio_file(path)


@pytest.mark.parametrize("name", ["NIST", "VOC", "W64"])
def test_bytes_after_the_audio_are_not_read_as_audio(name, write):
    path = write(format=name)
    path.write_bytes(path.read_bytes() + b"\x55" * 9000)
    with pytest.raises(UnusableAudioError, match="more than one block|header states"):
        scan_audio_file(path)


def with_position(content, position):
    """The content of an Ogg file whose last page states another position."""
    start = content.rindex(b"OggS")
    page = bytearray(content[start:])
    page[6:14] = struct.pack("<q", position)
    page[22:26] = _checksum(bytes(page)).to_bytes(4, "little")
    return content[:start] + bytes(page)


@pytest.mark.parametrize("position", [-1, 0, 4000])
@pytest.mark.parametrize("options", [OPUS, {"format": "OGG"}], ids=str)
def test_an_ogg_file_whose_positions_go_back_is_unusable(options, position, write):
    path = write(**options)
    content = path.read_bytes()
    path.write_bytes(with_position(content, position))
    with pytest.raises(UnusableAudioError, match="before|states no length|no samples"):
        scan_audio_file(path)


def test_a_wav_file_that_states_too_few_samples_is_unusable(write):
    path = write(format="WAV")
    content = bytearray(path.read_bytes())
    for lost in (2, 6, 4000):
        content[40:44] = (2 * len(NOISE) - lost).to_bytes(4, "little")
        path.write_bytes(content)
        with pytest.raises(UnusableAudioError, match=f"and {lost} bytes that follow"):
            scan_audio_file(path)


def test_mp3_in_wav_is_refused_with_what_converts_it(write):
    frames = write(format="MP3").read_bytes()
    form = (0x55, 1, RATE, 4000, 1, 0, 12, 1, 2, 288, 1, 1393)
    header = b"WAVEfmt " + struct.pack("<IHHIIHHHHIHHH", 30, *form)
    body = header + b"data" + struct.pack("<I", len(frames)) + frames
    path = write(format="MP3")
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    with pytest.raises(UnusableAudioError, match="MP3 in WAV.*ffmpeg"):
        scan_audio_file(path)
