"""Errors of `huggingface_hub`, as sentences with what to do."""

import contextlib
from collections.abc import Iterator

from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.text import shown

_LOG_IN = "Log in with `hf auth login`, or set the variable HF_TOKEN"
_DENIED, _PASSING, _SERVER_ERRORS = (401, 403), (408, 429), 500
_TRANSPORT = ("httpx", "requests", "urllib3")  # the client's, by version


@contextlib.contextmanager
def in_words(address: str) -> Iterator[None]:
    """Raise errors of the client as those of Python.

    Args:
        address: The preset with its scheme, for the sentences.

    Raises:
        ValueError: If the repository, the revision or a file is not there.
        PermissionError: If access is not granted.
        ConnectionError: If the hub did not answer, or a transfer did not end.
        RuntimeError: If the hub refused for another reason, which the error has.
    """
    errors = import_extra("huggingface_hub.errors", "hf://")
    try:
        yield
    except Exception as error:
        translated = _translated(errors, error, address)
        if translated is None:
            raise
        raise translated from error


def is_by_choice(error: BaseException) -> bool:
    """Whether the hub was not asked because HF_HUB_OFFLINE is set."""
    errors = import_extra("huggingface_hub.errors", "hf://")
    return isinstance(error.__cause__, errors.OfflineModeIsEnabled)


def _translated(errors, error, address):
    """The error in words, or None where it has its own already."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(error, errors.GatedRepoError):
        return PermissionError(
            f"Access to {address} is granted by its owner. Ask for it on its page. "
            f"{_LOG_IN}."
        )
    if isinstance(error, errors.RepositoryNotFoundError):
        return ValueError(
            f"{address} must be a repository of models, and there is none that is "
            f"public. {_LOG_IN} if it is private."
        )
    if isinstance(error, errors.RevisionNotFoundError):
        return ValueError(
            f"{address} must name a branch, a tag or a commit of the repository after "
            "the @, and there is no such revision."
        )
    if status in _DENIED:
        return PermissionError(
            f"{address}: the hub refused access with status {status}. {_LOG_IN}, with "
            "a token that has the rights."
        )
    return _unreachable(errors, error, address, status)


def _unreachable(errors, error, address, status):
    if isinstance(error, errors.OfflineModeIsEnabled):
        return ConnectionError(
            f"{address}: HF_HUB_OFFLINE is set, so that only what was fetched before "
            "can be loaded, and nothing can be uploaded."
        )
    by_client = type(error).__module__.partition(".")[0].startswith(_TRANSPORT)
    known = errors.HfHubHTTPError, errors.LocalEntryNotFoundError
    if not by_client and not isinstance(error, known):
        return None
    if status is None:
        reason = f"{type(error).__name__}: {error}"
    else:
        reason = f"status {status}: {getattr(error, 'server_message', None) or error}"
    if status is not None and status < _SERVER_ERRORS and status not in _PASSING:
        return RuntimeError(f"{address}: the hub refused with {shown(reason, 300)}")
    return ConnectionError(
        f"{address} could not be transferred ({shown(reason, 200)}). Check the "
        "network, and try again."
    )
