"""Normalization of the level of clips: one gain for each, measured once."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.loudness import (
    FRAME,
    QUIET,
    Loudness,
    frame_energies,
    measure_loudness,
)
from keras_wavenet.data.reader import Reader
from keras_wavenet.utils.parallel import map_in_threads
from keras_wavenet.utils.progress import show_progress

LEVELS = {"peak": -0.1, "rms": -26.0}  # dBFS, where none is given
_LOWEST = -60.0  # dBFS: what lies below counts as silence
_LARGEST_PEAK = 10 ** (LEVELS["peak"] / 20)


@dataclass(frozen=True)
class Normalization:
    """To which level clips are brought.

    Attributes:
        kind: `"peak"`, the largest absolute sample, or `"rms"`, the root mean square.
        decibels: Its level in dBFS.
    """

    kind: str
    decibels: float

    @classmethod
    def parse(cls, text: str) -> "Normalization":
        """Reads `"peak"`, `"rms"` or either with a level, such as `"rms:-23"`.

        Raises:
            ValueError: If it is anything else, or the level is not from -60 to 0.
        """
        kind, colon, level = text.partition(":") if isinstance(text, str) else ("",) * 3
        try:
            decibels = float(level) if colon else LEVELS.get(kind, math.nan)
        except ValueError:
            decibels = math.nan
        if kind not in LEVELS or not _LOWEST <= decibels <= 0:
            raise ValueError(
                '`normalize` must be None, "peak" or "rms", with a level from -60 to '
                '0 dBFS after a colon if not the usual one, such as "rms:-23". '
                f"Received: normalize={text!r}"
            )
        return cls(kind, decibels)

    def gain(self, loudness: Loudness) -> float:
        """The factor that brings a clip to the level; 1 for a silent one.

        The peak of a clip stays at -0.1 dBFS or below, whatever its root mean square.

        Args:
            loudness: How loud the clip is.
        """
        if loudness.quiet == loudness.samples:
            return 1.0
        target = 10 ** (self.decibels / 20)
        if self.kind == "peak":
            return target / loudness.peak
        rms = math.sqrt(loudness.energy / loudness.samples)
        return min(target / rms, _LARGEST_PEAK / loudness.peak)

    def __str__(self) -> str:
        kind = {"peak": "a peak", "rms": "a root mean square"}[self.kind]
        return f"{kind} of {self.decibels:g} dBFS"


def normalized(source: ClipSource, normalization: Normalization | None) -> ClipSource:
    """Multiplies each clip by a gain of its own, and measures how loud it then is.

    The gain is that of the whole clip and of nothing else: it depends on no other clip,
    on no split and on no window. A clip that is nowhere louder than -60 dBFS keeps its
    level, and is counted. Each clip is read once, a block at a time.

    Args:
        source: The clips.
        normalization: The level; None multiplies by 1, for clips whose audio has
            changed in another way, and must be measured again.

    Returns:
        A source with samples in [-1, 1]; what lies beyond is clipped.

    Raises:
        ValueError: If no clip is louder than -60 dBFS.
    """

    def measure(index):
        return _measure(source.blocks(index), source.clips[index], normalization)

    found = map_in_threads(measure, range(len(source)))
    found = list(show_progress(found, len(source), "Measuring the loudness"))
    gains = [gain for gain, _ in found]
    silent = sum(one.quiet == one.samples for _, one in found)
    if silent == len(source) and normalization is not None:
        raise ValueError(
            f"Expected sound in {source.report.origin}, to normalize it. Received: "
            f"{len(source)} clips, none of them louder than -60 dBFS. Make the "
            "recordings louder, or load them without `normalize`."
        )
    clips = [
        replace(clip, loudness=loudness)
        for clip, (_, loudness) in zip(source.clips, found, strict=True)
    ]
    notes = [] if normalization is None else _notes(normalization, gains, silent)
    report = replace(source.report, notes=(*source.report.notes, *notes))
    reader = GainReader(source, gains)
    return ClipSource(source.sample_rate, clips, reader, report)


class GainReader(Reader):
    """Reads the clips of a source, each times its gain; a recording is a clip.

    Args:
        source: The clips.
        gains: For each clip its factor.
    """

    def __init__(self, source: ClipSource, gains: Iterable[float]):
        self._source = source
        self._gains = np.array([*gains], "float32")

    def read(self, recording: int, start: int, stop: int) -> np.ndarray:
        samples = self._source.read(recording, start, stop)
        return np.clip(samples * self._gains[recording], -1, 1)


def _measure(
    blocks: Iterable[np.ndarray], clip: ClipInfo, normalization: Normalization | None
) -> tuple[float, Loudness]:
    """The gain of a clip, and how loud the clip is with it."""
    found, energies = Loudness(), []
    for block in blocks:
        found += measure_loudness(block)
        energies.append(frame_energies(block))
    gain = 1.0 if normalization is None else normalization.gain(found)
    known = clip.loudness
    if known.samples:  # what was clipped as it was recorded remains distorted
        clipped = round(known.clipped * clip.length / known.samples)
    else:
        clipped = found.clipped
    return gain, replace(
        found,
        peak=found.peak * gain,
        energy=found.energy * gain**2,
        clipped=clipped,
        quiet=_quiet(np.concatenate(energies) * gain**2, found.samples),
    )


def _quiet(energies: np.ndarray, samples: int) -> int:
    """Samples in quiet frames, of which the last one may be short."""
    sizes = np.full(len(energies), FRAME)
    sizes[-1] = samples - (len(energies) - 1) * FRAME
    return int(sizes[energies < QUIET**2 * sizes].sum())


def _notes(normalization: Normalization, gains: list[float], silent: int) -> list[str]:
    low, high = (20 * math.log10(gain) for gain in (min(gains), max(gains)))
    notes = [
        f"normalized: each clip to {normalization}, by gains from {low:+.1f} to "
        f"{high:+.1f} dB"
    ]
    if silent:
        notes.append(f"clips nowhere louder than -60 dBFS, not normalized: {silent}")
    return notes
