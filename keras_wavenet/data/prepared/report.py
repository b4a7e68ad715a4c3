"""Text about a prepared dataset: the report of its clips, and their license."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.loudness import Loudness
from keras_wavenet.data.prepared.layout import is_prepared
from keras_wavenet.data.prepared.plan import Plan, read_plan

_NOTICE = re.compile(
    r"(licen[cs]e|copying|attribution|notice|readme)[^.]*(\.md|\.rst|\.txt)?",
    re.IGNORECASE,
)
_LARGEST_NOTICE = 2**16  # bytes: of a longer text, only the name is kept


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


def collect_notices(origin: Any) -> str:
    """Collects licenses and attributions of audio.

    Args:
        origin: A folder that may hold such files, a prepared dataset, or the builder
            of a tfds dataset.

    Returns:
        Name and text of each file, or the dataset's description; "" if there is none.
    """
    if not isinstance(origin, Path):
        info = origin.info
        license_text = info.redistribution_info.license
        return "\n\n".join(filter(None, [info.description, license_text]))
    if is_prepared(origin):
        return read_plan(origin).description
    paths = (path for path in origin.iterdir() if _NOTICE.fullmatch(path.name))
    return "\n\n".join(_read_notice(path) for path in sorted(paths) if path.is_file())


def _read_notice(path: Path) -> str:
    if path.stat().st_size > _LARGEST_NOTICE:
        return f"{path.name}: see the source of the audio"
    text = path.read_bytes().decode("utf-8", "replace").strip()
    return f"{path.name}:\n\n{text}"
