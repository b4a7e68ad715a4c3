"""Silence at the ends of clips, left out: only when asked for, and never unsaid."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from numbers import Real

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo, ClipSource, ClipView
from keras_wavenet.data.loudness import QUIET
from keras_wavenet.utils.parallel import map_in_threads
from keras_wavenet.utils.progress import show_progress

_FRAME = 0.01  # s: long enough for a level, short enough to find a beginning
_MARGIN = 0.05  # s kept around the sound: soft beginnings and ends of words


@dataclass(frozen=True)
class Sound:
    """Where the sound of a clip is.

    Attributes:
        start: First sample to keep.
        stop: The sample after the last one to keep.
        heard: Whether there is any; without, all of the clip is kept.
        energy: Sum of the squared samples between them.
        quiet: Samples between them in frames below -60 dBFS.
    """

    start: int
    stop: int
    heard: bool = True
    energy: float = 0.0
    quiet: int = 0


def check_decibels(decibels: float):
    """Check the level of `trim_silence`, before any data is looked for.

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


def trim_silence(source: ClipSource, decibels: float = -40.0) -> ClipView:
    """Leave out what is quiet at the beginning and at the end of each clip.

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
        A view of the source. Its report says how much of how many clips is left out,
        and a warning does where that is more than half.

    Raises:
        ValueError: If the level is out of range, or if no clip is louder than
            -60 dBFS.
    """
    check_decibels(decibels)

    def find(index):
        return find_sound(source.blocks(index), source.sample_rate, decibels)

    found = map_in_threads(find, range(len(source)))
    sounds = list(show_progress(found, len(source), "Looking for silence"))
    if not any(sound.heard for sound in sounds):
        raise ValueError(
            f"Expected sound between the silences of {source.report.origin}, to trim "
            f"them. Received: {len(sounds)} clips, none of them louder than -60 dBFS. "
            "Make the recordings louder, or load them without `trim_silence`."
        )
    stretches = [(sound.start, sound.stop) for sound in sounds]
    view = ClipView(
        source, range(len(source)), source.report.origin, stretches=stretches
    )
    view.clips = tuple(map(_with_loudness, source.clips, view.clips, sounds))
    view.report = _report(view, source, sounds)
    return view


def find_sound(
    blocks: Iterable[np.ndarray], sample_rate: int, decibels: float
) -> Sound:
    """Find where a clip begins and ends to be loud, margins included.

    Args:
        blocks: The clip, float arrays of shape `(T,)` one after the other.
        sample_rate: Its rate in Hz.
        decibels: The level, relative to the clip's loudest 10 ms.
    """
    frame = max(1, round(_FRAME * sample_rate))
    energies, length = _frame_energies(blocks, frame)  # (frames,)
    if energies.max(initial=0) < QUIET**2:
        return Sound(0, length, heard=False)
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


def _with_loudness(whole: ClipInfo, kept: ClipInfo, sound: Sound) -> ClipInfo:
    """What is known of a clip without its silence, as loud as it is without."""
    if not sound.heard or not whole.loudness.samples:
        return kept
    at_rate = whole.length / whole.loudness.samples  # measured at the rate of the file
    loudness = replace(
        whole.loudness,
        samples=kept.length,
        energy=sound.energy,
        clipped=round(whole.loudness.clipped * at_rate),
        quiet=min(sound.quiet, kept.length),
    )
    return replace(kept, loudness=loudness)


def _report(view: ClipView, source: ClipSource, sounds: list[Sound]):
    removed = source.lengths - view.lengths  # (clips,) samples
    seconds = float(removed.sum()) / source.sample_rate
    trimmed = int(np.count_nonzero(removed))
    quiet = sum(not sound.heard for sound in sounds)
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
        view.report,
        notes=(*view.report.notes, *notes),
        trimmed_clips=trimmed,
        trimmed_seconds=seconds,
    )
