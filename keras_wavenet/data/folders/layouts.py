"""Layouts of folders: where speaker, transcript and split of a clip are found.

Nothing is guessed: a folder that is none of these has clips without labels.
"""

import os
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from keras_wavenet.data.folders.audio_file import SUFFIXES
from keras_wavenet.data.folders.listing import spell_name
from keras_wavenet.data.folders.metadata_table import (
    Labels,
    is_ljspeech_metadata,
    read_ljspeech_metadata,
    read_metadata,
    read_metadata_lines,
)
from keras_wavenet.data.folders.row_matching import match_rows
from keras_wavenet.utils.input_file import is_file, open_file
from keras_wavenet.utils.own_files import is_own_audio
from keras_wavenet.utils.text import listed

METADATA = "metadata.csv"
_TABLES = {METADATA: read_metadata, "metadata.jsonl": read_metadata_lines}
_TABLE_SUFFIXES = (".csv", ".jsonl", ".parquet", ".tsv")
_SPLIT_FOLDERS = ("train", "validation", "valid", "val", "dev", "test")
_NAMES_IN_NOTE = 5
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

    A `metadata.csv` with a header, or a `metadata.jsonl`, comes first, then LJSpeech
    and VCTK as published. As Hugging Face has it, each of the folders `train`,
    `validation` and `test` may have its own table, and is a split then; without any
    table, they are splits if all clips are in them.

    Args:
        folder: The folder.
        names: Names of all clips in it.

    Raises:
        ValueError: If a table is none, names the line; if none of its rows is of a
            clip; or if it gives splits, but not of each clip.
    """
    table = folder / METADATA
    if (folder / "wavs").is_dir() and is_file(table) and is_ljspeech_metadata(table):
        return _from_table("LJSpeech", folder, _with_suffixes(table, names), names)
    tables = _find_tables(folder)
    notes = _unread_tables(folder, names, tables)
    if tables:
        rows = {}
        for path in tables:
            rows |= _read_table(path, folder)
        found = ", ".join(path.relative_to(folder).as_posix() for path in tables)
        layout = _from_table(found, folder, rows, names)
        return replace(layout, notes=(*layout.notes, *notes))
    return (
        _read_vctk(folder, names)
        or _read_split_folders(folder, names, notes)
        or Layout("files without labels", notes=notes)
    )


def _find_tables(folder: Path) -> list[Path]:
    """The table of a folder, or those of its folders that are named as splits."""
    for places in ([folder], [folder / split for split in _SPLIT_FOLDERS]):
        found = [path for path in map(_table_in, places) if path is not None]
        if found:
            return found
    return []


def _table_in(place: Path) -> Path | None:
    for path in (place / name for name in _TABLES):
        if is_file(path):
            return path
        if os.path.lexists(path):
            raise ValueError(
                f"Expected a table in {path}. Received: a folder, or a link to nothing."
                " Replace or rename it."
            )
    return None


def _read_table(path: Path, folder: Path) -> dict[str, Labels]:
    """Rows of a table by the paths of their clips below the folder."""
    rows = _TABLES[path.name](path)
    if path.parent == folder:
        return rows
    split = path.parent.name
    return {f"{split}/{row}": {"split": split, **rows[row]} for row in rows}


def _unread_tables(
    folder: Path, names: Collection[str], read: Collection[Path]
) -> tuple[str, ...]:
    """A note of files that may be tables, and are not read for their name or place."""
    places = {(folder / name).parent for name in names}
    found = {place / table for place in places for table in _TABLES}
    found = {path for path in found if path.exists()}
    if not read:
        found |= {p for p in folder.iterdir() if p.suffix.lower() in _TABLE_SUFFIXES}
    found = sorted(
        spell_name(path.relative_to(folder).as_posix()) for path in found - set(read)
    )
    if not found:
        return ()
    return (
        f"not read: {', '.join(found[:_NAMES_IN_NOTE])}. Speakers, splits and "
        f"transcripts are taken from one {' or '.join(_TABLES)} in the folder itself, "
        "or one in each folder of a split",
    )


def _from_table(
    name: str, folder: Path, rows: Mapping[str, Labels], names: Collection[str]
) -> Layout:
    found = match_rows(rows, names)
    labels = {clip: rows[found.row_of[clip]] for clip in names if clip in found.row_of}
    _check_labels(name, folder, rows, names, labels)
    if found.doubtful and any("split" in row for row in rows.values()):
        row, clip = found.doubtful[0]
        raise ValueError(
            f"Expected the paths of files below {folder} in {name}, as most of its rows"
            f" have them. Received: {len(found.doubtful)} rows without a file, such as "
            f"{row}, which may mean {clip}, in no split. Correct the paths, or remove "
            "these rows."
        )
    notes = []
    if found.respelled:
        row, clip = found.respelled[0]
        notes.append(
            f"{name}: {len(found.respelled)} of {len(rows)} rows spell the path of "
            f"their file otherwise, such as {row} for {clip}"
        )
    if found.rows_left:
        notes.append(
            f"{name}: the files of {len(found.rows_left)} of {len(rows)} rows are not "
            f"there, such as {found.rows_left[0]}"
        )
    if found.files_left:
        note = f"{name}: {len(found.files_left)} of {len(names)} files have no row"
        if any("split" in row for row in labels.values()):
            note += ", and are in no split"
        notes.append(f"{note}, such as {found.files_left[0]}")
    splits = Counter(row["split"] for row in labels.values() if "split" in row)
    others = [split for split in splits if split.casefold() not in _SPLIT_FOLDERS]
    if others:
        count = sum(splits[split] for split in others)
        notes.append(
            f"{name}: {count} of {len(labels)} clips are in other splits than train, "
            f"validation and test: {listed(sorted(others))}"
        )
    blank = [clip for clip, row in labels.items() if "speaker" not in row]
    if 0 < len(blank) < len(labels):
        notes.append(
            f"{name}: {len(blank)} of {len(labels)} clips have no speaker, such as "
            f"{blank[0]}"
        )
    return Layout(name, labels, notes=tuple(notes))


def _check_labels(name, folder, rows, names, labels):
    """Refuse a table by which other clips would be trained on than it means to.

    Raises:
        ValueError: If what it states of no clip is more than transcripts, or if it
            gives splits of some clips only, or one in several spellings.
    """
    stated = {field for row in rows.values() for field in row}
    if not labels and stated - {"transcript"}:
        raise ValueError(
            f"Expected the paths of files below {folder} in {name}. Received: "
            f"{len(rows)} rows, none of which is of one of the {len(names)} files, "
            f"such as {next(iter(rows))}; a file is {next(iter(names), 'missing')}. "
            "Correct the paths, or give the table another name."
        )
    if "split" not in stated:
        return
    blank = [clip for clip, row in labels.items() if "split" not in row]
    if blank:
        raise ValueError(
            f"Expected a split in each row of {name} in {folder}, as others have one. "
            f"Received: none for {len(blank)} of {len(labels)} clips, such as "
            f'{blank[0]}. Name their split; "unused", for example, leaves them out.'
        )
    splits = sorted({row["split"] for row in labels.values()})
    spellings = {}
    for split in splits:
        first = spellings.setdefault(split.casefold(), split)
        if first != split:
            raise ValueError(
                f"Expected each split in one spelling in {name} in {folder}. Received: "
                f"{first!r} and {split!r}. Spell them alike."
            )


def _with_suffixes(table: Path, names: Collection[str]) -> dict[str, Labels]:
    """LJSpeech's rows by the names of files, which the table gives without suffix."""
    rows = read_ljspeech_metadata(table)
    known = set(names)
    return {
        next((row + end for end in SUFFIXES if row + end in known), row): labels
        for row, labels in rows.items()
    }


