"""Damage audio files at random, and read each: a program for `test_damaged_files.py`.

    python read_damaged_files.py FOLDER FIRST_SEED COUNT

It prints a line before each file that it reads, so that the last line names the one
that crashed or hung, and a line of JSON at the end. Damage is a pure function of the
seed: `python read_damaged_files.py FOLDER 1234 1` repeats one.
"""

import faulthandler
import json
import random
import re
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import soundfile

from keras_wavenet.data import FolderSource, clip_source
from keras_wavenet.data.folders import source as folder_source

RATE = 16000
LENGTH = 6000  # samples of a file
BLOCK = 1024  # samples decoded at a time: the files have several blocks
PATIENCE = 10  # s for one file, on a busy machine
MEMORY = 2**31  # bytes of address space beyond what Python has taken

# Name, channels, and options of soundfile.
ORIGINALS = [
    ("pcm8.wav", 1, {"subtype": "PCM_U8"}),
    ("pcm16.wav", 2, {"subtype": "PCM_16"}),
    ("pcm24.wav", 1, {"subtype": "PCM_24"}),
    ("float.wav", 2, {"subtype": "FLOAT"}),
    ("mono.flac", 1, {}),
    ("stereo.flac", 2, {"subtype": "PCM_24"}),
    ("mono.ogg", 1, {}),
    ("stereo.ogg", 2, {}),
    ("mono.mp3", 1, {}),
]


def write_originals(folder):
    """The content of the files before they are damaged, by name."""
    rng = np.random.default_rng(0)
    tone = 0.5 * np.sin(np.arange(LENGTH) / 20) + rng.normal(0, 0.01, LENGTH)
    contents = {}
    for name, channels, options in ORIGINALS:
        path = folder / name
        soundfile.write(path, np.stack([tone] * channels, axis=1), RATE, **options)
        contents[name] = path.read_bytes()
        path.unlink()
    return contents


def flip_bits(rng, content, start, stop):
    for _ in range(rng.choice([1, 1, 4, 32])):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def edit_header(rng, content, start, stop):
    place, size = rng.randrange(min(64, len(content))), rng.choice([1, 2, 4])
    content[place : place + size] = bytes([rng.choice([0, 1, 127, 128, 255])]) * size


def zero(rng, content, start, stop):
    content[start:stop] = bytes(stop - start)


def scramble(rng, content, start, stop):
    content[start:stop] = rng.randbytes(stop - start)


def remove(rng, content, start, stop):
    del content[start:stop]


def repeat(rng, content, start, stop):
    content[start:start] = content[start:stop]


def truncate(rng, content, start, stop):
    del content[start:]


def append(rng, content, start, stop):
    content += rng.randbytes(stop - start)


DAMAGES = [flip_bits, edit_header, zero, scramble, remove, repeat, truncate, append]


def damage(rng, content):
    """Damaged content, and in words what was done to it."""
    content, done = bytearray(content), []
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        if len(content) < 2:
            break
        start = rng.randrange(len(content))
        stop = min(len(content), start + rng.randint(1, rng.choice([4, 64, 4096])))
        how = rng.choice(DAMAGES)
        how(rng, content, start, stop)
        done.append(f"{how.__name__}({start}, {stop})")
    return bytes(content), " ".join(done)


def read_folder(folder):
    """Read the one file of a folder as a run would; returns why it is rejected."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            source = FolderSource(folder, RATE)
        except ValueError as error:
            reason = re.search(
                r"unusable clips: \S+ \((.+)\)\.|all (silent)", str(error)
            )
            assert reason, f"rejected without a reason: {error}"
            return re.sub(r"\d[\d.e+]*", "N", reason[1] or reason[2])
    length = int(source.lengths[0])
    in_order = np.concatenate(list(source.blocks(0)))
    starts = range(0, length, BLOCK)[::-1]  # backwards, so that each is sought
    at_random = [source.read(0, i, min(i + BLOCK, length)) for i in starts]
    for waveform in (in_order, np.concatenate(at_random)):
        assert waveform.shape == (length,), "another length than stated"
        assert np.isfinite(waveform).all(), "samples that are not finite"
        assert np.abs(waveform).max() <= 1, "samples outside [-1, 1]"
    return "read"


def limit_memory():
    """Limit memory, where the system can: needing terabytes is then an error."""
    try:
        import resource

        status = Path("/proc/self/statm").read_text(encoding="ascii")
    except (ImportError, OSError):
        return
    taken = int(status.split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))


def main(folder, first, count):
    clip_source.BLOCK_LENGTH = folder_source.BLOCK_LENGTH = BLOCK
    originals = write_originals(folder)
    limit_memory()
    outcomes, slowest, failures = Counter(), 0.0, []
    for seed in range(first, first + count):
        rng = random.Random(seed)
        name = ORIGINALS[seed % len(ORIGINALS)][0]
        content, done = damage(rng, originals[name])
        print(f"seed {seed}: {name} {done}", flush=True)
        (folder / name).write_bytes(content)
        faulthandler.dump_traceback_later(PATIENCE, exit=True)
        begin = time.perf_counter()
        try:
            outcomes[read_folder(folder)] += 1
        except Exception as error:
            failures.append(f"seed {seed}: {name} {done}: {error!r}")
        slowest = max(slowest, time.perf_counter() - begin)
        faulthandler.cancel_dump_traceback_later()
        (folder / name).unlink()
    print(json.dumps({"outcomes": outcomes, "slowest": slowest, "failures": failures}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
