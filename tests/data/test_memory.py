"""Peak memory does not depend on how long clips are: measured, in fresh processes."""

import sys

import numpy as np
import pytest
import soundfile

pytestmark = [
    pytest.mark.neutral,
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="reads /proc/self/status"
    ),
]

RATE = 16000
HOURS = 2
AS_FLOAT32 = HOURS * 3600 * RATE * 4 / 2**20  # 439 MB

# `ru_maxrss` would be that of the process that started this one, if it was larger.
PEAK = """
import re, sys
from pathlib import Path
from keras_wavenet import data
from keras_wavenet.data.spec import DataSpec

def peak():
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) / 1024

root = Path(sys.argv[1])
"""
PREPARE = f"""{PEAK}
for name in ("ten", "long"):
    splits = {{"train": data.FolderSource(root / name, 16000)}}
    data.prepare(splits, root / f"prepared_{{name}}", shard_bytes=2**23)
    print(name, peak())
"""
READ_WINDOWS = f"""{PEAK}
for kind in ("", "prepared_"):
    for name in ("ten", "long"):
        source = data.open_source(root / (kind + name), "train", 16000)
        windows = data.WindowDataset(source, DataSpec(16000, 4000), pipeline="grain")
        batches = iter(windows.batches)
        samples = 0
        for _ in range(60):  # of 8 windows, in more blocks than the cache holds
            samples += next(batches)[2].sum()
        print(kind + name, peak())
        del source, windows, batches
"""


@pytest.fixture(scope="module")
def corpora(tmp_path_factory):
    """Ten clips of a second, and one of two hours, written a minute at a time."""
    root = tmp_path_factory.mktemp("corpora")
    rng = np.random.default_rng(0)
    minute = (8000 * rng.uniform(-1, 1, 60 * RATE // 2)).astype("int16")
    for name in ("ten", "long"):
        (root / name).mkdir()
    for number in range(10):
        soundfile.write(root / "ten" / f"{number}.wav", minute[: RATE // 2], RATE // 2)
    with soundfile.SoundFile(root / "long" / "a.wav", "w", RATE // 2, 1) as file:
        for _ in range(60 * HOURS):
            file.write(minute)
    return root


@pytest.fixture
def measure(corpora, run_program):
    """Run a program on the corpora; return the peaks it printed, in MB."""

    def run(code):
        ended = run_program("-c", code, corpora, backend="numpy")
        assert ended.returncode == 0, ended.stderr
        lines = (line.split() for line in ended.stdout.splitlines())
        return {name: float(megabytes) for name, megabytes in lines}

    return run


def test_two_hours_take_no_more_memory_than_ten_seconds(measure):
    preparing = measure(PREPARE)
    assert preparing["long"] - preparing["ten"] < AS_FLOAT32 / 4, preparing

    training = measure(READ_WINDOWS)
    for kind in ("", "prepared_"):
        growth = training[f"{kind}long"] - training[f"{kind}ten"]
        # Up to 64 MB of what is decoded are kept, be it of one clip or of many.
        assert growth < AS_FLOAT32 / 4, training
