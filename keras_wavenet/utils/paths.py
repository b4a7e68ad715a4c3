"""Paths as users write them: `~` is their home folder."""

import atexit
import errno
import os
import shutil
import tempfile
import warnings
from collections.abc import MutableMapping
from pathlib import Path

# Where libraries keep what they would put into the home folder.
_IN_HOME = ("KERAS_HOME", "MPLCONFIGDIR", "TFDS_DATA_DIR")

_OF_ONE_PATH = (FileExistsError, IsADirectoryError, NotADirectoryError)


def is_of_one_path(error: OSError) -> bool:
    """Whether an error of writing is one of this path, and other files can be written.

    A name is too long, or a folder is where a file is to be, or the reverse.
    """
    return isinstance(error, _OF_ONE_PATH) or error.errno == errno.ENAMETOOLONG


def replace_missing_home(environment: MutableMapping[str, str]) -> None:
    """Give libraries a folder for this process where a user has no home folder.

    They would fail, or make a folder that is called `~`.

    Args:
        environment: Variables, such as `os.environ`; those that are set are left.
    """
    missing = [name for name in _IN_HOME if name not in environment]
    if os.path.expanduser("~") != "~" or not missing:  # noqa: PTH111
        return
    folder = tempfile.mkdtemp(prefix="keras_wavenet.")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environment.update({name: f"{folder}/{name.lower()}" for name in missing})
    warnings.warn(
        "There is no home folder: what libraries keep there is deleted at the end. Set "
        "the variable HOME to keep it.",
        stacklevel=2,
    )


def user_path(path: str | os.PathLike) -> Path:
    """The path of a file or folder that a user names; errors as in `expand_home`."""
    return Path(expand_home(path))


def expand_home(path: str | os.PathLike) -> str:
    """A path or an address with the home folder in place of a `~` at its start.

    A shell does this, except where the path follows a sign, as in `--out=~/voice`.

    Raises:
        ValueError: If there is no home folder, as for some system users.
    """
    text = os.fspath(path)
    # Unlike `Path.expanduser`, it leaves the `~` of an unknown user, and `gs://`.
    expanded = os.path.expanduser(text)  # noqa: PTH111
    if expanded.partition("/")[0] == "~":
        raise ValueError(
            f"`~` must stand for a home folder, and this user has none. Received: "
            f"{text}. Give the whole path, or set the variable HOME."
        )
    return expanded
