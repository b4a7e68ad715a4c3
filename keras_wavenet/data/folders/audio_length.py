"""Whether an audio file is complete, which headers and decoders do not report."""

import os
import re
from typing import Any, BinaryIO

from keras_wavenet.data.folders.flac_frames import check_stated_length
from keras_wavenet.data.folders.ogg_pages import check_pages
from keras_wavenet.data.folders.second_recording import check_not_repeated
from keras_wavenet.data.folders.wav_chunks import check_chunks
from keras_wavenet.data.scan import UnusableAudioError

# A WAV file written to a pipe claims the largest size there is: length unknown.
_UNKNOWN_SIZE = 2**31 - 2**16
# libsndfile's notes of sizes in a header, with what is there: WAV, AIFF, AU, W64.
_SIZE_NOTE = re.compile(
    r"^ *(?:data|SSND|Data Size|riff) *: (\d+) \(should be (\d+)\)", re.MULTILINE
)
# Of samples, in RF64; and of VOC, which gives no numbers.
_SAMPLES_NOTE = re.compile(r"frame count (\d+) does not match .* of (\d+)")
_TRUNCATED_NOTE = "Seems to be a truncated file"
# Of which libsndfile reads all that follows as audio, headers included.
_MANY_BLOCKS_NOTE = "Seems to be a multi-segment file"
_W64_NOTE = re.compile(r"^riff : (\d+) \(should be (\d+)\)", re.MULTILINE)
_NIST_HEADER = 1024  # bytes
_NIST_SAMPLES = re.compile(rb"^sample_count -i (\d+)", re.MULTILINE)


def check_complete(file: Any, stream: BinaryIO, frames: int) -> None:
    """Compares what was decoded with what the header and the size of a file claim.

    Args:
        file: The `soundfile.SoundFile`, read up to its end.
        stream: The file that it decoded.
        frames: Samples that it gave.

    Raises:
        UnusableAudioError: If something is missing, or more is there than was decoded.
    """
    check = _CHECKS.get(file.format)
    if check is not None:
        check(file, stream, frames)
    if frames < file.frames < 2**62:  # above: a FLAC stream of unknown length
        raise _truncated(frames, file.frames, "samples")
    if frames == 0:
        raise UnusableAudioError("holds no samples")


def _check_ogg(file, stream, frames):
    check_pages(stream)


def _check_flac(file, stream, frames):
    check_stated_length(stream, file.frames, file.samplerate)


def _check_wav(file, stream, frames):
    _check_notes(file, stream, frames)
    check_chunks(stream, frames)
    if file.subtype == "MPEG_LAYER_III":
        raise UnusableAudioError(
            "holds MP3 in WAV, of which libsndfile guesses the length. "
            "Convert it: ffmpeg -i IN.wav OUT.mp3"
        )


def _check_single(file, stream, frames):
    _check_notes(file, stream, frames)
    check_not_repeated(stream)
    found = _W64_NOTE.search(file.extra_info)
    if found or _MANY_BLOCKS_NOTE in file.extra_info:
        raise UnusableAudioError(
            "holds more than one block of audio, or bytes after it that would be read "
            "as audio. Convert it: ffmpeg -i IN OUT.wav"
        )


def _check_notes(file, stream, frames):
    notes = file.extra_info
    found = _SIZE_NOTE.search(notes)
    if found and int(found[2]) < int(found[1]) < _UNKNOWN_SIZE:
        raise _truncated(found[2], found[1], "bytes of audio")
    found = _SAMPLES_NOTE.search(notes)
    if found and int(found[1]) < int(found[2]):
        raise _truncated(found[1], found[2], "samples")
    if _TRUNCATED_NOTE in notes:
        raise UnusableAudioError("truncated: the end of the audio is missing")


def _check_nist(file, stream, frames):
    stream.seek(0, os.SEEK_SET)
    stated = _NIST_SAMPLES.search(stream.read(_NIST_HEADER))
    if stated and frames < int(stated[1]):
        raise _truncated(frames, int(stated[1]), "samples")
    if stated and frames > int(stated[1]):
        raise UnusableAudioError(
            f"damaged: its header states {int(stated[1])} samples, and {frames} follow"
        )


def _truncated(found, expected, of_what) -> UnusableAudioError:
    return UnusableAudioError(f"truncated: {found} of {expected} {of_what} are there")


# By libsndfile's name of a format. The frames of MP3 are counted before it is read.
_CHECKS = {
    "AIFF": _check_single,
    "AU": _check_single,
    "CAF": _check_single,
    "FLAC": _check_flac,
    "NIST": _check_nist,
    "OGG": _check_ogg,
    "RF64": _check_single,
    "VOC": _check_single,
    "W64": _check_single,
    "WAV": _check_wav,
    "WAVEX": _check_wav,
}
