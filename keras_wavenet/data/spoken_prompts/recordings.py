"""A short recording of each speaker, of the validation split."""

import csv
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

# The first is the default.
RECORDINGS = {
    "en_allison": "en_allison/tt-weasels.flac",
    "it_carlo": "it_carlo/conf-invalid.flac",
    "ru_maxim": "ru_maxim/conf-invalid.flac",
}


@dataclass(frozen=True)
class ShippedRecording:
    """A recording in the package.

    Attributes:
        path: The audio file.
        speaker: Name of the speaker.
        transcript: The sentence.
    """

    path: Path
    speaker: str
    transcript: str


def read_recording(speaker: str) -> ShippedRecording:
    """The recording of a speaker among `RECORDINGS`."""
    folder = Path(str(resources.files("keras_wavenet.data"))) / "spoken_prompts/audio"
    with (folder / "metadata.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["path"]: row for row in csv.DictReader(file)}
    row = rows[RECORDINGS[speaker]]
    return ShippedRecording(folder / row["path"], speaker, row["transcript"])
