"""Presets of the Hugging Face Hub: `hf://USER/REPOSITORY[@REVISION]`.

Its client, `huggingface_hub`, downloads into its own cache and checks the size of a
file. Here names are checked before the client sees them, sizes before the download and
digests after it. Of a repository only the files of a preset and texts are fetched.
"""

import dataclasses
import hashlib
import re
import warnings
from pathlib import Path
from types import ModuleType

from keras_wavenet.hubs import hugging_face_errors, offered
from keras_wavenet.hubs.upload_options import UploadOptions
from keras_wavenet.preset_files import (
    CONFIG,
    METADATA,
    MOST_TEXT_BYTES,
    TEXTS,
    WEIGHTS,
)
from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.input_file import open_file
from keras_wavenet.utils.text import shown

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?")
_REVISION = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.+/-]{0,253}[A-Za-z0-9_+-])?")
_COMMIT = re.compile("[0-9a-f]{40}")
_MAIN = "main"


@dataclasses.dataclass(frozen=True)
class _File:
    """A file in a repository: its size, and one digest or the other."""

    size: int | None
    sha256: str | None  # of a large file, which git stores elsewhere
    git_sha1: str | None  # of any other


def parse(place: str) -> tuple[str, str]:
    """The repository and the revision in `USER/REPOSITORY[@REVISION]`.

    Raises:
        ValueError: If they are not names of the hub and of git.
    """
    repository, separator, revision = place.partition("@")
    parts = repository.split("/")
    good = len(parts) == 2 and all(
        _NAME.fullmatch(p) and not re.search(r"--|\.\.|\.git$", p) for p in parts
    )
    if separator:
        good = good and _REVISION.fullmatch(revision) is not None
        good = good and not re.search(r"\.\.|//|/\.|\.lock(/|$)", revision)
    if not good:
        raise ValueError(
            "A preset of the Hugging Face Hub must be hf://USER/REPOSITORY or "
            "hf://USER/REPOSITORY@REVISION, a branch, a tag or a commit. Received: "
            f"{shown(f'hf://{place}', 200)}"
        )
    return repository, revision or _MAIN


def fetch(place: str) -> Path:
    """Download a preset, or find the one that was downloaded before.

    Args:
        place: `USER/REPOSITORY` or `USER/REPOSITORY@REVISION`.

    Returns:
        A folder in the cache of `huggingface_hub`.

    Raises:
        ValueError: If a name is wrong; if there is no such repository or revision, or
            it holds no whole preset; or if a file is damaged or too large.
        PermissionError: If access to it is not granted.
        ConnectionError: If the hub can't be reached and it was not fetched before.
        ImportError: If `huggingface_hub` is missing.
    """
    repository, revision = parse(place)
    hub = import_extra("huggingface_hub", "Loading a preset from hf://")
    address = f"hf://{place}"
    try:
        with hugging_face_errors.in_words(address):
            return _download(hub, address, repository, revision)
    except ConnectionError as error:
        folder = _fetched_before(hub, address, repository, revision)
        if folder is None:
            raise
        if not hugging_face_errors.is_by_choice(error):
            warnings.warn(f"{error} Loading what was fetched before.", stacklevel=3)
        return folder


def check_upload(place: str, options: UploadOptions) -> None:
    """Refuse a place that can't be uploaded to.

    Raises:
        ValueError: If it is no name, or its revision is a commit.
    """
    _, revision = parse(place)
    if _COMMIT.fullmatch(revision):
        raise ValueError(
            "A preset is uploaded to a branch: hf://USER/REPOSITORY@BRANCH. Received: "
            f"hf://{place}, which names a commit"
        )


