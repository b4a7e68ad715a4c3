"""A folder as a dataset: of audio files, or prepared from some."""

from pathlib import Path

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.folders.source import FolderSource
from keras_wavenet.data.prepared.layout import is_prepared
from keras_wavenet.data.prepared.source import PreparedSource, prepared_splits
from keras_wavenet.data.splits import check_split_by, make_split, make_splits


def open_audio_folder(
    folder: Path, split: str, sample_rate: int, split_by: str = "clip"
) -> ClipSource:
    """Open one split of what a folder holds.

    Args:
        folder: A folder of audio files, or a dataset that `prepare` made of some.
        split: Name of the split.
        sample_rate: Rate to read at, in Hz.
        split_by: What a split holds out: `"clip"` or `"speaker"`.

    Raises:
        ValueError, OSError, ImportError: As in `FolderSource` and `PreparedSource`.
    """
    if is_prepared(folder):
        return PreparedSource(folder, split, sample_rate, split_by)
    check_split_by(split_by)
    return make_split(FolderSource(folder, sample_rate), split, split_by)


def open_audio_folder_splits(
    folder: Path, sample_rate: int, split_by: str = "clip"
) -> dict[str, ClipSource]:
    """Open all splits of what a folder holds; arguments as in `open_audio_folder`."""
    if is_prepared(folder):
        return {
            split: PreparedSource(folder, split, sample_rate, split_by)
            for split in prepared_splits(folder)
        }
    check_split_by(split_by)
    return make_splits(FolderSource(folder, sample_rate), split_by)
