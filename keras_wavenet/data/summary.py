"""A summary of the data before a run: figures, and advice where they are unusual."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.loudness import Loudness

# Bounds beyond which advice is given.
_MOST_CLIPPED = 1e-3  # of the samples
_LEAST_DECIBELS = -45.0  # dBFS: most mu-law codes then stand for loudness never reached
_MOST_QUIET = 0.5  # of the samples
_LEAST_SECONDS = 600.0
_NAMES_SHOWN = 10


@dataclass(frozen=True)
class DataSummary:
    """Figures of a source; `str` gives them in words.

    Attributes:
        source: The source.
        window_length: Samples scored by a window.
        rates: How many clips were recorded at each rate, in Hz.
        loudness: Loudness of all clips together.
        clipped_clips: Clips in which more than a thousandth of the samples is clipped.
        short_clips: Clips shorter than a window.
    """

    source: ClipSource
    window_length: int
    rates: Counter
    loudness: Loudness
    clipped_clips: int
    short_clips: int

    @property
    def clipped(self) -> float:
        """Share of the samples at full scale."""
        return self.loudness.clipped / max(self.loudness.samples, 1)

    @property
    def quiet(self) -> float:
        """Share of the samples in silence, below -60 dBFS."""
        return self.loudness.quiet / max(self.loudness.samples, 1)

    @property
    def advice(self) -> list[str]:
        """What should be changed before a long run: a sentence each, or none."""
        report = self.source.report
        found = []
        if report.seconds < _LEAST_SECONDS:
            found.append(
                f"there is only {report.seconds:.1f} s of audio, which a model will "
                "overfit. Watch the validation figure, add recordings"
            )
        if self.clipped > _MOST_CLIPPED:
            found.append(
                f"{self.clipped:.2%} of the samples are clipped, "
                f"much of it in {self.clipped_clips} clips: the model will learn the "
                "distortion. Record at a lower level, or leave these clips out"
            )
        if self.loudness.samples and self.loudness.decibels < _LEAST_DECIBELS:
            found.append(
                f"the level of {self.loudness.decibels:.1f} dBFS is very low: the "
                "model will mostly learn noise. Bring the clips to one level "
                "(normalize)"
            )
        if self.quiet > _MOST_QUIET:
            found.append(
                f"{self.quiet:.0%} is silence, and the model will generate as much. "
                "Trim the ends of the clips (trim_silence)"
            )
        low = sum(n for rate, n in self.rates.items() if rate < self.source.sample_rate)
        if low:
            found.append(
                f"{low} of {report.clips} clips were recorded at a lower rate than "
                f"the model's {self.source.sample_rate} Hz: there is nothing in them "
                f"above {min(self.rates) // 2} Hz. Use a model of a lower sample_rate"
            )
        return found

    def __str__(self) -> str:
        report = self.source.report
        seconds = self.source.lengths / self.source.sample_rate
        rates = ", ".join(f"{rate} Hz ({n})" for rate, n in sorted(self.rates.items()))
        window = self.window_length / self.source.sample_rate
        lines = [
            f"{report.origin}: {report.clips} clips, {report.seconds / 3600:.2f} hours "
            f"({report.seconds:.1f} s)",
            f"  recorded at {rates}; read at {self.source.sample_rate} Hz",
            f"  clips of {seconds.min():.2f} to {seconds.max():.2f} s, median "
            f"{np.median(seconds):.2f} s; {self.short_clips / report.clips:.0%} are "
            f"shorter than a window of {window:.2f} s, and are used",
            *self._loudness_line(),
            *(f"  {line}" for line in report.details(_NAMES_SHOWN)),
        ]
        verdict = self.advice or ["no problem found"]
        return "\n".join([*lines, *(f"  Verdict: {words}." for words in verdict)])

    def _loudness_line(self) -> Iterator[str]:
        found = self.loudness
        if found.samples:  # a source of one's own may not measure it
            yield (
                f"  level {found.decibels:.1f} dBFS, peak {found.peak:.3f}; "
                f"{self.clipped:.3%} of the samples clipped, {self.quiet:.0%} in "
                "silence"
            )


def summarize(source: ClipSource, window_length: int = 8000) -> DataSummary:
    """Summarizes a source before a run.

    Reads no audio: sources of this package measure their clips when they are opened.

    Args:
        source: The clips, one at least: a dataset of `load` has them as `source`.
        window_length: Samples that a window of the run scores.

    Returns:
        A `DataSummary`: `print` it, or read its `advice`.
    """
    return DataSummary(
        source,
        window_length,
        rates=Counter(map(int, source.column("recorded_rate"))),
        loudness=_total_loudness(source),
        clipped_clips=_count_clipped(source),
        short_clips=int((source.lengths < window_length).sum()),
    )


def _count_clipped(source: ClipSource) -> int:
    clipped, samples = (
        np.asarray(source.column(f"loudness.{name}")) for name in ("clipped", "samples")
    )
    return int((clipped > _MOST_CLIPPED * samples).sum())


def _total_loudness(source: ClipSource) -> Loudness:
    """Loudness of all clips together."""
    names = [field.name for field in fields(Loudness)]
    columns = {name: np.asarray(source.column(f"loudness.{name}")) for name in names}
    peak = float(columns.pop("peak").max())
    sums = {name: column.sum().item() for name, column in columns.items()}
    return Loudness(peak=peak, **sums)
