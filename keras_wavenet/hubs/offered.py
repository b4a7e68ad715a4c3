"""What a hub offers: checked before its weights are downloaded, and after.

A preset is written by anyone. The two small files come first; what they say about the
weights bounds the large one.
"""

import dataclasses
import hashlib
from collections.abc import Iterable
from pathlib import Path

from keras_wavenet.preset_files import (
    CONFIG,
    METADATA,
    MOST_JSON_BYTES,
    MOST_PARAMETERS,
    WEIGHTS,
)
from keras_wavenet.utils.input_file import open_file, read_json
from keras_wavenet.utils.text import shown

_BYTES_PER_WEIGHT = 8  # of float64
_OVERHEAD = 2**24  # bytes of HDF5 around the arrays


@dataclasses.dataclass(frozen=True)
class Promise:
    """What the small files of a preset say about its weights.

    Attributes:
        sha256: Of the file of weights; None where it is unknown, or there is no file.
        most_bytes: The largest size that the file may have.
    """

    sha256: str | None
    most_bytes: int


def check_small_files(place: str, sizes: dict[str, int | None]) -> None:
    """Refuse a place whose listing has no preset, or files that are too large.

    Args:
        place: Where it is, with its scheme, for the error.
        sizes: Bytes of each file, by name; None where the hub does not tell.

    Raises:
        ValueError: With what is missing or too large.
    """
    missing = [name for name in (CONFIG, METADATA) if name not in sizes]
    if missing:
        raise ValueError(
            f"{place} must hold a preset: {CONFIG}, {METADATA} and, with weights, "
            f"{WEIGHTS}. It has no {' and no '.join(missing)}."
        )
    for name in (CONFIG, METADATA):
        check_size(place, name, sizes[name], MOST_JSON_BYTES)


def check_size(place: str, name: str, size: int | None, most: int) -> None:
    """Refuse a file that is too large; one of unknown size passes."""
    if size is not None and size > most:
        raise ValueError(
            f"{name} of {place} may have {most:,} bytes at most. "
            f"Received: {size:,} bytes"
        )


def read_promise(place: str, folder: Path) -> Promise:
    """What the two small files say, once they are here.

    Raises:
        ValueError: If they are no JSON objects, or of another library.
    """
    config, metadata = (_read_object(place, folder / n) for n in (CONFIG, METADATA))
    name = str(config.get("registered_name"))
    if not name.startswith("keras_wavenet>"):
        raise ValueError(
            f"{place} must hold a preset of keras_wavenet. Received: {CONFIG} of "
            f"{shown(repr(name))}"
        )
    sha256, parameters = metadata.get("weights_sha256"), metadata.get("parameters")
    if not isinstance(parameters, int) or not 0 <= parameters <= MOST_PARAMETERS:
        parameters = MOST_PARAMETERS
    return Promise(
        sha256=sha256 if isinstance(sha256, str) else None,
        most_bytes=_BYTES_PER_WEIGHT * parameters + _OVERHEAD,
    )


def check_weights(
    place: str, promise: Promise, names: Iterable[str], size: int | None = None
) -> bool:
    """Whether there are weights to download; half a preset is refused.

    Args:
        place: As above.
        promise: From `read_promise`.
        names: The files that are there.
        size: Bytes of the weights, if the hub tells.

    Raises:
        ValueError: If the weights are missing or too large.
    """
    if WEIGHTS not in names:
        if promise.sha256 is not None:
            raise ValueError(
                f"{place} holds half a preset: {METADATA} names the SHA-256 of weights,"
                f" and there is no {WEIGHTS}. Upload the preset again."
            )
        return False
    check_size(place, WEIGHTS, size, promise.most_bytes)
    return True


def refuse_damaged(place: str, path: Path, sha256: str) -> None:
    """Delete a downloaded file with other content than promised, and say so.

    Args:
        place: As above.
        path: The file; a link is deleted with what it leads to.
        sha256: What its content must have.

    Raises:
        ValueError: If it is another one. It is gone then, and is not used later.
    """
    with open_file(path) as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise damaged(
            place, path, f"its SHA-256 must be {shown(sha256, 64)}, not {found}"
        )


def damaged(place: str, path: Path, difference: str) -> ValueError:
    """Delete a damaged file, so that it is not used later; returns the error.

    Args:
        place: As above.
        path: The file; where it is a link into a cache, what it leads to goes, too.
        difference: From what was promised.
    """
    target, remedy = path.resolve(), "It was deleted; load the preset again."
    try:
        path.unlink(missing_ok=True)
        target.unlink(missing_ok=True)
    except OSError:  # as in a cache that others share
        remedy = f"Delete {target}, and load the preset again."
    return ValueError(
        f"{path.name} of {place} was damaged on its way, or is not the file that was "
        f"uploaded: {difference}. {remedy}"
    )


def _read_object(place, path):
    try:
        content = read_json(path, MOST_JSON_BYTES)
    except (OSError, ValueError) as error:
        raise ValueError(f"{path.name} of {place} must be JSON: {error}.") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} of {place} must hold a JSON object.")
    return content
