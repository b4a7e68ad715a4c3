"""What reading a source has found: clips to use, clips to skip, and why."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

# Below half the step between mu-law's silence and the next code: nothing to learn.
SILENCE_PEAK = 8e-5
SILENT = "silent from end to end"
_LOUDEST = 8.0  # times full scale: more is not a hot float recording but not audio
_NAMES_IN_WARNING = 5


class UnusableAudioError(ValueError):
    """Audio that cannot be trained on; the message is the reason, without a name."""


def check_loudness(loudest: float) -> None:
    """Check the largest absolute sample of a recording, or of a block of it.

    Raises:
        UnusableAudioError: If it is not finite, or far beyond full scale.
    """
    if not math.isfinite(loudest):
        raise UnusableAudioError("holds samples that are NaN or infinite")
    if loudest > _LOUDEST:
        raise UnusableAudioError(
            f"holds samples up to {loudest:.3g}, expected values in [-1, 1]"
        )


@dataclass(frozen=True)
class SourceReport:
    """Summary of a source.

    Attributes:
        origin: Where the clips come from, in words.
        clips: Number of usable clips in the source.
        seconds: Their duration in all.
        sample_rate: The rate they are read at, in Hz.
        skipped: Pairs of a clip's name and the reason why it is not used.
        layout: How the clips are laid out and labelled, in words.
        notes: What else was found, a sentence each.
        trimmed_clips: Clips whose ends were trimmed; None if none were to be.
        trimmed_seconds: Duration of that silence in all.
    """

    origin: str
    clips: int
    seconds: float
    sample_rate: int
    skipped: tuple[tuple[str, str], ...] = ()
    layout: str = ""
    notes: tuple[str, ...] = ()
    trimmed_clips: int | None = None
    trimmed_seconds: float = 0.0

    def summary(self) -> str:
        """One line: origin, clips, seconds, rate, and what was skipped or trimmed."""
        line = (
            f"{self.origin}: {self.clips} clips, {self.seconds:.1f} s "
            f"at {self.sample_rate} Hz"
        )
        if self.skipped:
            line += f", {len(self.skipped)} skipped"
        if self.trimmed_clips is not None:
            line += (
                f", {self.trimmed_seconds:.1f} s of silence trimmed "
                f"from {self.trimmed_clips} clips"
            )
        return line

    def details(self, most: int | None = None) -> list[str]:
        """What `summary` leaves out, a line each: layout, notes, what was skipped.

        Args:
            most: How many of the skipped clips are named; all of them if None.
        """
        lines = [f"layout: {self.layout}"] if self.layout else []
        lines += self.notes
        if self.skipped:
            lines.append(f"{len(self.skipped)} rejected:")
            lines += [f"  {name}: {reason}" for name, reason in self.skipped[:most]]
            if most is not None and len(self.skipped) > most:
                lines.append(f"  and {len(self.skipped) - most} more")
        return lines

    def __str__(self) -> str:
        return "\n  ".join([self.summary(), *self.details()])


@dataclass
class Scan:
    """Tally of a source while its clips are checked, one after the other.

    Args:
        origin: Where the clips come from, in words.
    """

    origin: str
    accepted: list[Any] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)

    def accept(self, clip: Any) -> None:
        """Takes a clip."""
        self.accepted.append(clip)

    def skip(self, name: str, reason: str) -> None:
        """Leaves a clip out, for a reason that the report gives."""
        self.skipped.append((name, reason))

    def check(self) -> None:
        """Warn once about all that was skipped; fail where nothing is left to learn.

        Raises:
            ValueError: If no clip is usable, or if all of them are silent.
        """
        some = [f"{name} ({why})" for name, why in self.skipped[:_NAMES_IN_WARNING]]
        more = len(self.skipped) - len(some)
        listing = "; ".join(some) + (f"; and {more} more" if more else "")
        silent = [name for name, why in self.skipped if why == SILENT]
        if silent and len(silent) == len(self.skipped) and not self.accepted:
            raise ValueError(
                f"Expected sound in {self.origin}. Received: {len(silent)} clips, all "
                f"silent (no sample as loud as {SILENCE_PEAK:.0e} of 1). "
                "Check how the audio was recorded or converted."
            )
        if not self.accepted:
            raise ValueError(
                f"Expected usable audio in {self.origin}. Received: "
                f"{len(self.skipped)} unusable clips: {listing}. "
                "Repair or replace them."
            )
        if self.skipped:
            total = len(self.accepted) + len(self.skipped)
            warnings.warn(
                f"Skipped {len(self.skipped)} of {total} clips in {self.origin}: "
                f"{listing}. The source's `report.skipped` names each.",
                stacklevel=4,
            )

    def report(
        self, lengths: Sequence[int], sample_rate: int, origin: str | None = None
    ) -> SourceReport:
        """Makes the `SourceReport` of the clips whose lengths in samples are given."""
        return SourceReport(
            origin=origin or self.origin,
            clips=len(lengths),
            seconds=sum(lengths) / sample_rate,
            sample_rate=sample_rate,
            skipped=tuple(self.skipped),
        )
