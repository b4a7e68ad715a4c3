"""The results of a resynthesis, as a printed table and as JSON."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

from keras_wavenet.utils import atomic_file
from keras_wavenet.utils.terminal import say
from keras_wavenet.utils.text import listed, shown

_GAP = 2  # spaces between columns
_FORMAT = 1  # of the JSON file


def print_tables(rows: Sequence, by: str | None, metrics: Sequence[str]) -> None:
    """Print a table of medians and quartiles for each group; the last is all clips.

    Args:
        rows: The `Row`s.
        by: `"speaker"`, `"label"`, or None for one table.
        metrics: Names of the columns.
    """
    from keras_wavenet.evaluation import group_rows

    for group, members in group_rows(rows, by).items():
        clips = len({row.clip_id for row in members})
        head = f"{clips} clip{'s' if clips != 1 else ''}"
        if by is not None:
            head = f"{by} {shown(group)}: {head}" if group != "all" else f"all: {head}"
        say(f"\n{head}; medians, and below them the quartiles")
        say("\n".join(table_lines(members, metrics)))
    say()


def table_lines(rows: Sequence, metrics: Sequence[str]) -> list[str]:
    """Return the lines of one table: a head, and two lines for each system."""
    from keras_wavenet.evaluation import METRICS, summarize

    lines = [["", *(METRICS[name].title for name in metrics)]]
    for system, quartiles in summarize(rows).items():
        medians, spreads = [shown(system)], [""]
        for name in metrics:
            found, digits = quartiles.get(name), METRICS[name].digits
            if found is None:
                medians.append("-")
                spreads.append("")
                continue
            medians.append(f"{found.median:.{digits}f}")
            spreads.append(f"{found.lower:.{digits}f}-{found.upper:.{digits}f}")
        lines += [medians, spreads]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        (" " * _GAP)
        .join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        .rstrip()
        for line in lines
    ]


def print_remarks(
    settings: dict,
    rows: Sequence,
    variants: Sequence[str],
    failures: Sequence[str],
    left_out: dict[str, str],
) -> None:
    """Print the settings, the speed, and the values missing in the table."""
    from keras_wavenet.evaluation import METRICS, samples_per_second

    rate = settings["sample_rate"]
    say(f"Temperature {settings['temperature']:g}, seed {settings['seed']}")
    for system, speed in samples_per_second(rows, rate).items():
        if system in variants:
            say(
                f"{shown(system)}: {speed:,.0f} samples/s, {speed / rate:.2f} times "
                "real time (median of the clips)"
            )
    if left_out:
        titles = ", ".join(METRICS[name].title for name in left_out)
        say(
            f"Left out because of missing libraries: {titles}. "
            'Install them with `pip install "keras-wavenet[evaluation]"`.'
        )
    for name, clips in impossible_by_metric(rows).items():
        say(f"{METRICS[name].title} has no value for {listed(clips)}")
    if failures:
        say(f"{len(failures)} clips could not be resynthesized:")
        say("\n".join(f"  {failure}" for failure in failures))


def impossible_by_metric(rows: Sequence) -> dict[str, list[str]]:
    """Return a dict from metrics to the clips for which they have no value.

    The systems follow a clip's name in brackets, unless all of them have no value.
    """
    systems = len({row.system for row in rows})
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        for name in row.impossible:
            of_clip = found.setdefault(name, {}).setdefault(row.clip_id, [])
            of_clip.append(row.system)
    return {
        name: [
            clip if len(without) == systems else f"{clip} ({', '.join(without)})"
            for clip, without in clips.items()
        ]
        for name, clips in found.items()
    }


def print_words(words) -> None:
    """Print the share of wrong words of each system of a `WordErrors`."""
    say(f"Words wrong, of {words.words} in {words.clips} clips, by pocketsphinx:")
    for system, percent in words.percent().items():
        say(f"  {shown(system)}: {percent:.1f} %")


def figures(
    settings: dict,
    rows: Sequence,
    failures: Sequence[str],
    left_out: dict[str, str],
    by: str | None,
    words=None,
) -> dict:
    """Return all figures as plain JSON.

    Returns:
        A dict of `settings`; `summary`, the quartiles of each metric by group and
        system; `samples_per_second` of each system; `rows`, a dict for each clip and
        system; `failures` and `left_out`, the messages; and `words`, the counts of a
        `WordErrors`.
    """
    from keras_wavenet.evaluation import group_rows, samples_per_second, summarize

    content = {
        "format": _FORMAT,
        "settings": {**settings, "clips": len({row.clip_id for row in rows})},
        "summary": {
            group: {
                system: {name: dataclasses.asdict(q) for name, q in metrics.items()}
                for system, metrics in summarize(members).items()
            }
            for group, members in group_rows(rows, by).items()
        },
        "samples_per_second": samples_per_second(rows, settings["sample_rate"]),
        "rows": [row_content(row) for row in rows],
        "failures": list(failures),
        "left_out": left_out,
    }
    if words:
        content["words"] = {
            "clips": words.clips,
            "words": words.words,
            "errors": words.errors,
        }
    return content


def write_json(path: Path, content: dict) -> None:
    """Write figures to a file, atomically."""
    with atomic_file.replacing(path) as file:
        file.write(json.dumps(content, indent=2).encode() + b"\n")


def row_content(row) -> dict:
    """Return a `Row` as plain JSON, without its audio."""
    fields = (field.name for field in dataclasses.fields(row))
    return {name: getattr(row, name) for name in fields if name != "audio"}
