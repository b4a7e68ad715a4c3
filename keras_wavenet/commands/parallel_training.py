"""The devices and processes that `train` uses: its flags, and their start."""

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

from keras_wavenet.commands.argument_types import positive_int
from keras_wavenet.utils.terminal import say


def add_parallel_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of devices and processes."""
    group = parser.add_argument_group(
        "several devices and machines",
        "Each batch is divided over them. torchrun and srun set the last three flags.",
    )
    group.add_argument(
        "--devices",
        type=positive_int,
        metavar="N",
        help="devices of this host to train on; on PyTorch each has a process "
        "(default: one)",
    )
    group.add_argument(
        "--processes",
        type=positive_int,
        metavar="N",
        help="how many processes train together, in which the same command is started",
    )
    group.add_argument(
        "--process", type=int, metavar="NUMBER", help="number of this one, from 0"
    )
    group.add_argument(
        "--coordinator",
        metavar="HOST:PORT",
        help="where the first process is reached; any free port",
    )


@contextlib.contextmanager
def parallel_training(arguments: argparse.Namespace) -> Iterator[None]:
    """Train on the devices, and in the processes, that flags or a launcher ask for.

    Of several processes the first alone prints; errors of all are seen.

    Args:
        arguments: Of the command.

    Raises:
        ValueError: If the flags do not fit each other or the devices.
    """
    from keras_wavenet.training.data_parallel.places import find_place
    from keras_wavenet.training.data_parallel.start import (
        backend_module,
        data_parallel,
    )

    options = {
        name: getattr(arguments, name)
        for name in ("coordinator", "processes", "process")
    }
    place, devices = find_place(**options), arguments.devices
    if place.count == 1 and devices is None:
        yield
        return
    started = threading.Event()
    with contextlib.ExitStack() as stack:
        if (
            place.count == 1
            and devices > 1
            and backend_module().PROCESS_FOR_EACH_DEVICE
        ):
            options = stack.enter_context(_more_processes(arguments, devices, started))
            devices = 1
        together = stack.enter_context(data_parallel(devices, **options))
        started.set()
        if not together.is_first:
            nowhere = stack.enter_context(Path(os.devnull).open("w"))
            stack.enter_context(contextlib.redirect_stdout(nowhere))
            stack.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _more_processes(arguments, count, started) -> Iterator[dict]:
    """Start the same command in the other processes of this host.

    Yields:
        The options of this one, the first.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        coordinator = f"127.0.0.1:{free.getsockname()[1]}"
    options = {"coordinator": coordinator, "processes": count, "process": 0}
    command = [sys.executable, "-m", "keras_wavenet", *arguments.command_line]
    command += ["--devices=1", f"--coordinator={coordinator}", f"--processes={count}"]
    others = [
        subprocess.Popen(
            [*command, f"--process={rank}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        for rank in range(1, count)
    ]
    for process in others:
        threading.Thread(target=_watch, args=(process, started), daemon=True).start()
    try:
        yield options
    finally:
        started.set()
        for process in others:  # which end with this one
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _watch(process, started):
    """End this process if another one ends before the two are connected."""
    status = process.wait()
    if status and not started.is_set():
        say(
            "keras-wavenet: error: a process of this command has ended at its start, "
            f"with status {status}.",
            file=sys.stderr,
        )
        os._exit(1)
