"""A folder of audio files as a source of clips."""

import hashlib
import os
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from keras_wavenet.data.audio_file import (
    SUFFIXES,
    AudioFile,
    read_audio_file,
    scan_audio_file,
)
from keras_wavenet.data.clip_source import Clip, ClipSource
from keras_wavenet.data.resampling import resample, resampled_length
from keras_wavenet.data.scan import SILENCE_PEAK, SILENT, Scan, UnusableAudioError

SPLITS = ("train", "validation")
VALIDATION_SHARE = 0.1


class FolderSource(ClipSource):
    """The wav, flac, ogg and mp3 files in and below a folder, one clip a file.

    Files are mixed to mono and resampled to one rate. All of them are read through
    once, so that a bad one is skipped with its reason and cannot stop a long run.

    About a tenth of the clips is the validation split: which ones depends only on
    their paths below the folder, so that it is the same on every machine and a clip
    stays where it is as the folder grows. Two clips or more give two splits.

    Args:
        folder: Path of the folder.
        split: `"train"` or `"validation"`.
        sample_rate: Rate to read at, in Hz.

    Raises:
        ValueError: If the folder does not exist, holds no audio file, none that is
            usable, only silence, or only one clip when validation is asked for.
        ImportError: If soundfile or soxr is not installed.
    """

    def __init__(self, folder: str | Path, split: str, sample_rate: int):
        self.folder = Path(folder).expanduser()
        if split not in SPLITS:
            raise ValueError(
                f"A folder has the splits {', '.join(map(repr, SPLITS))}. "
                f"Received: split={split!r}"
            )
        scan = _scan_folder(self.folder, sample_rate)
        names = [clip_name(audio.path, self.folder) for audio in scan.accepted]
        chosen = names_in_split(names, split)
        if not chosen:
            raise ValueError(
                f"Expected at least two usable clips in {scan.origin}, to hold one "
                f"out for validation. Received: {len(names)}. Add files, or train "
                "without validation data."
            )
        self._files = [
            audio
            for audio, name in zip(scan.accepted, names, strict=True)
            if name in chosen
        ]
        lengths = [_length_at(audio, sample_rate) for audio in self._files]
        report = scan.report(lengths, sample_rate, f"{scan.origin} ({split})")
        super().__init__(sample_rate, lengths, report)

    def _decode(self, index: int) -> Clip:
        audio = self._files[index]
        waveform = resample(read_audio_file(audio), audio.sample_rate, self.sample_rate)
        return Clip(np.clip(waveform, -1, 1), clip_name(audio.path, self.folder))


def clip_name(path: Path, folder: Path) -> str:
    """Path of a clip below its folder, spelled alike on every operating system."""
    return unicodedata.normalize("NFC", path.relative_to(folder).as_posix())


def names_in_split(names: Iterable[str], split: str) -> set[str]:
    """The clip names that belong to a split, a pure function of the names.

    Args:
        names: Names of all clips.
        split: `"train"` or `"validation"`.

    Returns:
        Set of names. Neither split is empty where there are at least two clips.
    """
    ranked = sorted((_hash_fraction(name), name) for name in names)
    held_out = sum(fraction < VALIDATION_SHARE for fraction, _ in ranked)
    held_out = min(max(held_out, 1), len(ranked) - 1)
    part = ranked[:held_out] if split == "validation" else ranked[held_out:]
    return {name for _, name in part}


def _hash_fraction(name: str) -> float:
    """A number in [0, 1) that looks random but is the same everywhere."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6]) / 2**48


def _scan_folder(folder: Path, sample_rate: int) -> Scan:
    paths = _audio_paths(folder)
    scan = Scan(f"folder {folder}")
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for path, found in zip(paths, pool.map(_scan_or_reason, paths), strict=True):
            if isinstance(found, AudioFile) and _length_at(found, sample_rate) == 0:
                found = f"shorter than one sample at {sample_rate} Hz"
            elif isinstance(found, AudioFile) and found.peak < SILENCE_PEAK:
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
