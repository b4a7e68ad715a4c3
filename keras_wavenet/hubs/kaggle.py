"""Presets of Kaggle Models: `kaggle://USER/MODEL/keras/VARIATION[/VERSION]`.

Its client, `kagglehub`, downloads single files into its own cache, compares their MD5
where the server sends one, and tells no sizes: what is too large is found after the
download, the small files first.
"""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from keras_wavenet.hubs import offered
from keras_wavenet.hubs.upload_options import UploadOptions
from keras_wavenet.preset_files import CONFIG, METADATA, WEIGHTS
from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.text import shown

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
_VERSION = re.compile("[1-9][0-9]{0,8}")
_FRAMEWORK, _NAMES = "keras", 4
_LOG_IN = "Log in with `kagglehub.login()`, or set the variable KAGGLE_API_TOKEN"
# What Kaggle calls the licenses that it knows.
_LICENSES = {
    "agpl-3.0": "GNU Affero General Public License 3.0",
    "apache-2.0": "Apache 2.0",
    "bsd-3-clause": "BSD-3-Clause",
    "cc-by-3.0": "Attribution 3.0 Unported (CC BY 3.0)",
    "cc-by-4.0": "Attribution 4.0 International (CC BY 4.0)",
    "cc-by-nc-4.0": "Attribution-NonCommercial 4.0 International (CC BY-NC 4.0)",
    "cc-by-nc-sa-4.0": "CC BY-NC-SA 4.0",
    "cc-by-nd-4.0": "Attribution-NoDerivatives 4.0 International (CC BY-ND 4.0)",
    "cc-by-sa-3.0": "CC BY-SA 3.0",
    "cc-by-sa-4.0": "CC BY-SA 4.0",
    "cc0-1.0": "CC0: Public Domain",
    "gpl-2.0": "GPL 2",
    "gpl-3.0": "GPL 3",
    "lgpl-3.0": "GNU Lesser General Public License 3.0",
    "mit": "MIT",
}
_DENIED, _FORBIDDEN, _NOT_FOUND, _SERVER_ERRORS = 401, 403, 404, 500


def parse(place: str) -> tuple[str, str | None]:
    """The handle and the version in `USER/MODEL/keras/VARIATION[/VERSION]`.

    Raises:
        ValueError: If they are not names of Kaggle.
    """
    names, version = place.split("/")[:_NAMES], place.split("/")[_NAMES:]
    good = len(names) == _NAMES and names[2] == _FRAMEWORK and len(version) < 2
    good = good and all(_NAME.fullmatch(n) and ".." not in n for n in names)
    if not good or not all(map(_VERSION.fullmatch, version)):
        raise ValueError(
            "A preset of Kaggle must be kaggle://USER/MODEL/keras/VARIATION, or one "
            "version of it: kaggle://USER/MODEL/keras/VARIATION/VERSION. Received: "
            f"{shown(f'kaggle://{place}', 200)}"
        )
    return "/".join(names), version[0] if version else None


def fetch(place: str) -> Path:
    """Download a preset, or find the one that was downloaded before.

    A version that was fetched before is found without a network; to find the newest
    version, Kaggle is asked.

    Args:
        place: `USER/MODEL/keras/VARIATION`, or that and `/VERSION`.

    Returns:
        A folder in the cache of `kagglehub`.

    Raises:
        ValueError: If a name is wrong, there is no such model, it holds no whole
            preset, or a file is damaged or too large.
        PermissionError: If access to it is not granted.
        ConnectionError: If Kaggle can't be reached.
        ImportError: If `kagglehub` is missing.
    """
    handle, version = parse(place)
    hub = import_extra("kagglehub", "Loading a preset from kaggle://")
    address = f"kaggle://{place}"
    with in_words(address):
        folder = Path(hub.model_download(_versioned(handle, version), CONFIG)).parent
        if version is None and _VERSION.fullmatch(folder.name):
            version = folder.name  # a newer one may appear between two files
        handle = _versioned(handle, version)
        hub.model_download(handle, METADATA)
    small = {name: (folder / name).stat().st_size for name in (CONFIG, METADATA)}
    offered.check_small_files(address, small)
    promise = offered.read_promise(address, folder)
    weights = _download_weights(hub, address, handle)
    names = [WEIGHTS] if weights is not None else []
    size = weights.stat().st_size if weights is not None else None
    offered.check_weights(address, promise, names, size)
    if weights is not None and promise.sha256 is not None:
        offered.refuse_damaged(address, weights, promise.sha256)
    return folder