def upload(place: str, folder: Path, options: UploadOptions) -> str:
    """Upload a folder as one commit, so that no reader finds half of it.

    Args:
        place: As in `fetch`; a revision is a branch, which is created if it is missing.
        folder: The files; weights that the repository has and this has not are deleted.
        options: As in `UploadOptions`.

    Returns:
        The address of the commit.

    Raises:
        ValueError: If there is no such repository or branch, and none is created.
        PermissionError: If nobody is logged in, or lacks the right to write there.
        ConnectionError: If the hub can't be reached.
    """
    repository, revision = parse(place)
    hub = import_extra("huggingface_hub", "Uploading a preset to hf://")
    client = hub.HfApi(library_name="keras_wavenet")
    with hugging_face_errors.in_words(f"hf://{place}"):
        if options.create:
            client.create_repo(repository, private=options.private, exist_ok=True)
            if revision != _MAIN:
                client.create_branch(repository, branch=revision, exist_ok=True)
        changes = [
            hub.CommitOperationAdd(path.name, path) for path in sorted(folder.iterdir())
        ]
        if not (folder / WEIGHTS).exists() and client.file_exists(
            repository, WEIGHTS, revision=revision
        ):
            changes.append(hub.CommitOperationDelete(WEIGHTS))
        commit = client.create_commit(
            repository, changes, commit_message=options.message, revision=revision
        )
    return str(commit.commit_url)


def _download(hub: ModuleType, address: str, repository: str, revision: str) -> Path:
    client = hub.HfApi(library_name="keras_wavenet")
    commit, files = _listing(client, repository, revision)
    sizes = {name: file.size for name, file in files.items()}
    offered.check_small_files(address, sizes)

    def get(name):
        # By the commit: a branch may move between two files.
        path = Path(client.hf_hub_download(repository, name, revision=commit))
        _check_content(address, path, files[name])
        return path.parent

    folder = get(CONFIG)
    get(METADATA)
    promise = offered.read_promise(address, folder)
    if offered.check_weights(address, promise, files, sizes.get(WEIGHTS)):
        stored = files[WEIGHTS].sha256
        if None not in (stored, promise.sha256) and stored != promise.sha256:
            raise ValueError(
                f"{WEIGHTS} of {address} is not the one that its {METADATA} was saved "
                "with: their SHA-256 differ. Upload the preset again."
            )
        get(WEIGHTS)
    for name in TEXTS:
        if name in files and (sizes[name] or 0) <= MOST_TEXT_BYTES:
            get(name)
    if revision != commit:  # notes in the cache which commit the revision is
        client.hf_hub_download(repository, CONFIG, revision=revision)
    return folder


def _listing(client, repository, revision):
    """The commit of a revision, and its files by name."""
    timeout = import_extra("huggingface_hub.constants", "hf://").HF_HUB_ETAG_TIMEOUT
    info = client.model_info(
        repository, revision=revision, files_metadata=True, timeout=timeout
    )
    files = {}
    for one in info.siblings or ():
        large = one.lfs
        files[one.rfilename] = _File(
            size=one.size if large is None else large.size,
            sha256=None if large is None else large.sha256,
            git_sha1=one.blob_id if large is None else None,
        )
    return info.sha, files


def _check_content(address, path, file):
    """Refuse a file whose content is not that of the listing; the client checks sizes.

    Raises:
        ValueError: If it is another one; it is deleted.
    """
    if file.sha256 is not None:
        offered.refuse_damaged(address, path, file.sha256)
    elif file.git_sha1 is not None:
        digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
        with open_file(path) as content:
            found = hashlib.file_digest(content, lambda: digest).hexdigest()
        if found != file.git_sha1:
            difference = f"git knows it as {shown(file.git_sha1)}, not as {found}"
            raise offered.damaged(address, path, difference)


def _fetched_before(hub, address, repository, revision):
    """The folder of an earlier download, or None where it is not whole."""
    found = {}
    for name in (CONFIG, METADATA, WEIGHTS):
        path = hub.try_to_load_from_cache(repository, name, revision=revision)
        if isinstance(path, str):
            found[name] = Path(path)
    if CONFIG not in found or METADATA not in found:
        return None
    folder = found[CONFIG].parent
    promise = offered.read_promise(address, folder)
    return folder if WEIGHTS in found or promise.sha256 is None else None
