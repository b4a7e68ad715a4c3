"""Damaged recordings: each is refused with a reason, or read whole."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from keras_wavenet.data import FolderSource
from keras_wavenet.data.folders.audio_file import scan_audio_file
from soak_parts.cases import ACCEPTED_SHORT, Case

RATE = 16000
SECONDS = 3
BLOCK = 4096  # samples read at a time, backwards
OPUS = {"format": "OGG", "subtype": "OPUS"}
# Format, name, channels, and options of soundfile.
ORIGINALS = [
    ("wav", "pcm8.wav", 1, {"subtype": "PCM_U8"}),
    ("flac", "mono.flac", 1, {}),
    ("vorbis", "mono.ogg", 1, {}),
    ("opus", "mono.opus", 1, OPUS),
    ("mp3", "constant.mp3", 1, {"bitrate_mode": "CONSTANT"}),
    ("wav", "pcm16.wav", 2, {"subtype": "PCM_16"}),
    ("flac", "stereo.flac", 2, {"subtype": "PCM_24"}),
    ("vorbis", "stereo.ogg", 2, {}),
    ("opus", "stereo.opus", 2, OPUS),
    ("mp3", "stereo.mp3", 2, {"bitrate_mode": "VARIABLE"}),
    ("wav", "float.wav", 1, {"subtype": "FLOAT"}),
    ("flac", "mono8.flac", 1, {"subtype": "PCM_S8"}),
    ("vorbis", "good.ogg", 1, {"compression_level": 0.0}),
    ("opus", "good.opus", 1, {**OPUS, "compression_level": 0.0}),
    ("mp3", "variable.mp3", 1, {"bitrate_mode": "VARIABLE"}),
]


def open_cases(folder: Path) -> Callable[[int], Case]:
    """Writes the recordings, and returns a function from a seed to a damaged one."""
    contents, lengths = {}, {}
    for _, name, channels, options in ORIGINALS:
        path = folder / name
        samples = np.stack([_recording()] * channels, axis=1)
        soundfile.write(path, samples, RATE, **options)
        contents[name], lengths[name] = path.read_bytes(), scan_audio_file(path).frames
        path.unlink()

    def open_case(seed):
        rng = random.Random(seed)
        kind, name, *_ = ORIGINALS[seed % len(ORIGINALS)]
        content, what = damage(rng, contents[name])

        def run():
            (folder / name).write_bytes(content)
            try:
                return read_folder(folder, lengths[name])
            finally:
                (folder / name).unlink()

        return Case(kind, f"{name} {what}", run)

    return open_case


def _recording() -> np.ndarray:
    """Noise that comes and goes over a tone, so that frames are of several sizes."""
    rng = np.random.default_rng(0)
    time = np.arange(SECONDS * RATE) / RATE
    loudness = 0.02 + 0.1 * np.sin(2 * np.pi * 1.3 * time) ** 2
    return 0.4 * np.sin(800 * time) + loudness * rng.normal(0, 1, len(time))


def read_folder(folder: Path, length: int) -> tuple[str, str]:
    """Reads the one recording of a folder as a run would, of so many samples."""
    try:
        source = FolderSource(folder, RATE)
    except ValueError as error:
        reason = re.search(r"unusable clips: \S+ \((.+)\)\.|all (silent)", str(error))
        if reason is None:
            raise
        return "refused", reason[1] or reason[2]
    found = int(source.lengths[0])
    in_order = np.concatenate(list(source.blocks(0)))
    starts = range(0, found, BLOCK)[::-1]  # so that each is sought
    at_random = [source.read(0, i, min(i + BLOCK, found)) for i in starts]
    for waveform in (in_order, np.concatenate(at_random)):
        assert waveform.shape == (found,), "another length than stated"
        assert np.isfinite(waveform).all(), "samples that are not finite"
        assert np.abs(waveform).max() <= 1, "samples outside [-1, 1]"
    return (ACCEPTED_SHORT if found < length else "read whole"), f"{found} samples"


def damage(rng: random.Random, content: bytes) -> tuple[bytes, str]:
    """Damaged content, and in words what was done to it."""
    damaged, done = bytearray(content), []
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        if len(damaged) < 2:
            break
        start = rng.randrange(len(damaged))
        longest = rng.choice([4, 64, 4096])
        stop = min(len(damaged), start + rng.randint(1, longest))
        how = rng.choice(DAMAGES)
        how(rng, damaged, start, stop)
        done.append(f"{how.__name__}({start}, {stop})")
    return bytes(damaged), " ".join(done)


def flip_bits(rng, content, start, stop):
    for _ in range(rng.choice([1, 1, 4, 32])):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def edit_header(rng, content, start, stop):
    place, size = rng.randrange(min(64, len(content))), rng.choice([1, 2, 4])
    content[place : place + size] = bytes([rng.choice([0, 1, 127, 128, 255])]) * size


def flip_bit_of_header(rng, content, start, stop):
    content[rng.randrange(min(200, len(content)))] ^= 1 << rng.randrange(8)


def zero(rng, content, start, stop):
    content[start:stop] = bytes(stop - start)


def scramble(rng, content, start, stop):
    content[start:stop] = rng.randbytes(stop - start)


def remove(rng, content, start, stop):
    del content[start:stop]


def repeat(rng, content, start, stop):
    content[start:start] = content[start:stop]


def swap(rng, content, start, stop):
    other = rng.randrange(len(content))
    one, two = content[start:stop], content[other : other + stop - start]
    content[other : other + len(two)] = one[: len(two)]
    content[start : start + len(two)] = two


def truncate(rng, content, start, stop):
    del content[start:]


def append(rng, content, start, stop):
    content += rng.randbytes(stop - start)


DAMAGES = [
    flip_bits, edit_header, flip_bit_of_header, zero, scramble, remove, repeat, swap,
    truncate, truncate, append,
]  # fmt: skip