def _read_split_folders(
    folder: Path, names: Collection[str], notes: tuple[str, ...]
) -> Layout | None:
    """Folders that are named as splits, `train` among them, with all clips in them.

    What this package generated may lie outside: it is no clip.
    """
    splits = {name: name.partition("/")[0] for name in names if "/" in name}
    found = {split for split in splits.values() if split in _SPLIT_FOLDERS}
    if "train" not in found or len(found) < 2:
        return None
    outside = [name for name in names if splits.get(name) not in found]
    recorded = [name for name in outside if not _is_generated(folder / name)]
    inside = set(names) - set(outside)
    if not recorded and all(_is_generated(folder / name) for name in inside):
        recorded = outside  # where all is generated, all is read
    if recorded:
        note = (
            f"{', '.join(sorted(found))} are not taken as splits: {len(recorded)} files"
            f" lie outside of them, such as {recorded[0]}"
        )
        return Layout("files without labels", notes=(*notes, note))
    labels = {name: {"split": splits[name]} for name in names if name in inside}
    return Layout("a folder for each split", labels, notes=notes)


def _is_generated(path):
    try:
        return is_file(path) and is_own_audio(path)
    except OSError:  # reading it for its audio names it
        return False


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
        with open_file(path) as file:
            text = file.read(_LONGEST_TRANSCRIPT).decode("utf-8", "replace").strip()
    except OSError:
        return {}
    return {"transcript": text} if text else {}
