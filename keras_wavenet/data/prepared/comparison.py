"""How two plans differ, in words: why a folder can't be gone on with."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.prepared.clip_list import encode_clips, read_clips
from keras_wavenet.data.prepared.errors import DamagedError
from keras_wavenet.data.prepared.layout import clips_name
from keras_wavenet.data.prepared.plan import Plan

_NAMED = 3  # clips


def differences(
    old: Plan, new: Plan, folder: Path, splits: Mapping[str, ClipSource]
) -> list[str]:
    """What a new plan changes of that in a folder.

    Args:
        old: The plan in the folder.
        new: The plan of what is to be prepared.
        folder: The folder, where the old lists of clips are.
        splits: What is to be prepared.

    Returns:
        A phrase for each difference; none if the plans agree.
    """
    found = _changed_values(
        {"name": old.name, "sample_rate": old.sample_rate, **old.settings},
        {"name": new.name, "sample_rate": new.sample_rate, **new.settings},
    )
    if found:
        return found  # which changes the clips, too
    if old.splits.keys() != new.splits.keys():
        found.append(f"splits {', '.join(old.splits)}, now {', '.join(new.splits)}")
    for split in sorted(old.splits.keys() & new.splits.keys()):
        if old.splits[split].clips_sha256 != new.splits[split].clips_sha256:
            clips = _old_clips(old, split, folder)
            found.append(f"{split}: {_changed_clips(clips, splits[split].clips)}")
    if set(old.skipped) != set(new.skipped):
        found.append(f"{len(old.skipped)} rejected files, now {len(new.skipped)}")
    return found


def _changed_values(old: dict, new: dict) -> list[str]:
    return [
        f"{name} {old.get(name)}, now {new.get(name)}"
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def _old_clips(old: Plan, split: str, folder: Path) -> list[ClipInfo]:
    listed = old.splits[split]
    try:
        return read_clips(folder / clips_name(split), listed.clips, listed.clips_sha256)
    except DamagedError:
        return []


def _changed_clips(old: Sequence[ClipInfo], new: Sequence[ClipInfo]) -> str:
    before, now = (
        {
            clip.clip_id: line
            for clip, line in zip(clips, encode_clips(clips), strict=True)
        }
        for clips in (old, new)
    )
    kinds = {
        "new": [name for name in now if name not in before],
        "gone": [name for name in before if name not in now],
        "changed": [name for name in now if before.get(name, now[name]) != now[name]],
    }
    return "; ".join(_count(names, kind) for kind, names in kinds.items() if names)


def _count(names: list[str], kind: str) -> str:
    some = ", ".join(names[:_NAMED])
    more = ", ..." if len(names) > _NAMED else ""
    return f"{len(names)} clips {kind} ({some}{more})"
