"""A folder of audio files as a source of clips."""

import os
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from keras_wavenet.data.audio_file import (
    SUFFIXES,
    AudioFile,
    read_audio_file,
    scan_audio_file,
)
from keras_wavenet.data.clip_source import ClipInfo, DecodedSource
from keras_wavenet.data.resampling import resample_stretch, resampled_length
from keras_wavenet.data.scan import SILENCE_PEAK, SILENT, Scan, UnusableAudioError


class FolderSource(DecodedSource):
    """The wav, flac, ogg and mp3 files in and below a folder, one clip a file.

    Files are mixed to mono and resampled to one rate. All of them are read through
    once, so that a bad one is skipped with its reason and cannot stop a long run.

    Args:
        folder: Path of the folder.
        sample_rate: Rate to read at, in Hz.

    Raises:
        ValueError: If the folder does not exist, holds no audio file, none that is
            usable, or only silence.
        ImportError: If soundfile or soxr is not installed.
    """

    def __init__(self, folder: str | Path, sample_rate: int):
        self.folder = Path(folder).expanduser()
        scan = _scan_folder(self.folder, sample_rate)
        self._files = scan.accepted
        clips = [_describe(audio, self.folder, sample_rate) for audio in self._files]
        report = scan.report([clip.length for clip in clips], sample_rate)
        super().__init__(sample_rate, clips, report)

    def _decode(self, index, start, stop):
        audio = self._files[index]

        def read(start, stop):
            return read_audio_file(audio, start, stop)

        rates = audio.sample_rate, self.sample_rate
        waveform = resample_stretch(read, audio.frames, *rates, start, stop)
        return np.clip(waveform, -1, 1)


def _describe(audio: AudioFile, folder: Path, sample_rate: int) -> ClipInfo:
    return ClipInfo(
        clip_name(audio.path, folder),
        _length_at(audio, sample_rate),
        audio.sample_rate,
        audio.levels,
    )


def clip_name(path: Path, folder: Path) -> str:
    """Path of a clip below its folder, spelled alike on every operating system."""
    return unicodedata.normalize("NFC", path.relative_to(folder).as_posix())


def _scan_folder(folder: Path, sample_rate: int) -> Scan:
    paths = _audio_paths(folder)
    scan = Scan(f"folder {folder}")
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for path, found in zip(paths, pool.map(_scan_or_reason, paths), strict=True):
            if isinstance(found, AudioFile) and _length_at(found, sample_rate) == 0:
                found = f"shorter than one sample at {sample_rate} Hz"
            elif isinstance(found, AudioFile) and found.levels.peak < SILENCE_PEAK:
                found = SILENT
            if isinstance(found, AudioFile):
                scan.accept(found)
            else:
                scan.skip(clip_name(path, folder), found)
    scan.check()
    return scan


def _audio_paths(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ValueError(
            "Expected the path of a folder of audio files. "
            f"Received: {folder}, which is not a folder. Check the path."
        )
    paths = [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES
        and not path.name.startswith(".")  # macOS leaves "._name.wav" beside "name.wav"
        and path.is_file()
    ]
    if not paths:
        raise ValueError(
            f"Expected {', '.join(SUFFIXES)} files in or below folder {folder}. "
            "Received: no such file. Convert the audio to one of these formats, or "
            "name another folder."
        )
    return sorted(paths, key=lambda path: clip_name(path, folder))


def _scan_or_reason(path: Path) -> AudioFile | str:
    try:
        return scan_audio_file(path)
    except UnusableAudioError as error:
        return str(error)


def _length_at(audio: AudioFile, sample_rate: int) -> int:
    return resampled_length(audio.frames, audio.sample_rate, sample_rate)
