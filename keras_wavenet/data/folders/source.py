"""A folder of audio files as a source of clips."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.folders.audio_file import (
    AudioFile,
    AudioReader,
    scan_audio_file,
)
from keras_wavenet.data.folders.layouts import Layout, find_layout
from keras_wavenet.data.folders.listing import FolderListing, list_folder
from keras_wavenet.data.mono import cancelling_note
from keras_wavenet.data.reader import BLOCK_LENGTH, CachingReader
from keras_wavenet.data.resampling import resample_segment, resampled_length
from keras_wavenet.data.scan import SILENCE_PEAK, SILENT, Scan, UnusableAudioError
from keras_wavenet.utils.parallel import map_in_threads
from keras_wavenet.utils.progress import show_progress


class FolderSource(ClipSource):
    """The audio files in and below a folder, one clip a file: wav, flac, ogg, mp3, ....

    Files are mixed to mono and resampled to one rate. All of them are read through
    once, so that a bad one is skipped with its reason and cannot stop a long run.

    Speakers, labels, transcripts and splits are taken from a table, or from the
    layout of the folder where it is that of LJSpeech or VCTK; `report.layout` is
    the one that was found.

    Args:
        folder: Path of the folder.
        sample_rate: Rate to read at, in Hz.

    Raises:
        ValueError: If the folder does not exist, holds no audio file, none that is
            usable, or only silence; or if its `metadata.csv` is damaged.
        ImportError: If soundfile or soxr is not installed.
    """

    def __init__(self, folder: str | Path, sample_rate: int):
        self.folder = Path(folder).expanduser()
        listing = list_folder(self.folder)
        layout = find_layout(self.folder, listing.paths)
        scan = _scan_files(f"folder {self.folder}", listing, layout, sample_rate)
        clips = [
            _describe(name, audio, layout, sample_rate) for name, audio in scan.accepted
        ]
        report = scan.report([clip.length for clip in clips], sample_rate)
        notes = (*layout.notes, *listing.notes, *_polarity_notes(scan))
        report = replace(report, layout=layout.name, notes=notes)
        reader = FilesReader([audio for _, audio in scan.accepted], sample_rate)
        super().__init__(sample_rate, clips, reader, report)


class FilesReader(CachingReader):
    """Reads audio files, mixed to mono and resampled to one rate.

    Args:
        files: The files.
        sample_rate: Rate to read at, in Hz.
    """

    def __init__(self, files: Sequence[AudioFile], sample_rate: int):
        lengths = [_length_at(audio, sample_rate) for audio in files]
        super().__init__(self._decode, lengths)
        self._files = files
        self._sample_rate = sample_rate

    def _decode(self, recording, start, stop):
        with AudioReader(self._files[recording]) as reader:
            return self._resample(recording, reader, start, stop)

    def blocks(self, recording: int, start: int, stop: int) -> Iterator[np.ndarray]:
        with AudioReader(self._files[recording]) as reader:
            for first in range(start, stop, BLOCK_LENGTH):
                last = min(first + BLOCK_LENGTH, stop)
                yield self._resample(recording, reader, first, last)

    def _resample(self, recording, reader, start, stop):
        audio = self._files[recording]
        rates = audio.sample_rate, self._sample_rate
        waveform = resample_segment(reader.read, audio.frames, *rates, start, stop)
        return np.clip(waveform, -1, 1)


def _describe(
    name: str, audio: AudioFile, layout: Layout, sample_rate: int
) -> ClipInfo:
    return ClipInfo(
        name,
        _length_at(audio, sample_rate),
        audio.sample_rate,
        audio.loudness,
        **layout.labels.get(name, {}),
    )


def _scan_files(
    origin: str, listing: FolderListing, layout: Layout, sample_rate: int
) -> Scan:
    """Read all files through: what is accepted are pairs `(name, AudioFile)`."""
    scan = Scan(origin)
    for name, reason in listing.failures:
        scan.skip(name, reason)
    names = [name for name in listing.paths if name not in layout.left_out]
    found = map_in_threads(_scan_or_reason, (listing.paths[name] for name in names))
    found = show_progress(found, len(names), f"Reading {origin}")
    for name, audio in zip(names, found, strict=True):
        if isinstance(audio, AudioFile) and _length_at(audio, sample_rate) == 0:
            scan.skip(name, f"shorter than one sample at {sample_rate} Hz")
        elif isinstance(audio, AudioFile) and audio.loudness.peak < SILENCE_PEAK:
            scan.skip(name, SILENT)
        elif isinstance(audio, AudioFile):
            scan.accept((name, audio))
        else:
            scan.skip(name, audio)
    scan.check()
    return scan


def _polarity_notes(scan: Scan) -> Iterator[str]:
    names = [name for name, audio in scan.accepted if audio.channel is not None]
    if names:
        yield cancelling_note(names)


def _scan_or_reason(path: Path) -> AudioFile | str:
    try:
        return scan_audio_file(path)
    except UnusableAudioError as error:
        return str(error)


def _length_at(audio: AudioFile, sample_rate: int) -> int:
    return resampled_length(audio.frames, audio.sample_rate, sample_rate)
