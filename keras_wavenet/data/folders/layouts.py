"""Layouts of folders: where speaker, transcript and split of a clip are found.

Nothing is guessed: a folder that is none of these has clips without labels.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from keras_wavenet.data.folders.audio_file import SUFFIXES
from keras_wavenet.data.folders.metadata_table import (
    Labels,
    is_ljspeech_metadata,
    read_ljspeech_metadata,
    read_metadata,
)

METADATA = "metadata.csv"
# VCTK 0.92 has two microphones; 0.80, with one, has wav48 and no number.
_VCTK = re.compile(
    r"(?:(?P<top>wav48_silence_trimmed|wav48)/)?"
    r"(?P<speaker>p\d+|s5)/(?P<utterance>(?P=speaker)_\d+)"
    r"(?P<microphone>_mic[12])?\.(?:flac|wav)"
)
_LONGEST_TRANSCRIPT = 2**16  # bytes: more is no transcript of an utterance


@dataclass(frozen=True)
class Layout:
    """The layout of a folder, and what is known of its clips by it.

    Attributes:
        name: What the layout is called.
        labels: For each clip of which something is known, what that is.
        left_out: Clips that are sound, but must not be taken.
        notes: Lines for the report, a sentence each.
    """

    name: str
    labels: Mapping[str, Labels] = field(default_factory=dict)
    left_out: Collection[str] = frozenset()
    notes: tuple[str, ...] = ()


def find_layout(folder: Path, names: Collection[str]) -> Layout:
    """Finds the layout of a folder, and reads what it gives for the clips.

    A `metadata.csv` with a header comes first, then LJSpeech and VCTK as published.

    Args:
        folder: The folder.
        names: Names of all clips in it.

    Raises:
        ValueError: If its `metadata.csv` is none; names the line.
    """
    table = folder / METADATA
    if has_metadata(folder):
        if (folder / "wavs").is_dir() and is_ljspeech_metadata(table):
            return _from_table("LJSpeech", _with_suffixes(table, names), names)
        return _from_table(METADATA, read_metadata(table), names)
    return _read_vctk(folder, names) or Layout("files without labels")


def has_metadata(folder: Path) -> bool:
    """Whether a folder has a table, the one thing that may bring splits of its own."""
    return (folder / METADATA).is_file()


def _from_table(
    name: str, rows: Mapping[str, Labels], names: Collection[str]
) -> Layout:
    labels = {clip: rows[clip] for clip in names if clip in rows}
    without = [clip for clip in names if clip not in rows]
    missing = [clip for clip in rows if clip not in labels]
    notes = []
    if missing:
        notes.append(
            f"{METADATA}: the files of {len(missing)} of {len(rows)} rows are not "
            f"there, such as {missing[0]}"
        )
    if without:
        note = f"{METADATA}: {len(without)} of {len(names)} files have no row"
        if any("split" in row for row in labels.values()):
            note += ", and are in no split"
        notes.append(f"{note}, such as {without[0]}")
    return Layout(name, labels, notes=tuple(notes))


def _with_suffixes(table: Path, names: Collection[str]) -> dict[str, Labels]:
    """LJSpeech's rows by the names of files, which the table gives without suffix."""
    rows = read_ljspeech_metadata(table)
    known = set(names)
    return {
        next((row + end for end in SUFFIXES if row + end in known), row): labels
        for row, labels in rows.items()
    }


def _read_vctk(folder: Path, names: Collection[str]) -> Layout | None:
    matches = {name: match for name in names if (match := _VCTK.fullmatch(name))}
    if not any(match["top"] or match["microphone"] for match in matches.values()):
        return None
    labels, taken, left_out = {}, set(), set()
    # Of one utterance the first is taken: 0.92 before 0.80, mic1 before mic2.
    for name in sorted(matches, key=_vctk_rank):
        match = matches[name]
        if match["utterance"] in taken:
            left_out.add(name)
            continue
        taken.add(match["utterance"])
        text = folder / "txt" / match["speaker"] / f"{match['utterance']}.txt"
        labels[name] = {"speaker": match["speaker"], **_read_transcript(text)}
    notes = []
    if left_out:
        notes.append(
            f"VCTK: {len(left_out)} files left out: the same utterance by another "
            "microphone would be in training and in validation"
        )
    silent = sum("transcript" not in row for row in labels.values())
    if silent:
        notes.append(
            f"VCTK: {silent} of {len(labels)} clips have no transcript in txt/"
        )
    return Layout("VCTK", labels, left_out, tuple(notes))


def _vctk_rank(name: str) -> tuple[bool, str]:
    return name.startswith("wav48/"), name


def _read_transcript(path: Path) -> Labels:
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_TRANSCRIPT).decode("utf-8", "replace").strip()
    except OSError:
        return {}
    return {"transcript": text} if text else {}
