"""The recordings that a recipe trains on, and the held-out ones.

Held out are all recordings of the sentences in the validation split of
`spoken_prompts`, of every speaker, and `FURTHER` other recordings of each speaker,
chosen by a hash of their names.
"""

import hashlib
from pathlib import Path

from keras_wavenet import data
from keras_wavenet.data import ClipSource, FolderSource

FURTHER = 10  # recordings of each speaker
SHORTEST = 1.5  # s, least length of these recordings
SAMPLE_RATE = 16000


def open_clips(name: str) -> dict[str, ClipSource]:
    """Return the clips of a dataset by their role.

    Args:
        name: A folder of recordings, or a dataset of TensorFlow Datasets.

    Returns:
        Clips by `"train"`, `"validation"` and `"test"`: the validation sentences, and
        the further recordings.
    """
    if Path(name).is_dir():
        source = FolderSource(name, SAMPLE_RATE)
    else:
        source = data.open_source(name, "train", SAMPLE_RATE)
    roles = _roles(source.clips, validation_sentences())
    return {
        role: source.select([i for i, r in enumerate(roles) if r == role], role)
        for role in ("train", "validation", "test")
    }


def validation_sentences() -> set[str]:
    """Return the names of the sentences in the validation split of `spoken_prompts`."""
    source = data.open_source("spoken_prompts", "validation", SAMPLE_RATE)
    return {sentence(clip) for clip in source.clips}


def sentence(clip) -> str:
    """Return the name of a clip's sentence: the stem of its file."""
    return Path(clip.clip_id).stem


def _roles(clips, sentences):
    roles = ["validation" if sentence(c) in sentences else "train" for c in clips]
    for speaker in {clip.speaker for clip in clips}:
        free = [
            number
            for number, clip in enumerate(clips)
            if clip.speaker == speaker
            and roles[number] == "train"
            and clip.length >= SHORTEST * SAMPLE_RATE
        ]
        free.sort(key=lambda number: _rank(clips[number].clip_id))
        for number in free[:FURTHER]:
            roles[number] = "test"
    return roles


def _rank(name):
    return hashlib.sha256(name.encode()).hexdigest()
