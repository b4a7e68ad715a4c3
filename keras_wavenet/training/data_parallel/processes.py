"""The processes of a run: how they agree, and how they end together."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import keras

from keras_wavenet.data.windows.dataset import WindowDataset
from keras_wavenet.training.data_parallel.channel import Channel, Ended
from keras_wavenet.training.run_differences import differences
from keras_wavenet.utils.terminal import say

_FAILURE = 1  # exit status of a process that ends because another one has ended


class Processes:
    """One of the processes that train a model together, or the only one.

    Attributes:
        rank: Its number, from 0. The first one alone writes the folder of a run, and
            prints.
        count: How many processes there are.
        devices: How many devices all of them have.
        backend: What the backend does; None in a process that trains on one device.
    """

    def __init__(
        self,
        rank: int = 0,
        count: int = 1,
        devices: int = 1,
        backend: Any = None,
    ):
        self.rank, self.count, self.devices = rank, count, devices
        self.backend = backend
        self._channel = None
        self._advice = ""
        self._leaves_together = False

    @property
    def is_first(self) -> bool:
        """Whether this process writes and prints."""
        return self.rank == 0

    def connect(self, channel: Channel) -> None:
        """Use a channel to the other processes."""
        self._channel = channel

    def gather(self, value: Any = None) -> list[Any]:
        """Wait for all processes; their values, which JSON can hold, in their order."""
        return [value] if self._channel is None else self._channel.gather(value)

    def wait(self) -> None:
        """Wait until all processes are here."""
        self.gather()

    def agree_to_end(self, signal_number: int) -> int:
        """The signal that one of the processes has received, 0 for none.

        Args:
            signal_number: That of this one, or 0.
        """
        received = max(self.gather(signal_number))
        self._leaves_together = received != 0
        return received

    def check_same(self, values: Mapping[str, Any], advice: str) -> None:
        """Refuse values that are not those of the first process.

        Args:
            values: What JSON can hold, by name.
            advice: What to do about it.

        Raises:
            ValueError: In the process that differs, with the values.
        """
        first = self.gather(values)[0]
        lines = differences(first, values)
        if lines:
            raise ValueError(
                f"All processes must train the same run. Process {self.rank} of "
                f"{self.count} differs from process 0: {'; '.join(lines)}. {advice}"
            )
        self.wait()

    def alone(
        self, model: keras.Model
    ) -> contextlib.AbstractContextManager[keras.Model]:
        """Let this process compute with a model, or a copy of it, without the others.

        Args:
            model: The model.

        Returns:
            A context, which gives the model to use.
        """
        if self.backend is None:
            return contextlib.nullcontext(model)
        return self.backend.alone(model)

    def joined(self, model: keras.Model) -> contextlib.AbstractContextManager:
        """Let the steps of a model be those of all devices, in a context."""
        if self.backend is None:
            return contextlib.nullcontext()
        return self.backend.joined(model)

    def divide(self, dataset: WindowDataset | None) -> WindowDataset | None:
        """The part of each batch that is for this process.

        Raises:
            ValueError: If the batch size is no multiple of the number of devices.
        """
        if dataset is None or self.devices == 1:
            return dataset
        if dataset.batch_size % self.devices:
            raise ValueError(
                "The batch size, which is that of all devices together, must be a "
                "multiple of their number. Received: "
                f"batch_size={dataset.batch_size}, devices={self.devices}"
            )
        return dataset.sharded(self.rank, self.count)

    def advise(self, text: str) -> None:
        """What to do if a process is lost from now on."""
        self._advice = text

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """End with the others: an error in one ends all, and so does its death."""
        if self._channel is None:
            yield
            return
        try:
            yield
        except BaseException as error:
            if not self._leaves_together:
                self._end_others(error)
                raise
            self._leave()
            raise
        self._leave()

    def _leave(self):
        self._channel.gather(None, last=True)
        self._channel.close()

    def _end_others(self, error):
        text = str(error) or type(error).__name__
        try:
            self._channel.end(text)
        except Ended:
            _exit()

    def on_end(self, rank: int, text: str | None) -> None:
        """End this process, from any thread: others wait for one that has ended."""
        how = f"was lost. {self._advice}" if text is None else f"has ended: {text}"
        # The first one prints for all; it did so before it ended, if it could.
        if self.is_first or (rank, text) == (0, None):
            line = f"keras-wavenet: error: process {rank} of {self.count} {how}"
            say(line, file=sys.stderr)
        _exit()


_current = Processes()
_lock = threading.Lock()


def current() -> Processes:
    """The processes that train together now: one, unless `start` has been called."""
    return _current


@contextlib.contextmanager
def being(processes: Processes) -> Iterator[Processes]:
    """Let these be the current ones for a while.

    Raises:
        RuntimeError: If there are some already.
    """
    global _current
    if not _lock.acquire(blocking=False):
        raise RuntimeError(
            "Training on several devices has been started already in this process."
        )
    before, _current = _current, processes
    try:
        yield processes
    finally:
        _current = before
        _lock.release()


def _exit():
    """End now: the main thread may wait, in native code, for a process that is gone."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(_FAILURE)
