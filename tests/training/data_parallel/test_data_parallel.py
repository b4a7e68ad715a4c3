"""Runs on several devices and in several processes: they are as those of one."""

import multiprocessing
import os
import signal
import socket
from multiprocessing import forkserver
from pathlib import Path

import keras
import numpy as np
import pytest

from keras_wavenet.training import Run, data_parallel
from keras_wavenet.training.checkpoints import checkpoint_file
from keras_wavenet.training.monitoring.csv_log import read_rows
from tests.conftest import SLOW_TO_IMPORT, program_environment
from tests.training.data_parallel import worker

BACKEND = keras.backend.backend()
STEPS = 8
pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="the tests fork processes"
)
several_processes = pytest.mark.skipif(
    BACKEND == "tensorflow", reason="Keras has one process on TensorFlow"
)


@pytest.fixture(scope="module")
def fork():
    """A context of a server that forks processes with Keras in them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([worker.__name__])
    missing = SLOW_TO_IMPORT | ({"tensorflow"} - {BACKEND})
    with pytest.MonkeyPatch.context() as patch:
        for name, value in program_environment(missing=missing).items():
            patch.setenv(name, value)
        forkserver.ensure_running()
    return context


@pytest.fixture
def train(fork, tmp_path):
    """Train in some processes; returns their exit codes and what they printed."""

    def run(count, folder, signals=(), batch_sizes=(4, 4, 4, 4), devices=None):
        with socket.create_server(("127.0.0.1", 0)) as free:
            coordinator = f"127.0.0.1:{free.getsockname()[1]}"
        started = []
        for rank in range(count):
            place = {"coordinator": coordinator, "processes": count, "process": rank}
            arguments = {
                "folder": tmp_path / folder,
                "steps": STEPS,
                "batch_size": batch_sizes[rank],
                "callbacks": [worker.Signal(*s[1:]) for s in signals if s[0] == rank],
            }
            process = fork.Process(
                target=worker.process,
                args=(tmp_path, {**place, "devices": devices}, arguments),
            )
            process.start()
            started.append(process)
        for process in started:
            process.join(120)
            process.kill()
        printed = {
            name: [Path(tmp_path, f"{name}-{n}").read_text() for n in range(count)]
            for name in ("stdout", "stderr")
        }
        return [process.exitcode for process in started], printed

    return run


def assert_same_runs(one, other):
    ends = [path / "checkpoints" / f"step-{STEPS:08d}.ckpt" for path in (one, other)]
    arrays, others = (checkpoint_file.read(path)[0] for path in ends)
    assert arrays.keys() == others.keys()
    for name, array in arrays.items():
        if name.startswith(("model", "optimizer")):
            np.testing.assert_allclose(array, others[name], atol=1e-6, err_msg=name)
    for ours, theirs in zip(
        *(read_rows(path / "log.csv") for path in (one, other)), strict=True
    ):
        # Those of training are means since a resume.
        for name in ("step", "val_loss", "val_bits_per_sample"):
            assert ours[name] == pytest.approx(theirs[name], rel=1e-5)
    names = [sorted(path.name for path in folder.rglob("*")) for folder in (one, other)]
    assert names[0] == names[1]


@several_processes
def test_processes_train_as_one_are_killed_and_go_on(train, tmp_path):
    assert train(1, "one")[0] == [0]
    codes, printed = train(2, "many", [(1, signal.SIGKILL, 5)])
    assert codes == [1, -signal.SIGKILL], printed
    assert (
        "process 1 of 2 was lost. Run the same again to resume "
        f"{tmp_path / 'many'} from its newest checkpoint." in printed["stderr"][0]
    )
    if BACKEND == "jax":
        codes, printed = train(2, "many", devices=2)
    else:
        codes, printed = train(4, "many")
    assert set(codes) == {0}, printed
    assert f"at step 5 of {STEPS}" in printed["stdout"][0]
    assert not any("Epoch" in text for text in printed["stdout"][1:])
    assert not any(printed["stderr"][1:])
    assert_same_runs(tmp_path / "one", tmp_path / "many")


@pytest.mark.skipif(BACKEND != "torch", reason="the backend does not matter")
def test_sigterm_to_one_process_ends_all_at_one_saved_step(train, tmp_path):
    codes, printed = train(2, "run", [(1, signal.SIGTERM, 1)])
    assert codes == [143, 143], printed
    assert "Saved step 2. Run the same again to resume." in printed["stdout"][0]
    assert Run(tmp_path / "run").step == 2


@pytest.mark.skipif(BACKEND != "torch", reason="the backend does not matter")
def test_a_process_that_differs_is_refused_and_ends_the_others(train, tmp_path):
    codes, printed = train(2, "run", batch_sizes=[4, 8])
    assert codes == [1, 1]
    message = "Process 1 of 2 differs from process 0: data.batch_size"
    assert message in printed["stderr"][1]
    assert "process 1 of 2 has ended: All processes" in printed["stderr"][0]
    assert not (tmp_path / "run" / "run.json").exists()


@pytest.mark.skipif(BACKEND != "tensorflow", reason="those of JAX are tested above")
def test_devices_of_one_process_train_as_one(train, tmp_path):
    assert train(1, "one")[0] == [0]
    codes, printed = train(1, "many", devices=2)
    assert codes == [0], printed
    assert_same_runs(tmp_path / "one", tmp_path / "many")


@pytest.mark.skipif(BACKEND != "tensorflow", reason="the others have several")
def test_several_processes_on_tensorflow_are_refused():
    place = {"coordinator": "127.0.0.1:1", "processes": 2, "process": 0}
    with (
        pytest.raises(NotImplementedError, match="jax or torch"),
        data_parallel(**place),
    ):
        pass
