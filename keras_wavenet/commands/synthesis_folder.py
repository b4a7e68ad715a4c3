"""The folder of `synthesize`: audio, its originals, a record, and a page to listen."""

import itertools
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from keras_wavenet.commands.output_file import write_wav
from keras_wavenet.commands.periodic_writes import PeriodicWrites
from keras_wavenet.commands.synthesis_page import write_page
from keras_wavenet.utils import atomic_file
from keras_wavenet.utils.input_file import is_file, read_json
from keras_wavenet.utils.own_files import is_own_audio
from keras_wavenet.utils.pcm import own_wav_bytes

RECORD = "synthesis.json"
PAGE = "index.html"
ORIGINAL = "original"
_FIGURES = ("seconds", "generation_seconds")
_LARGEST_RECORD = 2**26  # bytes
_RECORD_EVERY = 10  # s: what a process did since then, and was killed, is done again


class SynthesisFolder:
    """The files of a synthesis, written as recordings are done.

    One process at a time: see `utils.folder_lock`.

    Args:
        folder: Its path; it must exist.
        settings: What the audio depends on, as plain JSON: `preset`, `seed` and others.
        sample_rate: Hz.
    """

    def __init__(self, folder: Path, settings: dict, sample_rate: int) -> None:
        self.folder = folder
        self.page = folder / PAGE
        self._settings = settings
        self._sample_rate = sample_rate
        self._lengths: dict[str, int] = {}
        self._stems: dict[str, str] = {}
        self._done: dict[str, dict] = {}  # by name: file, length and time
        self._record_writes = PeriodicWrites(self._write_record, _RECORD_EVERY)

    def open(self, lengths: Mapping[str, int], overwrite: bool) -> None:
        """Compare the folder with what is there, and write the record.

        Args:
            lengths: Of all recordings, in samples, by name.
            overwrite: Whether what is there is made again.

        Raises:
            ValueError: If it was made with other settings and is not overwritten, or a
                name leads out of it.
            FileExistsError: If a recording is where audio is to be written.
            OSError: If it can't be written.
        """
        self._lengths = dict(lengths)
        self._stems = output_stems(list(lengths))
        path = self.folder / RECORD
        continues = is_file(path) and not overwrite
        if continues:
            self._done = self._without_replaced(self._read_record(path))
        self._check_files(may_be_own=continues or overwrite)
        self._write_record()

    def has(self, name: str) -> bool:
        """Whether the audio of a recording was synthesized before, as it would be."""
        path, done = self._path(name), self._done.get(name)
        if done is None or done["file"] != self._stems[name] or not is_file(path):
            return False
        return path.stat().st_size == own_wav_bytes(self._lengths[name])

    def add(self, found) -> None:
        """Write a `keras_wavenet.evaluation.Synthesis`, and its original beside it."""
        path = self._path(found.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if found.original is not None:
            write_wav(
                self._path(found.name, ORIGINAL), found.original, self._sample_rate
            )
        write_wav(path, found.audio, self._sample_rate)
        self._done[found.name] = {
            "file": self._stems[found.name],
            "seconds": len(found.audio) / self._sample_rate,
            "generation_seconds": found.seconds,
        }
        self._record_writes.update()

    def close(self) -> None:
        """Write the record and the page of all that is there."""
        self._write_record()
        write_page(self.page, self._settings, self._rows(), self._sample_rate)

    def _rows(self) -> list[tuple[str, Path | None, Path, dict]]:
        """Name, original, audio and figures of each recording that is done."""
        rows = []
        for name in filter(self.has, sorted(self._stems)):
            original = self._path(name, ORIGINAL)
            own = original if is_file(original) else None
            rows.append((name, own, self._path(name), self._done[name]))
        return rows

    def _path(self, name: str, kind: str | None = None) -> Path:
        stem = self._stems[name]
        return self.folder / (f"{stem}.wav" if kind is None else f"{stem}.{kind}.wav")

    def _check_files(self, may_be_own: bool) -> None:
        """Refuse to write where there are other files, recordings above all."""
        for name, kind in itertools.product(self._stems, (None, ORIGINAL)):
            path = self._path(name, kind)
            if is_file(path) and not (may_be_own and is_own_audio(path)):
                raise FileExistsError(
                    f"{path} is there, and is not of such a synthesis. Name another "
                    "folder with --out."
                )

    def _read_record(self, path) -> dict[str, dict]:
        try:
            record = read_json(path, _LARGEST_RECORD)
            settings, done = dict(record["settings"]), dict(record["recordings"])
            for one in done.values():
                if not all(isinstance(one[name], float) for name in _FIGURES):
                    raise ValueError(f"not the figures of a recording: {one}")
                one["file"] = str(one["file"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"{path} is damaged ({error}). Give --overwrite, or another --out."
            ) from error
        if settings != self._settings:
            changed = [
                f"{name}: was {settings.get(name)}, is {value}"
                for name, value in self._settings.items()
                if settings.get(name) != value
            ]
            raise ValueError(
                f"{self.folder} was synthesized with other options "
                f"({'; '.join(changed)}). Name another folder with --out, or give "
                "--overwrite."
            )
        return done

    def _without_replaced(self, done):
        """The recordings whose files are not those of other recordings from now on."""
        names = {stem: name for name, stem in self._stems.items()}
        return {n: one for n, one in done.items() if names.get(one["file"], n) == n}

    def _write_record(self) -> None:
        content = {"settings": self._settings, "recordings": self._done}
        with atomic_file.replacing(self.folder / RECORD) as file:
            file.write(json.dumps(content, indent=1).encode() + b"\n")


def output_stems(names: Sequence[str]) -> dict[str, str]:
    """The names of files without suffixes, for those of recordings.

    Suffixes of audio are left out, unless two recordings differ in nothing else.

    Raises:
        ValueError: If a name, which may come with data, leads out of the folder, or two
            recordings would have the same file.
    """
    counts = Counter(map(_without_suffix, names))
    stems = {
        name: _without_suffix(name) if counts[_without_suffix(name)] == 1 else name
        for name in names
    }
    for name, stem in stems.items():
        path = PurePosixPath(os.path.normpath(stem))
        if path.is_absolute() or path.parts[:1] == ("..",) or not path.parts:
            raise ValueError(
                "Expected recordings whose names are paths below a folder. "
                f"Received: {name!r}. Rename it."
            )
    files = [f"{s}{end}" for s in stems.values() for end in ("", f".{ORIGINAL}")]
    (file, count), *_ = Counter(files).most_common(1) or [("", 1)]
    if count > 1:
        raise ValueError(
            f"Two recordings would be written to {file}.wav. Rename one, or run the "
            "command once for each."
        )
    return stems


def _without_suffix(name):
    from keras_wavenet.data.folders.audio_file import SUFFIXES

    path = PurePosixPath(name)
    return str(path.with_suffix("")) if path.suffix.lower() in SUFFIXES else name
