"""The file of a checkpoint: named arrays and a small state, under a checksum.

A line of ASCII that names the format, the 32 bytes of a SHA-256, and the content that
this is the SHA-256 of: an uncompressed `.npz`, whose array `state` is JSON text. The
format of safetensors has no checksum, and would need the same header around it.
"""

import hashlib
import json
import math
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from keras_wavenet.utils.atomic_file import replacing
from keras_wavenet.utils.input_file import open_file, parse_json

MAGIC = b"keras_wavenet checkpoint 1\n"
_STATE = "state"
_KINDS = "biufc"  # of dtypes: numbers
_DIGEST_BYTES = hashlib.sha256().digest_size


# What Python, NumPy and zipfile raise where content does not fit its headers.
_WRONG_CONTENT = (
    ArithmeticError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)


class DamagedCheckpoint(ValueError):
    """A file that is not, to the last bit, what was written."""


def write(path: str | os.PathLike, arrays: dict[str, np.ndarray], state: dict) -> None:
    """Write a checkpoint; the file appears when all of it is on the disk.

    Args:
        path: Where to; a file there is replaced.
        arrays: Arrays of NumPy's own dtypes, by names other than `"state"`.
        state: What JSON can hold.

    Raises:
        ValueError: If a name or a dtype is not as above.
        OSError: If it can't be written; what was at the path is then still there.
    """
    for name, array in arrays.items():
        if name == _STATE or array.dtype.kind not in _KINDS:
            raise ValueError(
                f"A checkpoint holds numbers, by names other than {_STATE!r}. "
                f"Received: {name!r}, dtype {array.dtype}"
            )
    text = np.frombuffer(json.dumps(state).encode(), "uint8")
    with replacing(path) as file:
        file.write(MAGIC + bytes(_DIGEST_BYTES))
        np.savez(file, **{_STATE: text}, **arrays)
        digest = _digest_of_rest(file)
        file.seek(len(MAGIC))
        file.write(digest)


def read(path: str | os.PathLike) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read a checkpoint, having checked every byte of it.

    Args:
        path: A file of `write`.

    Returns:
        The arrays and the state.

    Raises:
        DamagedCheckpoint: If the file is not what was written.
        OSError: If it can't be read.
    """
    with open_file(Path(path)) as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise DamagedCheckpoint(
                f"A checkpoint must start with {MAGIC!r}. Received: {path}, which is "
                "damaged, or none, or of another version"
            )
        if file.read(_DIGEST_BYTES) != _digest_of_rest(file):
            raise DamagedCheckpoint(
                f"A checkpoint must hold what was written. Received: {path}, which is "
                "damaged: its SHA-256 is another"
            )
        try:
            return _parse(file)
        except _WRONG_CONTENT as error:
            raise DamagedCheckpoint(
                f"A checkpoint must hold arrays and a state. Received: {path}, which "
                f"is damaged: {error}"
            ) from error


def _parse(file) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """What `np.savez` wrote; sizes in its headers are checked before they are used."""
    arrays = {}
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if (
            sum(member.file_size for member in members)
            > os.fstat(file.fileno()).st_size
        ):
            raise ValueError("more than the file can hold")
        for member in members:
            name = member.filename.removesuffix(".npy")
            if member.compress_type != zipfile.ZIP_STORED or name in arrays:
                raise ValueError(f"{name!r:.80} is compressed or there twice")
            arrays[name] = _read_array(archive, member)
    if _STATE not in arrays:
        raise ValueError("the state is missing")
    state = parse_json(arrays.pop(_STATE).tobytes())
    if not isinstance(state, dict):
        raise ValueError(f"the state is a {type(state).__name__}")
    return arrays, state


def _read_array(archive, member) -> np.ndarray:
    with archive.open(member) as content:
        if np.lib.format.read_magic(content) != (1, 0):
            raise ValueError("arrays of another version")
        shape, columns_first, dtype = _read_header(content)
        size = math.prod(shape) * dtype.itemsize
        rest = member.file_size - content.tell()
        if dtype.kind not in _KINDS or min(shape, default=0) < 0 or size != rest:
            raise ValueError(f"{member.filename!r:.80} is no array of numbers")
        data = bytearray(size)
        if content.readinto(data) != size:
            raise ValueError(f"{member.filename!r:.80} ends too early")
    array = np.frombuffer(data, dtype)
    return array.reshape(shape, order="F" if columns_first else "C")


def _read_header(content):
    try:
        return np.lib.format.read_array_header_1_0(content)
    except ValueError as error:  # NumPy's words advise to allow pickles
        raise ValueError("an array has a header that can't be read") from error


def _digest_of_rest(file) -> bytes:
    """SHA-256 of all after the header."""
    file.seek(len(MAGIC) + _DIGEST_BYTES)
    return hashlib.file_digest(file, "sha256").digest()
