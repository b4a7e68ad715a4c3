"""Copy synthesis of many recordings: several at a time, as parallel streams.

Axes: B streams, T samples, F frames, C channels.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.frame_files import check_frames_of
from keras_wavenet.evaluation.copy_synthesis import (
    OF_ONE_CLIP,
    check_vocoder,
    clip_conditions,
)
from keras_wavenet.features.frame_matching import PASSES, FrameMatcher
from keras_wavenet.utils.input_file import open_array


@dataclass(frozen=True, eq=False)
class Loaded:
    """What is synthesized.

    Attributes:
        frames: float32 `(F, C)`.
        conditions: The other conditions, as in `WaveNet.generate`.
        original: The recording, float32 `(T,)`; None if there are only its frames.
    """

    frames: np.ndarray
    conditions: dict[str, Any]
    original: np.ndarray | None = None


@dataclass(frozen=True)
class Utterance:
    """A recording, or its frames, that is read when its turn comes.

    Attributes:
        name: Of the recording.
        samples: Length of the audio.
        load: Reads it; raises ValueError, OSError or RuntimeError if it can't be used.
    """

    name: str
    samples: int
    load: Callable[[], Loaded] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Synthesis:
    """The result for one recording.

    Attributes:
        name: Of the recording.
        audio: float32 `(T,)`; None if it failed.
        original: The recording, float32 `(T,)`; None if there were only its frames.
        seconds: Its share, by length, of the time of the generation of its group.
        error: Why it failed, or None.
    """

    name: str
    audio: np.ndarray | None = None
    original: np.ndarray | None = None
    seconds: float = 0.0
    error: str | None = None


def utterances_of_clips(
    model: Any, source: ClipSource, conditions: Mapping[str, Any] | None = None
) -> list[Utterance]:
    """The clips of a source, to be synthesized from their features.

    Args:
        model: A `WaveNet` with features.
        source: Clips at the model's sample rate.
        conditions: Conditions of all clips, such as `{"speaker": "anna"}`; those that
            are not given come from the data.
    """

    def load(index):
        clip = source[index]
        others = clip_conditions(model, clip.info, conditions)
        frames = model.architecture.features(clip.waveform)
        return Loaded(frames, others, clip.waveform)

    return [
        Utterance(clip.clip_id, clip.length, partial(load, index))
        for index, clip in enumerate(source.clips)
    ]


def utterance_of_frames(
    model: Any, name: str, path: Path, conditions: Mapping[str, Any] | None = None
) -> Utterance:
    """The frames in a file that `np.save` wrote, as `write_frames` does.

    Args:
        model: A `WaveNet` with features.
        name: Of the recording.
        path: The file, floats `(F, C)`.
        conditions: The other conditions.

    Raises:
        ValueError: If the file holds something else, or frames that `write_frames` made
            with other features.
        OSError: If it can't be read.
    """
    frames, a = open_array(path), model.architecture
    check_frames_of(path, a.features)
    if frames.ndim != 2 or frames.shape[1] != a.local_channels or not len(frames):
        raise ValueError(
            f"expected an array (frames, {a.local_channels}). Received: shape="
            f"{frames.shape}"
        )

    def load():
        return Loaded(np.array(open_array(path), "float32"), dict(conditions or {}))

    return Utterance(name, len(frames) * a.hop, load)


def synthesize(
    model: Any,
    utterances: Sequence[Utterance],
    *,
    streams: int = 4,
    seed: int = 0,
    match_frames: bool | int | None = None,
    watch: Callable[[int], None] | None = None,
    **options: Any,
) -> Iterator[Synthesis]:
    """Synthesize recordings from their frames, from the shortest to the longest.

    Recordings of similar length are streams of one generation; the shorter ones of a
    group are cut. Each has the noise of stream 0 of the seed, whatever group it is in,
    and every group has as many streams: the audio of a recording does not depend on the
    others, to the bit. It is that of `model.vocode(recording, seed=seed)` with one
    stream. With more, the engines round otherwise, and the samples are others after a
    while, as those of another seed.

    Args:
        model: A `WaveNet` with features.
        utterances: From `utterances_of_clips` and `utterance_of_frames`.
        streams: Recordings at a time.
        seed: Integer from 0 to 2**64 - 1, the seed of each recording.
        match_frames: As in `WaveNet.generate`; None as in `vocode`, also for frames
            from files.
        watch: Called with the number of new samples as they are generated. What it
            raises, such as `KeyboardInterrupt`, ends the synthesis.
        **options: Further options of `WaveNet.stream`, such as `temperature` and
            `engine`.

    Yields:
        A `Synthesis` for each recording; one that fails does not end the others.

    Raises:
        ValueError: See `check_vocoder`.

    Example:
        >>> source = data.FolderSource("recordings", 16000)
        >>> for found in synthesize(model, utterances_of_clips(model, source)):
        ...     soundfile.write(f"{found.name}.wav", found.audio, 16000)
    """
    check_vocoder(model)
    if match_frames is None:
        match_frames = model.matches_frames_of_recordings
    generate = partial(
        _generate,
        model,
        streams=streams,
        seed=seed,
        watch=watch or (lambda samples: None),
        **options,
    )
    ordered = sorted(utterances, key=lambda one: one.samples)
    for start in range(0, len(ordered), streams):
        group = ordered[start : start + streams]
        yield from _synthesize_group(model, group, generate, match_frames)


def _synthesize_group(model, utterances, generate, match_frames):
    """Synthesize a few recordings as streams of one generation."""
    group = []
    for utterance in utterances:
        loaded = _load(model, utterance)
        if isinstance(loaded, Synthesis):
            yield loaded
        else:
            group.append((utterance, loaded))
    for name, audio, loaded, seconds in _each(generate, group):
        if isinstance(audio, str):
            yield Synthesis(name, error=audio)
            continue
        if match_frames:
            audio = _matched(model, loaded.frames, audio, match_frames)
        yield Synthesis(name, audio, loaded.original, seconds)


def _load(model, utterance):
    """What is to be synthesized, or the result of one that can't be."""
    try:
        loaded = utterance.load()
        conditions = {**loaded.conditions, "local": loaded.frames}
        model.stream_conditions(conditions, 1).check_length(utterance.samples)
    except OF_ONE_CLIP as error:
        return Synthesis(utterance.name, error=str(error))
    return loaded


