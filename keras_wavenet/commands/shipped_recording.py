"""The recording that `generate` makes again where no flag names one.

It is of the validation split of `spoken_prompts`, which is in the package.
"""

import argparse
import csv
import textwrap
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

# A short one of each speaker; the first one is the default.
RECORDINGS = {
    "en_allison": "en_allison/tt-weasels.flac",
    "it_carlo": "it_carlo/conf-invalid.flac",
    "ru_maxim": "ru_maxim/conf-invalid.flac",
}
# Presets whose training left out the sentences of the validation split, whoever says
# them: `tools/recipes/clips.py`.
NOT_TRAINED_ON_IT = ("wavenet_prompts", "wavenet_realtime")


@dataclass(frozen=True)
class ShippedRecording:
    """A recording in the package.

    Attributes:
        path: The audio file.
        speaker: Name of the speaker.
        transcript: What is said.
    """

    path: Path
    speaker: str
    transcript: str

    def describe(self, preset: str) -> str:
        """What audio is that a preset generated from it, in a few lines."""
        trained = (
            f" {preset} was not trained on this sentence."
            if preset in NOT_TRAINED_ON_IT
            else ""
        )
        return textwrap.fill(
            f'This is the sentence "{self.transcript}" in the voice of {self.speaker}.'
            f"{trained} The model generated it sample by sample from mel frames. The "
            "frames were computed from a recording in the package, of the validation "
            "split of spoken_prompts. --mel-from FILE takes another recording.",
            width=88,
            break_on_hyphens=False,
        )


def use_shipped_recording(
    arguments: argparse.Namespace, model
) -> ShippedRecording | None:
    """Let `--mel-from` and `--speaker` name a shipped recording where they are missing.

    This happens if the model is conditioned on features of audio and on nothing else
    but a speaker of `spoken_prompts`, and no flag gives frames or a prime. `--speaker`
    chooses among the three speakers.

    Args:
        arguments: Parsed flags of `generate`; changed.
        model: A `WaveNet`.

    Returns:
        The recording, or None if it is not used.
    """
    given = (arguments.mel_from, arguments.local, arguments.prime)
    if model.architecture.features is None or any(x is not None for x in given):
        return None
    if not set(model.architecture.conditions) <= {"speaker", "local"}:
        return None
    speaker, *more = arguments.speaker or [next(iter(RECORDINGS))]
    if more or speaker not in RECORDINGS:
        return None
    if "speaker" in model.architecture.conditions:
        if not isinstance(model.speakers, list) or speaker not in model.speakers:
            return None
        arguments.speaker = [speaker]
    elif arguments.speaker:
        return None  # the flag is refused later
    recording = read_recording(speaker)
    arguments.mel_from = recording.path
    return recording


def read_recording(speaker: str) -> ShippedRecording:
    """The recording of a speaker among `RECORDINGS`."""
    folder = Path(str(resources.files("keras_wavenet.data"))) / "spoken_prompts/audio"
    with (folder / "metadata.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["path"]: row for row in csv.DictReader(file)}
    row = rows[RECORDINGS[speaker]]
    return ShippedRecording(folder / row["path"], speaker, row["transcript"])
