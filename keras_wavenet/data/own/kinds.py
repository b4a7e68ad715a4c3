"""Kinds of datasets of one's own: with examples by number, or one after the other.

No library is imported for them: a dataset is known by its methods.
"""

import hashlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from keras_wavenet.data.reader import CachingReader, Reader

EXPECTED = (
    "a tfds builder or data source, a tf.data.Dataset, a dataset of grain, PyTorch or "
    "Hugging Face, a list of arrays, or a dict of columns"
)
_ENDLESS = 2**40  # examples: grain and others say so for a dataset that repeats
# Samplers of PyTorch that read each example of a dataset once.
_WHOLE_SAMPLERS = ("SequentialSampler", "RandomSampler", "_InfiniteConstantSampler")
_FEW_REPEATS = 10


class NumberedExamples:
    """Examples that can be read in any order; they stay where they are.

    Args:
        dataset: Has `__len__` and `__getitem__`, which one thread at a time calls.
    """

    repeats = 0

    def __init__(self, dataset: Any):
        self._dataset = dataset
        self._lock = threading.Lock()
        self.total = len(dataset)
        if self.total > _ENDLESS:
            raise endless(dataset)

    def __iter__(self) -> Iterator[Callable[[], Any]]:
        """A function for each example, which reads it."""
        return (lambda number=number: self[number] for number in range(self.total))

    def __getitem__(self, number: int) -> Any:
        with self._lock:
            return self._dataset[number]

    def keep(self, waveform: np.ndarray) -> None:
        """Keeps nothing: an example is read again."""

    def close(self) -> None:
        """Closes nothing."""

    def reader(
        self, decode: Callable[[Any], np.ndarray], lengths: Mapping[int, int]
    ) -> Reader:
        """The reader of the examples, by their numbers.

        Args:
            decode: Function from an example to its samples at the source's rate.
            lengths: How many these are, by the example's number.
        """

        def read(number, start, stop):
            waveform = decode(self[number])
            if len(waveform) != lengths[number]:
                raise ValueError(
                    f"Expected the {lengths[number]} samples that example {number} had "
                    f"before. Received: {len(waveform)}. A dataset must give the same "
                    "example at each reading; windows are cut at random here."
                )
            return waveform[start:stop]

        return CachingReader(read, lengths, whole=True)


class StreamedExamples:
    """Examples that come one after the other; their audio is kept in a temporary file.

    It has no name, and is gone when nothing reads it.

    Args:
        dataset: An iterable that begins anew at each `iter`.

    Attributes:
        repeats: Examples with the same audio as an earlier one.
    """

    total = None

    def __init__(self, dataset: Any):
        self._dataset = dataset
        if _is_endless_tf_data(dataset):
            raise endless(dataset)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115, see `close`
        self._starts = []  # of the audio of each example that is kept
        self._end = 0
        self._seen = set()
        self.repeats = 0

    def __iter__(self) -> Iterator[Callable[[], Any]]:
        """A function for each example, which gives it."""
        dataset = self._dataset
        if hasattr(dataset, "as_numpy_iterator"):
            dataset = dataset.as_numpy_iterator()
        for raw in dataset:
            yield lambda raw=raw: raw

    def keep(self, waveform: np.ndarray) -> None:
        """Keeps the samples of the next example.

        Raises:
            ValueError: If the examples come again and again.
            OSError: If there is no room.
        """
        digest = hashlib.blake2b(waveform.tobytes(), digest_size=8).digest()
        self.repeats += digest in self._seen
        self._seen.add(digest)
        if self.repeats > len(self._seen) + _FEW_REPEATS:
            raise endless(self._dataset)
        try:
            self._file.write(np.ascontiguousarray(waveform, "float32"))
        except OSError as error:
            raise OSError(
                f"Expected room for the audio of a dataset in {tempfile.gettempdir()}. "
                f"Received: {error}. Name another folder by the variable TMPDIR, or "
                "write the audio to files."
            ) from error
        self._starts.append(self._end)
        self._end += len(waveform)

    def reader(
        self, decode: Callable[[Any], np.ndarray], lengths: Mapping[int, int]
    ) -> Reader:
        """The reader of the audio that was kept, in the order of the examples."""
        self._file.flush()
        samples = np.memmap(self._file, "float32", "r")  # open as long as it is used
        return _KeptReader(samples, dict(zip(lengths, self._starts, strict=True)))

    def close(self) -> None:
        """Closes the file; readers still read it."""
        self._file.close()


