"""The recording that `generate` resynthesizes by default.

It is of the validation split of `spoken_prompts`, which is in the package.
"""

import argparse
import textwrap
import typing

from keras_wavenet.data.spoken_prompts.recordings import (
    RECORDINGS,
    ShippedRecording,
    read_recording,
)

if typing.TYPE_CHECKING:
    from keras_wavenet import WaveNet

# Presets whose training excluded the sentences of the validation split, of any
# speaker: `tools/recipes/clips.py`.
NOT_TRAINED_ON_IT = ("wavenet_prompts", "wavenet_realtime")


def describe_resynthesis(recording: ShippedRecording, preset: str) -> str:
    """Describe the audio that a preset generated from a recording, in a few lines."""
    trained = (
        f" {preset} was not trained on this sentence."
        if preset in NOT_TRAINED_ON_IT
        else ""
    )
    return textwrap.fill(
        f'This is the sentence "{recording.transcript}" in the voice of '
        f"{recording.speaker}.{trained} The model generated it sample by sample from "
        "mel frames. The frames were computed from a recording in the package, of the "
        "validation split of spoken_prompts. --mel-from FILE takes another recording.",
        width=88,
        break_on_hyphens=False,
    )


def use_shipped_recording(
    arguments: argparse.Namespace, model: "WaveNet"
) -> ShippedRecording | None:
    """Set missing `--mel-from` and `--speaker` to a shipped recording, where possible.

    It is possible if the model is conditioned on features of audio and on nothing else
    but a speaker of `spoken_prompts`, and no flag gives frames or a prime. `--speaker`
    chooses among the three speakers.

    Args:
        arguments: Parsed flags of `generate`; changed.
        model: A `WaveNet`.

    Returns:
        The recording, or None if it is not used.
    """
    a = model.architecture
    if a.features is None or not set(a.conditions) <= {"speaker", "local"}:
        return None
    given = (arguments.mel_from, arguments.local, arguments.prime)
    if any(flag is not None for flag in given):
        return None
    speaker, *others = arguments.speaker or [next(iter(RECORDINGS))]
    if others or speaker not in RECORDINGS or not _takes_speaker(model, speaker):
        return None
    if "speaker" in a.conditions:
        arguments.speaker = [speaker]
    elif arguments.speaker:
        return None  # read_conditions raises an error for the flag
    recording = read_recording(speaker)
    arguments.mel_from = recording.path
    return recording


def _takes_speaker(model, speaker):
    """Whether the model has no speakers, or this one by name."""
    if "speaker" not in model.architecture.conditions:
        return True
    return isinstance(model.speakers, list) and speaker in model.speakers
