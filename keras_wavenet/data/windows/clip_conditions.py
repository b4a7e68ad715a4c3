"""Conditions that all windows of a clip share: its speaker, and its tags."""

from collections.abc import Sequence

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.windows.window_input import ArraySpec, WindowInput

_NAMES_SHOWN = 10


class SpeakerIndex(WindowInput):
    """`"speaker"`, an int32: the place of the clip's speaker among the model's.

    Args:
        source: The clips.
        names: The speakers of the model, in the order of their index.

    Raises:
        ValueError: If a clip has no speaker, or none of these.
    """

    specs = {"speaker": ArraySpec((), "int32")}

    def __init__(self, source: ClipSource, names: Sequence[str]):
        places = {name: place for place, name in enumerate(names)}
        _check_speakers(source, places)
        self._indices = np.array([places[c.speaker] for c in source.clips], "int32")

    def read(self, clip: int, start: int) -> dict[str, np.ndarray]:
        return {"speaker": self._indices[clip]}


class TagVector(WindowInput):
    """`"tags"`, float32 of shape `(tags,)`: 1 for each tag of the clip, 0 for others.

    Args:
        source: The clips; a label holds tags with ";" between them, or is None.
        names: The tags of the model, in the order of their index.

    Raises:
        ValueError: If a clip has another tag.
    """

    def __init__(self, source: ClipSource, names: Sequence[str]):
        self._source = source
        self._places = {name: place for place, name in enumerate(names)}
        _check_tags(source, self._places)
        self.specs = {"tags": ArraySpec((len(names),))}

    def read(self, clip: int, start: int) -> dict[str, np.ndarray]:
        vector = np.zeros(len(self._places), "float32")
        for tag in tags_of(self._source.clips[clip]):
            vector[self._places[tag]] = 1
        return {"tags": vector}


def speaker_names(source: ClipSource) -> list[str]:
    """Lists the speakers of a source in alphabetical order: a model's `speakers`.

    Example:
        `WaveNet(speakers=speaker_names(open_source("vctk", "train", 16000)), ...)`
    """
    return sorted({clip.speaker for clip in source.clips if clip.speaker is not None})


def tag_names(source: ClipSource) -> list[str]:
    """Lists the tags of a source in alphabetical order: a model's `tags`.

    A clip has those that its label holds, with ";" between them.
    """
    return sorted({tag for clip in source.clips for tag in tags_of(clip)})


def tags_of(clip: ClipInfo) -> list[str]:
    """The tags in the label of a clip, where ";" stands between two."""
    tags = (tag.strip() for tag in (clip.label or "").split(";"))
    return [tag for tag in tags if tag]


def _check_speakers(source: ClipSource, known: Sequence[str]):
    unknown = [clip for clip in source.clips if clip.speaker not in known]
    if not unknown:
        return
    named = [clip for clip in unknown if clip.speaker is not None]
    if named:
        advice = (
            "Give the model all of them (`speakers=[...]`, which "
            "`keras_wavenet.data.speaker_names` lists; in `keras-wavenet train` "
            "--speakers or --add-speakers), or leave these clips out."
        )
    else:
        advice = (
            "Name them in a `speaker` column of metadata.csv, or for tfds data by "
            '`keys={"speaker": ...}` (--key speaker=FEATURE).'
        )
    clip = (named or unknown)[0]
    raise ValueError(
        f"Expected each clip of {source.report.origin} to be by a speaker of the "
        f"model: {_listed(known)}. Received: {len(unknown)} of {len(source)} clips by "
        f"another or by none, such as {clip.clip_id} (speaker={clip.speaker!r}). "
        f"{advice}"
    )


def _check_tags(source: ClipSource, known: Sequence[str]):
    unknown = [
        (clip, tag)
        for clip in source.clips
        for tag in tags_of(clip)
        if tag not in known
    ]
    if unknown:
        clip, tag = unknown[0]
        raise ValueError(
            f"Expected tags of the model in {source.report.origin}: "
            f"{_listed(known)}. Received: {len({tag for _, tag in unknown})} others, "
            f"such as {tag!r} of {clip.clip_id}. Give the model all of them "
            "(`tags=[...]`, which `keras_wavenet.data.tag_names` lists; in "
            "`keras-wavenet train` --tags), or take these "
            'out of the labels, where ";" stands between two.'
        )


def _listed(names: Sequence[str]) -> str:
    names = list(names)
    more = len(names) - _NAMES_SHOWN
    some = ", ".join(names[:_NAMES_SHOWN])
    return f"{some} and {more} more" if more > 0 else some
