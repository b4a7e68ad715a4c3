"""A run of `keras-wavenet train` that is killed again and again, and resumes."""

import json
import math
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest
import soundfile

from keras_wavenet import WaveNet
from keras_wavenet.training.checkpoints import checkpoint_file

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no fork")

RATE = 4000
STEPS = 130  # six epochs and a half
# Where each process compiles its steps, fewer of them.
KILLS = 10 if os.environ.get("KERAS_BACKEND") == "torch" else 4
CHECKOUT = Path(__file__).resolve().parent.parent

# Processes start at once where Keras is there already. A fork copies one thread alone:
# it is safe because the parent has no other, which it makes sure of.
SERVER = """
import contextlib, importlib, json, os, signal, sys
from keras_wavenet.commands import backend_choice

backend_choice.import_keras()
import keras_wavenet.models, keras_wavenet.training, keras_wavenet.data
from keras_wavenet.cli import main

# What each command, or a library on its behalf, would import by itself.
for name in ("soundfile", "soxr", "matplotlib.pyplot", "grain", "torch._dynamo"):
    if name != "torch._dynamo" or "torch" in sys.modules:
        importlib.import_module(name)
with contextlib.suppress(ImportError):
    import tensorflow

# A test run in the background has SIGINT ignored, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
threads = "/proc/self/task"
assert not os.path.isdir(threads) or len(os.listdir(threads)) == 1
for line in sys.stdin:
    arguments, log = json.loads(line)
    child = os.fork()
    if child == 0:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        status = main(arguments)
        sys.stdout.flush()
        os._exit(status)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Server:
    """Starts commands, each in a process of its own that can be killed."""

    def __init__(self, cache):
        # What a process compiled, the next one finds.
        caches = {
            "JAX_COMPILATION_CACHE_DIR": str(cache),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
            "TF_XLA_FLAGS": f"--tf_xla_persistent_cache_directory={cache}",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            env={
                **os.environ,
                **caches,
                "OMP_NUM_THREADS": "1",  # none is started for products, then
                "OPENBLAS_NUM_THREADS": "1",
                "PYTHONPATH": str(CHECKOUT),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.log = cache / "log.txt"

    def start(self, *arguments):
        """Start a command; returns the number of its process."""
        request = [[str(argument) for argument in arguments], str(self.log)]
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())

    def wait_until(self, condition):
        """Wait while the command runs, until something is so."""
        while not condition():
            ended = select.select([self.process.stdout], [], [], 0.001)[0]
            assert not ended or condition(), self.log.read_text(errors="replace")

    def wait(self):
        """Wait for the end of it; returns its status, and what it printed."""
        status = int(self.process.stdout.readline())
        return status, self.log.read_text(errors="replace")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("compiled"))
    yield server
    server.process.communicate(timeout=60)


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """A training command with all that has a state: dropout, averages, metrics."""
    folder = tmp_path_factory.mktemp("recordings")
    seconds = np.arange(RATE // 4) / RATE
    for number in range(12):
        tone = 0.5 * np.sin(2 * np.pi * (200 + 20 * number) * seconds)
        soundfile.write(folder / f"tone_{number}.wav", tone, RATE)
    flags = (
        f"--sample-rate {RATE} --dilations 1 --residual-channels 4 "
        "--dilation-channels 4 --skip-channels 4 --post-channels 4 --no-use-bias "
        "--dropout 0.2 --batch-size 2 --window-length 100 --validation-steps 2 "
        "--steps-per-epoch 20 --schedule cosine --weight-averaging 0.9 --save-every 3 "
        f"--sample-every 0 --no-tensorboard --steps {STEPS}"
    )
    return ["train", folder, *flags.split()]


@pytest.fixture(scope="module")
def uninterrupted(server, command, tmp_path_factory):
    """The folder of a run that was left in peace."""
    folder = tmp_path_factory.mktemp("runs") / "uninterrupted"
    server.start(*command, "--out", folder)
    status, printed = server.wait()
    assert status == 0, printed
    return folder


def newest(folder):
    return max((folder / "checkpoints").glob("step-*.ckpt"), default=None)


def newest_step(folder):
    path = newest(folder)
    return 0 if path is None else int(path.stem.removeprefix("step-"))


def assert_the_same_run(folder, other):
    """Weights, optimizer, averages, random state and the best so far, to the bit."""
    names = [f"checkpoints/step-{STEPS:08d}.ckpt"] * 2
    (arrays, state), (other_arrays, other_state) = (
        checkpoint_file.read(run / name)
        for run, name in zip((folder, other), names, strict=True)
    )
    assert state == other_state
    assert arrays.keys() == other_arrays.keys()
    for name in arrays:
        np.testing.assert_array_equal(arrays[name], other_arrays[name], name)
    for preset in ("best", "last"):
        weights, other_weights = (
            read_weights(run / preset / "model.weights.h5") for run in (folder, other)
        )
        assert weights.keys() == other_weights.keys()
        for name in weights:
            np.testing.assert_array_equal(weights[name], other_weights[name], name)


def read_weights(path):
    """The arrays in a weights file, by name."""
    arrays = {}

    def keep(name, entry):
        if isinstance(entry, h5py.Dataset):
            arrays[name] = entry[()]

    with h5py.File(path) as file:
        file.visititems(keep)
    return arrays


def test_a_run_killed_ten_times_ends_with_the_weights_of_one_that_was_not(
    server, command, uninterrupted, tmp_path
):
    folder = tmp_path / "killed"
    moments = random.Random(0)
    reached = [0]
    for number in range(KILLS):
        process = server.start(*command, "--out", folder)
        if number % 4 == 3:  # wherever it is by then, even before its first step
            kill_at = time.monotonic() + moments.uniform(0, 3)
            target = reached[-1] + 1
        else:
            kill_at = math.inf
            target = reached[-1] + moments.randint(1, STEPS // KILLS)
        server.wait_until(
            lambda target=target, kill_at=kill_at: (
                newest_step(folder) >= target or time.monotonic() > kill_at
            )
        )
        time.sleep(moments.uniform(0, 0.02))  # into a step, or into a save
        os.kill(process, signal.SIGKILL)
        status, printed = server.wait()
        assert status == -signal.SIGKILL, printed
        reached.append(newest_step(folder))
    assert len(set(reached)) > KILLS // 2, "the kills were not spread over the run"
    server.start(*command, "--out", folder)
    status, printed = server.wait()
    assert status == 0, printed
    assert "Resuming" in printed
    assert_the_same_run(uninterrupted, folder)


def stop(server, process, number, folder):
    """Send a run a signal that lets it save its step; returns its status."""
    os.kill(process, number)
    status, printed = server.wait()
    line = printed.splitlines()[-1]
    assert line.startswith("Saved step ") and "the same again to resume" in line
    assert int(line.split()[2].rstrip(".")) == newest_step(folder)
    assert "Traceback" not in printed
    return status


def test_a_run_stopped_by_ctrl_c_saves_its_step(server, command, tmp_path):
    folder = tmp_path / "stopped"
    process = server.start(*command, "--out", folder)
    server.wait_until(lambda: newest_step(folder) > 20)
    assert stop(server, process, signal.SIGINT, folder) == 130
    WaveNet.from_preset(folder)


def test_a_run_whose_newest_checkpoint_is_damaged_resumes_from_the_previous_one(
    server, command, uninterrupted, tmp_path
):
    folder = tmp_path / "damaged"
    process = server.start(*command, "--out", folder)
    server.wait_until(lambda: newest_step(folder) > 50)
    assert stop(server, process, signal.SIGTERM, folder) == 143
    damaged = newest(folder)
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    server.start(*command, "--out", folder)
    status, printed = server.wait()
    assert status == 0, printed
    assert f"{damaged.name}, which is damaged" in printed
    assert "The previous one is restored" in printed
    assert_the_same_run(uninterrupted, folder)


def test_a_run_that_is_complete_says_so_and_another_one_is_refused(
    server, command, uninterrupted, tmp_path
):
    folder = tmp_path / "complete"
    shutil.copytree(uninterrupted, folder)
    server.start(*command, "--out", folder)
    status, printed = server.wait()
    assert status == 0 and f"complete, with {STEPS} steps" in printed

    server.start(*command, "--out", folder, "--seed", "1", "--steps", STEPS + 1)
    status, printed = server.wait()
    assert status == 1 and "seed: was 0, is 1" in printed
    server.start(*command, "--out", folder, "--steps", STEPS + 1)
    status, printed = server.wait()
    assert status == 1 and f"steps: was {STEPS}, is {STEPS + 1}" in printed
    assert newest(folder).read_bytes() == newest(uninterrupted).read_bytes()
