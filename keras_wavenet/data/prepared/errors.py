"""Errors of the files of a prepared dataset."""

from pathlib import Path


class DamagedError(OSError):
    """A file of a prepared dataset is not what was written.

    Args:
        path: The file.
        received: What was found, in words; also an attribute.
    """

    def __init__(self, path: Path, received: str):
        self.received = received
        super().__init__(
            f"Expected {path.name} of the prepared dataset {path.parent} as it was "
            f"written. Received: {received}. Run the `prepare` that made the dataset "
            "again: it writes what is damaged or missing again, and nothing else."
        )


class UnfinishedError(OSError):
    """The preparation of a dataset has not finished.

    Args:
        folder: The folder of the dataset.
    """

    def __init__(self, folder: Path):
        super().__init__(
            f"Expected a dataset in {folder}. Received: one that is not finished. Run "
            "the same `prepare` again: it continues after the last complete shard."
        )


class WriteError(OSError):
    """A file could not be written, as on a full disk.

    Args:
        reason: The error, in words.
    """

    def __init__(self, reason: str):
        super().__init__(
            f"{reason}. What was prepared until here is kept: free some room, or "
            "repair the disk, and run the same again."
        )


class WorkerError(OSError):
    """Workers could not write all shards.

    Args:
        reason: The first error, in words.
    """

    def __init__(self, reason: str):
        super().__init__(
            f"Expected workers that write all shards. Received: {reason}. The shards "
            "that are complete are kept: repair that, and run the same again."
        )
