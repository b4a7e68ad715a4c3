"""The report of a prepared dataset: what was used and what was refused."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.loudness import Loudness
from keras_wavenet.data.prepared.plan import Plan


def describe(plan: Plan, splits: Mapping[str, ClipSource]) -> str:
    """Describes clips, hours, rates and loudness, and names each rejected file.

    Args:
        plan: The plan.
        splits: The clips of each split of the plan.

    Returns:
        Lines of text, the same for the same clips.
    """
    clips = [clip for source in splits.values() for clip in source.clips]
    lines = [
        f"{plan.name}: {plan.origin}, at {plan.sample_rate} Hz",
        f"{len(clips)} clips, {_duration(clips, plan.sample_rate)}; "
        f"{len(plan.skipped)} rejected",
        *plan.notes,
        "",
        *(
            _describe_split(split, source.clips, plan.sample_rate)
            for split, source in splits.items()
        ),
        "",
        f"recorded at: {_describe_rates(clips)}",
    ]
    if plan.skipped:
        lines += ["", "rejected, and why:"]
        lines += [f"  {name}: {reason}" for name, reason in plan.skipped]
    return "\n".join(lines) + "\n"


def _describe_split(split: str, clips: Sequence[ClipInfo], rate: int) -> str:
    line = f"{split}: {len(clips)} clips, {_duration(clips, rate)}"
    speakers = {clip.speaker for clip in clips} - {None}
    if speakers:
        line += f", {len(speakers)} speakers"
    loudness = sum((clip.loudness for clip in clips), Loudness())
    if not loudness.samples:
        return line
    clipped = sum(clip.loudness.clipped > 0 for clip in clips)
    quiet = loudness.quiet / loudness.samples
    return (
        f"{line}; {loudness.decibels:.1f} dBFS, peak {loudness.peak:.3f}, "
        f"{quiet:.1%} quiet, {clipped} clips reach full scale"
    )


def _describe_rates(clips: Iterable[ClipInfo]) -> str:
    rates = Counter(clip.recorded_rate for clip in clips)
    return ", ".join(f"{rate} Hz ({rates[rate]} clips)" for rate in sorted(rates))


def _duration(clips: Iterable[ClipInfo], rate: int) -> str:
    seconds = sum(clip.length for clip in clips) / rate
    return f"{seconds / 3600:.2f} h" if seconds >= 3600 else f"{seconds:.1f} s"
