"""A folder of audio files as a dataset, with the notices that lie in it."""

import re
from pathlib import Path

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.folders.source import FolderSource
from keras_wavenet.data.origin import Origin, SourceOptions, path_of

_NOTICES = re.compile(
    r"(licen[cs]e|copying|attribution|notice|readme)[^.]*(\.md|\.rst|\.txt)?",
    re.IGNORECASE,
)
_LARGEST = 2**16  # bytes: of a longer text, only the name is given


def find_audio_folder(name: str, options: SourceOptions) -> Origin | None:
    """Finds a folder of audio files; one that does not exist is refused as it opens."""
    folder = path_of(name)
    return None if folder is None else FolderOrigin(folder, options)


class FolderOrigin(Origin):
    """A folder of audio files.

    Args:
        folder: Path of the folder.
        options: Which clips are opened, and how.
    """

    def __init__(self, folder: Path, options: SourceOptions):
        super().__init__(options)
        self.folder = folder

    def open(self, sample_rate: int, split: str | None = None) -> ClipSource:
        return FolderSource(self.folder, sample_rate)

    def notices(self) -> str:
        """Returns name and text of each file with a license at the folder's top."""
        paths = (path for path in self.folder.iterdir() if _is_notice(path))
        return "\n\n".join(map(_notice, sorted(paths)))


def _is_notice(path: Path) -> bool:
    return _NOTICES.fullmatch(path.name) is not None and path.is_file()


def _notice(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        return f"{path.name}: see the source of the audio"
    text = path.read_bytes().decode("utf-8", "replace").strip()
    return f"{path.name}:\n\n{text}"