class _KeptReader(Reader):
    """Reads recordings that lie one after the other in an array."""

    def __init__(self, samples: np.ndarray, starts: Mapping[int, int]):
        self._samples = samples
        self._starts = starts

    def read(self, recording: int, start: int, stop: int) -> np.ndarray:
        first = self._starts[recording]
        return np.array(self._samples[first + start : first + stop])


class Columns:
    """A dict of columns as examples: a dict of one value of each.

    Args:
        columns: Lists or arrays of one length, by their names.

    Raises:
        ValueError: If the lengths differ.
    """

    def __init__(self, columns: Mapping[str, Any]):
        lengths = {name: len(column) for name, column in columns.items()}
        if len(set(lengths.values())) != 1:
            raise ValueError(
                f"Expected columns of one length. Received: {lengths}, by name"
            )
        self._columns = columns
        self._length = next(iter(lengths.values()))

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, number: int) -> dict[str, Any]:
        return {name: column[number] for name, column in self._columns.items()}


def examples_of(dataset: Any) -> NumberedExamples | StreamedExamples:
    """The examples of a dataset.

    Raises:
        ValueError: If it is none, if it can be read only once, or if it is endless.
    """
    dataset = _without_loader(dataset)
    if hasattr(dataset, "__next__"):
        raise ValueError(
            "Expected a dataset that can be read more than once. Received: the "
            f"iterator {type(dataset).__name__}. Give what it iterates over, or a list "
            "of its examples."
        )
    kind = type(dataset).__name__
    if not any(hasattr(type(dataset), name) for name in ("__iter__", "__getitem__")):
        raise ValueError(f"Expected a dataset: {EXPECTED}. Received: {kind}")
    if getattr(dataset, "ndim", 2) < 2 and str(dataset.dtype) != "object":
        raise ValueError(
            "Expected a waveform for each clip: a list of arrays, or an array of shape "
            f"(clips, samples). Received: {kind} of shape {tuple(dataset.shape)}"
        )
    if is_streamed(dataset):
        return StreamedExamples(dataset)
    return NumberedExamples(dataset)


def is_streamed(dataset: Any) -> bool:
    """Whether the examples of a dataset have no numbers, and come in turn."""
    dataset = _without_loader(dataset)
    kinds = [kind.__name__ for kind in type(dataset).__mro__]
    if "IterableDataset" in kinds:  # PyTorch's has a `__getitem__` that only raises
        return True
    return not (hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__"))


def endless(dataset: Any) -> ValueError:
    """The error of a dataset whose examples repeat."""
    return ValueError(
        "Expected each example once. Received: an endless "
        f"{type(dataset).__name__}. Leave out `repeat`, and batches and shuffling: "
        "windows are shuffled here, pass after pass."
    )


def _without_loader(dataset):
    """The dataset of a PyTorch DataLoader: windows are batched and shuffled here."""
    if not (hasattr(dataset, "collate_fn") and hasattr(dataset, "sampler")):
        return dataset
    sampler = type(dataset.sampler).__name__
    if sampler not in _WHOLE_SAMPLERS:
        raise ValueError(
            "Expected a DataLoader that reads its dataset in order or at random. "
            f"Received: one with a {sampler}. Give the dataset itself, or a "
            "`torch.utils.data.Subset` of it."
        )
    return dataset.dataset


def _is_endless_tf_data(dataset) -> bool:
    return hasattr(dataset, "element_spec") and int(dataset.cardinality()) == -1
