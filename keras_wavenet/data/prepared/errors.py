"""What goes wrong with the files of a prepared dataset, and what to do about it."""

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
            "again: it writes anew what is damaged or missing, and nothing else."
        )


class UnfinishedError(OSError):
    """A dataset whose preparation has not come to its end.

    Args:
        folder: Where it is.
    """

    def __init__(self, folder: Path):
        super().__init__(
            f"Expected a dataset in {folder}. Received: one that is not finished. Run "
            "the `prepare` that began it again: it goes on where it stopped."
        )


class WriteError(OSError):
    """A file that could not be written, as on a full disk."""
