"""Killed, interrupted, or out of disk: nothing is lost, and the end is the same."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from keras_wavenet.data.prepared.prepare import prepare
from keras_wavenet.data.prepared.source import PreparedSource
from tests.conftest import program_environment

pytestmark = pytest.mark.neutral

PREPARE = """
import sys, time, warnings
from keras_wavenet.data import open_splits, prepare
warnings.simplefilter("ignore")
folder, out, shard_bytes = sys.argv[1:4]
splits = open_splits(folder, 16000)
print("ready", flush=True)
def watch(clips, seconds):
    print(f"{seconds:.3f}", flush=True)
    time.sleep(0.01)
settings = {"split_by": "clip"}
prepare(splits, out, shard_bytes=int(shard_bytes), settings=settings, watch=watch)
"""
BACKEND = "numpy"
LIMIT_FILES = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
"""


def start(*arguments):
    """Prepare in a process of its own, slowly; return it when it is about to begin."""
    process = subprocess.Popen(
        [sys.executable, "-c", PREPARE, *map(str, arguments)],
        env=program_environment(BACKEND),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n", process.stderr.read()
    return process


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_at_any_moment_and_started_again_it_ends_the_same(
    recordings, prepared, shard_bytes, contents, tmp_path
):
    out = tmp_path / "noises"
    finished, unfinished = 0, 0
    for seconds in (0.0, 6.0, 40.0, 60.0):
        process = start(recordings, out, shard_bytes)
        while float(process.stdout.readline()) < seconds:
            pass
        time.sleep(random.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        shards = [path.name for path in out.glob("noises-*")]
        assert len(shards) >= finished
        finished = len(shards)
        for name in shards:  # what has its name is whole
            assert (out / name).read_bytes() == (prepared / name).read_bytes()
        if out.exists() and not (out / "dataset_info.json").exists():
            unfinished += 1
    assert unfinished > 1 and finished > 2
    process = start(recordings, out, shard_bytes)
    _, complaint = process.communicate()
    assert process.returncode == 0, complaint
    assert contents(out) == contents(prepared)


def test_an_unfinished_dataset_is_refused(splits, shard_bytes, tmp_path):
    def stop(clips, seconds):
        if clips == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(splits, tmp_path / "new", shard_bytes=shard_bytes, watch=stop)
    assert not list((tmp_path / "new").glob(".*"))
    with pytest.raises(OSError, match="one that is not finished. Run"):
        PreparedSource(tmp_path / "new", "train", 16000)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit of file sizes")
def test_a_full_disk_is_a_clear_error_and_keeps_what_was_written(
    recordings, prepared, contents, tmp_path, run_program
):
    out = tmp_path / "noises"
    arguments = recordings, out, 200_000
    ended = run_program("-c", LIMIT_FILES + PREPARE, *arguments, backend=BACKEND)
    assert ended.returncode == 1
    error = ended.stderr.splitlines()[-1]
    assert "can't be written" in error and "File too large" in error
    assert "What was prepared until here is kept" in error
    written = contents(out)
    assert "prepared.json" in written and "dataset_info.json" not in written
    for name in written:
        assert not name.endswith(".tmp")
        if "array_record" in name or "clips" in name:
            assert written[name] == (prepared / name).read_bytes()
    ended = run_program("-c", PREPARE, *arguments, backend=BACKEND)
    assert ended.returncode == 0, ended.stderr
    assert contents(out) == contents(prepared)
