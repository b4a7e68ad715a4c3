"""Which files of a folder may be audio, and what their clips are called."""

import os
import shlex
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from keras_wavenet.data.folders.audio_file import SUFFIXES
from keras_wavenet.utils.own_files import is_run_folder

# Recordings that are not read, but are counted, in formats of audio and of video.
_OTHER_SUFFIXES = (
    ".3gp", ".aac", ".ac3", ".amr", ".ape", ".avi", ".dsf", ".flv", ".m4a", ".m4b",
    ".mka", ".mkv", ".mov", ".mp2", ".mp4", ".mpc", ".ra", ".spx", ".tta", ".webm",
    ".wma", ".wv",
)  # fmt: skip
_UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")  # line breaks, bytes that are not UTF-8


@dataclass
class FolderListing:
    """What was found in and below a folder.

    Attributes:
        paths: Path of each clip by its name, in the order of the names.
        failures: Pairs of a name and the reason why it could not be read.
        others: Files of formats that are not read, in the order of their names.
        runs: Names of the folders of training runs, whose samples are no recordings.
    """

    paths: dict[str, Path] = field(default_factory=dict)
    failures: list[tuple[str, str]] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)

    @property
    def notes(self) -> tuple[str, ...]:
        """Lines for the report, a sentence each."""
        notes = []
        if self.others:
            notes.append(f"not read: {_count(self.others)}. {_conversion(self.others)}")
        if self.runs:
            notes.append(f"not read: training runs, in {', '.join(self.runs)}")
        return tuple(notes)


def list_folder(folder: Path) -> FolderListing:
    """List the files with the suffix of audio in and below a folder.

    Links are followed, and each folder is visited once however many lead to it. Names
    that begin with a dot are hidden, and left out: macOS writes "._name.wav" next to
    "name.wav". The folders of training runs are left out, too.

    Raises:
        ValueError: If there is no such folder, no such file in it, or if it is that of
            a training run.
        OSError: If the folder itself may not be read.
    """
    if not folder.is_dir():
        raise ValueError(
            "Expected the path of a folder of audio files. "
            f"Received: {folder}, which is not a folder. Check the path."
        )
    if is_run_folder(folder):
        raise ValueError(
            "Expected the path of a folder of audio files. "
            f"Received: {folder}, which is the folder of a training run. Name the "
            "folder of its recordings."
        )
    listing = FolderListing()
    paths = sorted(_walk(folder, listing), key=os.fsencode)
    listing.others.sort(key=os.fsencode)
    for path in paths:
        name = clip_name(path, folder)
        if name in listing.paths:
            reason = "another file has this name, with its accents coded otherwise"
            listing.failures.append((name, reason))
        else:
            listing.paths[name] = path
    if not listing.paths and not listing.failures:
        what_to_do = "Name another folder"
        if listing.others:
            what_to_do = _conversion(listing.others)
        raise ValueError(
            f"Expected {', '.join(SUFFIXES)} files in or below folder {folder}. "
            f"Received: {_count(listing.others)}. {what_to_do}."
        )
    listing.paths = dict(sorted(listing.paths.items()))
    return listing


def _walk(folder: Path, listing: FolderListing):
    def fail(error: OSError):
        path = Path(os.fsdecode(error.filename))
        if path == folder:
            raise error
        reason = f"cannot be read: {error.strerror}"
        listing.failures.append((clip_name(path, folder) + "/", reason))

    visited = {_identity(folder)}
    for place, folders, files in os.walk(folder, onerror=fail, followlinks=True):
        # In place: `walk` visits what is left of them, in this order.
        folders[:] = [
            name
            for name in sorted(folders)
            if not name.startswith(".")
            and not _seen(Path(place, name), visited)
            and not _note_run(Path(place, name), folder, listing)
        ]
        for name in files:
            suffix = Path(name).suffix.lower()
            if name.startswith("."):
                continue
            if suffix in SUFFIXES:
                yield Path(place, name)
            elif suffix in _OTHER_SUFFIXES:
                listing.others.append(Path(place, name))


def _note_run(path: Path, folder: Path, listing: FolderListing) -> bool:
    """Whether a folder is that of a training run, which is then noted."""
    is_run = is_run_folder(path)
    if is_run:
        listing.runs.append(clip_name(path, folder))
    return is_run


def _count(others: list[Path]) -> str:
    counts = Counter(path.suffix.lower() for path in others)
    found = [f"{count} {suffix} files" for suffix, count in sorted(counts.items())]
    return ", ".join(found) or "no such file"


def _conversion(others: list[Path]) -> str:
    """What to do about the files, with the command for the first of them."""
    first = others[0]
    command = f"ffmpeg -i {_quote(first)} {_quote(first.with_suffix('.wav'))}"
    return f"Convert each to use it: {command}"


def _quote(path: Path) -> str:
    return shlex.quote(spell_name(str(path)))


def _seen(folder: Path, visited: set) -> bool:
    """Whether a folder was visited before; it counts as visited from now on."""
    try:
        identity = _identity(folder)
    except OSError:
        return False  # `walk` will come upon the same error, and report it
    if identity in visited:
        return True
    visited.add(identity)
    return False


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


def clip_name(path: Path, folder: Path) -> str:
    """Path of a clip below its folder, spelled alike on every operating system."""
    return spell_name(path.relative_to(folder).as_posix())


def spell_name(name: str) -> str:
    """A name in one line of text: the same accents one way, odd characters escaped."""
    name = unicodedata.normalize("NFC", name)
    if all(unicodedata.category(character) not in _UNPRINTABLE for character in name):
        return name
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in _UNPRINTABLE
        else character
        for character in name
    )