def check_upload(place: str, options: UploadOptions) -> None:
    """Refuse what can't be uploaded there.

    Raises:
        ValueError: If it is no name, names a version, or needs what Kaggle's client
            does not do.
    """
    _, version = parse(place)
    if version is not None:
        raise ValueError(
            "Kaggle numbers the versions itself: upload to "
            "kaggle://USER/MODEL/keras/VARIATION. Received: "
            f"kaggle://{place}, with a version"
        )
    if options.private is False:
        raise ValueError(
            "Kaggle's client creates private models: publish it on its page. "
            "Received: private=False"
        )
    if not options.create:
        raise ValueError(
            "Kaggle's client creates a model that is missing. Received: create=False"
        )


def upload(place: str, folder: Path, options: UploadOptions) -> str:
    """Upload a folder as a new variation, or as a new version of an old one.

    Args:
        place: `USER/MODEL/keras/VARIATION`.
        folder: The files.
        options: As in `UploadOptions`.

    Returns:
        The address of the variation.

    Raises:
        ValueError, PermissionError, ConnectionError, RuntimeError: As in `in_words`.
    """
    handle, _ = parse(place)
    hub = import_extra("kagglehub", "Uploading a preset to kaggle://")
    with in_words(f"kaggle://{place}"):
        hub.model_upload(
            handle,
            str(folder),
            license_name=_LICENSES.get(options.license),
            version_notes=options.message,
        )
    return f"https://www.kaggle.com/models/{handle}"


@contextlib.contextmanager
def in_words(address: str) -> Iterator[None]:
    """Raise errors of the client as those of Python, with what to do.

    Raises:
        ValueError: If a model or file is not there, or not for this user: Kaggle
            does not tell which.
        PermissionError: If the login is wrong or missing.
        ConnectionError: If Kaggle did not answer, or a transfer did not end.
        RuntimeError: If Kaggle refused for another reason, which the error has.
    """
    try:
        yield
    except Exception as error:
        translated = _translated(error, address)
        if translated is None:
            raise
        raise translated from error


def _versioned(handle, version):
    return handle if version is None else f"{handle}/{version}"


def _download_weights(hub, address, handle):
    """The file of weights, or None where there is none."""
    try:
        return Path(hub.model_download(handle, WEIGHTS))
    except Exception as error:
        if _status(error) == _NOT_FOUND:
            return None
        with in_words(address):
            raise


def _status(error):
    response = getattr(error, "response", None)
    return getattr(response, "status_code", None)


def _translated(error, address):
    """The error in words, or None where it has its own already."""
    errors = import_extra("kagglehub.exceptions", "kaggle://")
    status = _status(error)
    reason = shown(str(error), 300)
    if status == _DENIED or isinstance(error, errors.UnauthenticatedError):
        return PermissionError(f"{address}: Kaggle refused access. {_LOG_IN}.")
    if status in (_FORBIDDEN, _NOT_FOUND):
        return ValueError(
            f"{address} must be a model that holds {CONFIG} and {METADATA}, and there "
            f"is none that is public. {_LOG_IN} if it is private."
        )
    if (
        isinstance(error, errors.BackendError)
        or (status or _SERVER_ERRORS) < _SERVER_ERRORS
    ):
        return RuntimeError(f"{address}: Kaggle refused: {reason}")
    by_client = type(error).__module__.partition(".")[0] in ("requests", "urllib3")
    if by_client or status is not None or isinstance(error, errors.DataCorruptionError):
        return ConnectionError(
            f"{address} could not be transferred ({type(error).__name__}: {reason}). "
            "Check the network, and try again."
        )
    return None
