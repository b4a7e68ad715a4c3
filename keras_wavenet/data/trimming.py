"""Silence at the ends of clips: left out when asked for, with a report of how much."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from numbers import Real

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.loudness import QUIET
from keras_wavenet.data.scan import SourceReport
from keras_wavenet.utils.parallel import map_in_threads
from keras_wavenet.utils.progress import show_progress

_FRAME = 0.01  # s: over which the root mean square is taken
_MARGIN = 0.05  # s kept around the sound: soft beginnings and ends of words


@dataclass(frozen=True)
class Sound:
    """Where the sound of a clip is.

    Attributes:
        start: First sample to keep.
        stop: The sample after the last one to keep.
        audible: Whether there is any; without, all of the clip is kept.
        energy: Sum of the squared samples between them.
        quiet: Samples between them in frames below -60 dBFS.
    """

    start: int
    stop: int
    audible: bool = True
    energy: float = 0.0
    quiet: int = 0


def check_decibels(decibels: float) -> None:
    """Checks the level of `trim_silence`, before any data is opened.

    Raises:
        ValueError: If it is not a number from -120 to below 0.
    """
    if (
        not isinstance(decibels, Real)
        or isinstance(decibels, bool)
        or not -120 <= decibels < 0
    ):
        raise ValueError(
            "`trim_silence` must be None or a level in dB below a clip's loudest "
            "part, from -120 to below 0; -40 is usual for speech. "
            f"Received: trim_silence={decibels!r}"
        )


def trim_silence(source: ClipSource, decibels: float = -40.0) -> ClipSource:
    """Leaves out what is quiet at the beginning and at the end of each clip.

    Quiet is what lies, by the root mean square of 10 ms, more than so many dB below
    the loudest 10 ms of the same clip: quiet recordings lose no more than loud ones.
    That is the convention of librosa's `effects.trim`, whose `top_db=40` is -40 here.
    50 ms around the sound are kept, and all pauses inside a clip. Each clip is read
    once, a block at a time.

    A clip that is nowhere louder than -60 dBFS is kept whole, and counted.

    Args:
        source: The clips.
        decibels: The level, from -120 to below 0.

    Returns:
        A source of the segments, with the same reader. Its report gives the seconds
        left out and the number of clips; a warning is issued where that is more than
        half.

    Raises:
        ValueError: If the level is out of range, or if no clip is louder than
            -60 dBFS.
    """
    check_decibels(decibels)

    def find(index):
        return find_sound(source.blocks(index), source.sample_rate, decibels)

    found = map_in_threads(find, range(len(source)))
    sounds = list(show_progress(found, len(source), "Finding silence"))
    if not any(sound.audible for sound in sounds):
        raise ValueError(
            f"Expected sound between the silences of {source.report.origin}, to trim "
            f"them. Received: {len(sounds)} clips, none of them louder than -60 dBFS. "
            "Make the recordings louder, or load them without `trim_silence`."
        )
    clips = list(map(_trimmed, source.clips, sounds))
    report = _report(source, clips, sounds)
    return source.shortened([sound.start for sound in sounds], clips, report)


def find_sound(
    blocks: Iterable[np.ndarray], sample_rate: int, decibels: float
) -> Sound:
    """Finds the loud part of a clip, margins included.

    Args:
        blocks: The clip, float arrays of shape `(T,)` one after the other.
        sample_rate: Its rate in Hz.
        decibels: The level, relative to the clip's loudest 10 ms.
    """
    frame = max(1, round(_FRAME * sample_rate))
    energies, length = _frame_energies(blocks, frame)  # (frames,)
    if energies.max(initial=0) < QUIET**2:
        return Sound(0, length, audible=False)
    (loud,) = np.nonzero(energies >= energies.max() * 10 ** (decibels / 10))
    margin = round(_MARGIN * sample_rate)
    start = max(int(loud[0]) * frame - margin, 0)
    stop = min((int(loud[-1]) + 1) * frame + margin, length)
    kept = energies[start // frame : -(-stop // frame)]
    quiet = int(np.count_nonzero(kept < QUIET**2)) * frame
    return Sound(start, stop, True, float(kept.sum()) * frame, quiet)


def _frame_energies(blocks: Iterable[np.ndarray], frame: int) -> tuple[np.ndarray, int]:
    """Mean square of each frame, the last of which may be short, and the length."""
    energies, length = [], 0
    rest = np.zeros(0, "float32")  # of a block that ended inside a frame
    for block in blocks:
        length += len(block)
        samples = np.concatenate([rest, block])
        whole = len(samples) // frame * frame
        frames = samples[:whole].reshape(-1, frame)
        energies.append(np.einsum("ft,ft->f", frames, frames) / frame)
        rest = samples[whole:]
    if len(rest):
        energies.append(np.mean(np.square(rest), keepdims=True))
    return np.concatenate(energies or [rest]), length


def _trimmed(clip: ClipInfo, sound: Sound) -> ClipInfo:
    """What is known of a clip without its silence: another length, and loudness."""
    length = sound.stop - sound.start
    if not sound.audible or not clip.loudness.samples:
        return replace(clip, length=length)
    at_rate = clip.length / clip.loudness.samples  # measured at the rate of the file
    loudness = replace(
        clip.loudness,
        samples=length,
        energy=sound.energy,
        clipped=round(clip.loudness.clipped * at_rate),
        quiet=min(sound.quiet, length),
    )
    return replace(clip, length=length, loudness=loudness)


def _report(
    source: ClipSource, clips: list[ClipInfo], sounds: list[Sound]
) -> SourceReport:
    kept = [clip.length for clip in clips]
    removed = source.lengths - kept  # (clips,) samples
    seconds = float(removed.sum()) / source.sample_rate
    trimmed = int(np.count_nonzero(removed))
    quiet = sum(not sound.audible for sound in sounds)
    share = seconds / source.report.seconds
    notes = [
        f"silence trimmed: {seconds:.1f} s ({share:.1%}) at the ends of {trimmed} of "
        f"{len(source)} clips"
    ]
    if quiet:
        notes.append(f"clips nowhere louder than -60 dBFS, left whole: {quiet}")
    if share > 0.5:
        warnings.warn(
            f"More than half of {source.report.origin} was trimmed as silence: "
            f"{seconds:.1f} of {source.report.seconds:.1f} s. A lower level keeps "
            "more; None keeps all.",
            stacklevel=3,
        )
    return replace(
        source.report,
        clips=len(clips),
        seconds=sum(kept) / source.sample_rate,
        notes=(*source.report.notes, *notes),
        trimmed_clips=trimmed,
        trimmed_seconds=seconds,
    )
