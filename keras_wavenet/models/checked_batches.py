"""Datasets whose batches are checked as they come, where Python makes the batches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras


class BatchChecks:
    """Checks batches, and keeps what it refused.

    Args:
        check: Called with the parts of a batch: inputs, targets and weights, of which
            those that are missing are `None`. Raises a `ValueError` for a wrong one.
    """

    def __init__(self, check: Callable[..., Any]):
        self.check = check
        self._refusal: ValueError | None = None

    def __call__(self, batch: Any) -> Any:
        """The batch, if it is right."""
        try:
            self.check(*keras.utils.unpack_x_y_sample_weight(batch))
        except ValueError as error:
            self._refusal = error
            raise
        return batch

    def generator(self, batches: Iterator) -> Iterator:
        """A generator of the same batches, each checked."""
        for batch in batches:
            yield self(batch)

    @contextmanager
    def raised(self) -> Iterator[None]:
        """A context that ends with what was refused, and not with its traceback.

        TensorFlow gives what fails within a dataset its own type and words.
        """
        try:
            yield
        except Exception as error:
            if self._refusal is None or error is self._refusal:
                raise
            raise self._refusal from None


class CheckedDataset(keras.utils.PyDataset):
    """A `keras.utils.PyDataset` of which each batch is checked as it is made.

    Args:
        dataset: The dataset. Its batches must be made in this process.
        checks: What checks them.
    """

    def __init__(self, dataset: keras.utils.PyDataset, checks: BatchChecks):
        super().__init__(dataset.workers, False, dataset.max_queue_size)
        self._dataset, self._checks = dataset, checks

    @property
    def num_batches(self) -> int | None:
        return self._dataset.num_batches

    def __len__(self) -> int:
        return len(self._dataset)

    def __getitem__(self, index: int) -> Any:
        return self._checks(self._dataset[index])

    def on_epoch_begin(self) -> None:
        self._dataset.on_epoch_begin()

    def on_epoch_end(self) -> None:
        self._dataset.on_epoch_end()