def _each(generate, group):
    """Generate a group; if that fails, each alone, to find the one that does.

    Yields:
        The name, the audio or a sentence with the error, what was loaded, seconds.
    """
    if not group:
        return
    started = time.perf_counter()
    try:
        rows = generate(group)
    except OF_ONE_CLIP as error:
        if len(group) > 1:
            for one in group:
                yield from _each(generate, [one])
            return
        rows = [str(error)]
    seconds = time.perf_counter() - started
    total = sum(utterance.samples for utterance, _ in group)
    for (utterance, loaded), row in zip(group, rows, strict=True):
        yield utterance.name, row, loaded, seconds * utterance.samples / total


def _generate(model, group, *, streams, seed, watch, **options):
    """The audio of each of a group, float32 `(T,)`.

    A group that is too small is filled with copies of its last one: rounding depends on
    the number of streams.
    """
    lengths = np.array([utterance.samples for utterance, _ in group])
    rows = [loaded for _, loaded in group]
    rows += rows[-1:] * (streams - len(rows))
    count = max(len(row.frames) for row in rows)
    conditions = {name: _stacked(model, name, rows) for name in rows[0].conditions}
    # After the last frame of a clip, generation repeats it.
    conditions["local"] = np.stack([_lengthened(row.frames, count) for row in rows])
    options |= {"streams": streams, "seed": [seed] * streams}
    chunks, position = [], 0
    for chunk in model.stream(int(lengths.max()), conditions=conditions, **options):
        chunks.append(chunk)
        count = chunk.shape[1]
        watch(int(np.clip(lengths - position, 0, count).sum()))
        position += count
    audio = np.concatenate(chunks, axis=1)
    return [row[:length] for row, length in zip(audio, lengths, strict=False)]


def _lengthened(frames, count):
    return np.pad(frames, [(0, count - len(frames)), (0, 0)], "edge")


def _stacked(model, name, rows):
    """A condition of all streams, a row for each."""
    values = [row.conditions[name] for row in rows]
    if name == "speaker":
        return values
    # As arrays: names of tags would be those of all streams.
    given = ({**row.conditions, "local": row.frames} for row in rows)
    return np.concatenate([model.stream_conditions(g, 1).vectors[name] for g in given])


def _matched(model, frames, audio, match_frames):
    """The audio of one recording, matched to its frames."""
    passes = PASSES if match_frames is True else match_frames
    matcher = FrameMatcher(model.architecture.features, frames, None, passes)
    return matcher(audio[None])[0]
