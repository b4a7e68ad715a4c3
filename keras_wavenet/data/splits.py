"""Splits of datasets, published or made: the same clips on every machine."""

import hashlib
from collections.abc import Collection

from keras_wavenet.data.clip_source import ClipSource

SPLITS = ("train", "validation", "test")
SPLIT_BY = ("clip", "speaker")
HELD_OUT_SHARE = 0.05  # of the clips or speakers, for validation and again for test
_FEWEST_TO_TEST = 10  # with fewer, validation alone is held out


def make_split(source: ClipSource, split: str, by: str = "clip") -> ClipSource:
    """Selects the clips of a source that belong to one split.

    Where the published split of clips is known, it is taken. Otherwise 5 % are held out
    for validation and 5 % for test, at least one each; the names of clips or of
    speakers alone decide which, so that a clip stays where it is as a dataset grows, on
    every machine.

    Args:
        source: All clips.
        split: `"train"`, `"validation"` or `"test"`; or a published split's name.
        by: What is held out, `"clip"` or `"speaker"`: held-out speakers measure how
            well new voices are predicted.

    Raises:
        ValueError: If there is no such split, or nothing is left for it.
    """
    if _is_published(source):
        column = [clip.split for clip in source.clips]
        if split not in column:
            raise ValueError(
                f"{source.report.origin} has the splits "
                f"{', '.join(sorted(filter(None, set(column))))}. "
                f"Received: split={split!r}. Name one of these"
            )
    else:
        _check_split(split)
        column = _made_column(source, by)
        if split not in column:
            least = 2 if split == "validation" else _FEWEST_TO_TEST
            found = len(set(_groups(source, by)))
            raise ValueError(
                f"Expected at least {least} usable {by}s in {source.report.origin}, to "
                f"hold out the split {split!r}. Received: {found}. Add more, or do "
                "without it."
            )
    return _select(source, column, split)


def make_splits(source: ClipSource, by: str = "clip") -> dict[str, ClipSource]:
    """Makes all splits, by name; arguments and errors as in `make_split`."""
    if _is_published(source):
        column = [clip.split for clip in source.clips]
        names = sorted(filter(None, set(column)))
    else:
        column = _made_column(source, by)
        names = [name for name in SPLITS if name in column]
    return {name: _select(source, column, name) for name in names}


def check_split_by(by: str) -> None:
    """Checks what `make_split` is to hold out.

    Raises:
        ValueError: If it is unknown.
    """
    if by not in SPLIT_BY:
        raise ValueError(
            f"`split_by` must be one of {', '.join(map(repr, SPLIT_BY))}. "
            f"Received: split_by={by!r}"
        )


def _check_split(split: str):
    if split not in SPLITS:
        raise ValueError(
            f"`split` must be one of {', '.join(map(repr, SPLITS))} where a dataset "
            f"has no splits of its own. Received: split={split!r}"
        )


def _is_published(source: ClipSource) -> bool:
    return any(clip.split is not None for clip in source.clips)


def _select(source: ClipSource, column: list[str | None], split: str) -> ClipSource:
    indices = [index for index, name in enumerate(column) if name == split]
    return source.select(indices, f"{source.report.origin} ({split})")


def _made_column(source: ClipSource, by: str) -> list[str]:
    """The split that is made for each clip."""
    check_split_by(by)
    groups = _groups(source, by)
    made = _assign(set(groups))
    return [made[group] for group in groups]


def _groups(source: ClipSource, by: str) -> list[str]:
    """For each clip, the name that decides where it goes."""
    if by == "clip":
        return [clip.clip_id for clip in source.clips]
    unknown = [clip.clip_id for clip in source.clips if clip.speaker is None]
    if unknown:
        raise ValueError(
            f"Expected the speaker of every clip of {source.report.origin}, to split "
            f"by speaker. Received: {len(unknown)} clips without one, such as "
            f"{unknown[0]}. Name it (a `speaker` column in metadata.csv, `keys` for "
            "tfds data), or split by clip."
        )
    return [clip.speaker for clip in source.clips]


def _assign(groups: Collection[str]) -> dict[str, str]:
    """The split of each group: a share by the hash of its name."""
    ranked = sorted(groups, key=lambda name: (_hash_fraction(name), name))
    fractions = [_hash_fraction(name) for name in ranked]
    # Validation has the smallest fractions and test the largest: a dataset that grows
    # moves no clip from one to the other.
    validation = sum(fraction < HELD_OUT_SHARE for fraction in fractions)
    test = sum(fraction >= 1 - HELD_OUT_SHARE for fraction in fractions)
    validation = max(min(max(validation, 1), len(ranked) - 1), 0)
    test = max(test, 1) if len(ranked) >= _FEWEST_TO_TEST else 0
    train = len(ranked) - validation - test
    names = ["validation"] * validation + ["train"] * train + ["test"] * test
    return dict(zip(ranked, names, strict=True))


def _hash_fraction(name: str) -> float:
    """A number in [0, 1) that is spread evenly, and the same on every machine."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6]) / 2**48
