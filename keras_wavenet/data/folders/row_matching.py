"""Which row of a table describes which file, where paths are spelled otherwise.

Tables of other tools have paths without a suffix, with that of another format, in
another case, or relative to another folder.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

# Suffixes of audio, of which a table may name another one than the file has.
_SUFFIXES = frozenset(
    (".aac", ".aif", ".aiff", ".au", ".flac", ".m4a", ".mp3", ".mp4", ".oga", ".ogg")
    + (".opus", ".sph", ".w64", ".wav", ".wave", ".webm", ".wma")
)


@dataclass(frozen=True)
class Matching:
    """Which row describes which file.

    Attributes:
        row_of: The row of each file that has one; both by their path.
        respelled: Pairs of row and file whose paths differ.
        rows_left: Rows without a file.
        files_left: Files without a row.
        doubtful: Pairs of those that may belong together, in another folder each.
    """

    row_of: dict[str, str]
    respelled: list[tuple[str, str]]
    rows_left: list[str]
    files_left: list[str]
    doubtful: list[tuple[str, str]]


def match_rows(rows: Collection[str], files: Collection[str]) -> Matching:
    """Finds the file of each row: by its path, or by what can mean that file alone.

    Case and suffix may differ. Where no row has its file by then, so may the folders
    before: `rec/a.wav` may be `a.wav`, and `a.wav` may be `rec/a.wav`.

    Args:
        rows: Paths in the table, each once.
        files: Paths of the files, each once.
    """
    known = set(files)
    row_of = {row: row for row in rows if row in known}
    respelled = _match(_left(rows, row_of.values()), _left(files, row_of), tails=False)
    if not row_of and not respelled:
        respelled = _match(list(rows), list(files), tails=True)
    row_of |= {file: row for row, file in respelled}
    rows_left, files_left = _left(rows, row_of.values()), _left(files, row_of)
    doubtful = _match(rows_left, files_left, tails=True)
    return Matching(row_of, respelled, rows_left, files_left, doubtful)


def _left(paths, taken) -> list[str]:
    taken = set(taken)
    return [path for path in paths if path not in taken]


def _match(rows: list[str], files: list[str], tails: bool) -> list[tuple[str, str]]:
    """Pairs of a row and its file, neither of which could belong to another."""
    by_path, by_tail = {}, {}
    for file in files:
        key = _key(file)
        by_path.setdefault(key, set()).add(file)
        for tail in _tails(key) if tails else [key]:
            by_tail.setdefault(tail, set()).add(file)
    pairs = []
    for row in rows:
        key = _key(row)
        found = set(by_tail.get(key, ()))
        for tail in _tails(key) if tails else ():
            found |= by_path.get(tail, set())
        if len(found) == 1:
            pairs.append((row, found.pop()))
    claims = Counter(file for _, file in pairs)
    return [(row, file) for row, file in pairs if claims[file] == 1]


def _key(path: str) -> str:
    pure = PurePosixPath(path)
    stem = pure.with_suffix("") if pure.suffix.lower() in _SUFFIXES else pure
    return stem.as_posix().casefold()


def _tails(key: str) -> Iterator[str]:
    """`a/b/c`, `b/c` and `c`."""
    parts = key.split("/")
    return ("/".join(parts[first:]) for first in range(len(parts)))
