"""Recordings as input of a command: files, folders, and datasets by name."""

import argparse
import typing
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from keras_wavenet.commands.data_arguments import add_source_arguments, source_options
from keras_wavenet.utils.input_file import is_file
from keras_wavenet.utils.paths import user_path

if typing.TYPE_CHECKING:
    from keras_wavenet.data import ClipSource


def add_recordings_arguments(
    parser: argparse.ArgumentParser, name: str, more: str = ""
) -> None:
    """Add the positional arguments, one or more, and what is to be known of datasets.

    Args:
        parser: That of the command.
        name: Of the arguments, in capitals.
        more: What else they may be, for the help.
    """
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar=name,
        help=f"an audio file, a folder of audio, a TensorFlow Datasets name{more}",
    )
    add_source_arguments(parser, splits=False)


def open_recordings(
    arguments: argparse.Namespace, sample_rate: int
) -> "list[ClipSource]":
    """The clips of all inputs, of every split; files that were named come first.

    A clip of a folder is called by its path in it, a file by its name. Those that can't
    be used are in the reports of the sources.

    Args:
        arguments: Parsed flags of `add_recordings_arguments`.
        sample_rate: Hz to read at.

    Raises:
        ValueError: If there is no such input, nothing in a folder can be used, or two
            clips have the same name.
        OSError: If a file is missing, or is none.
    """
    from keras_wavenet.data import find_origin
    from keras_wavenet.data.folders.source import FilesSource
    from keras_wavenet.data.origin import processed

    files, sources, options = (
        named_files(arguments.inputs),
        [],
        source_options(arguments),
    )
    if files:
        sources.append(processed(FilesSource(files, sample_rate), options))
    with warnings.catch_warnings():
        # The command names them all itself.
        warnings.filterwarnings("ignore", r"Skipped \d+ of \d+ clips", UserWarning)
        for text in arguments.inputs:
            if not is_file(user_path(text)):
                origin = find_origin(text, options)
                sources += origin.open_all(sample_rate)
    check_names([clip.clip_id for source in sources for clip in source.clips])
    return sources


def named_files(inputs: Sequence[str]) -> dict[str, Path]:
    """The files among the inputs, by their names.

    Raises:
        ValueError: If two have the same name.
        FileNotFoundError: If a file of audio or of frames is missing.
    """
    from keras_wavenet.data.folders.audio_file import SUFFIXES
    from keras_wavenet.data.folders.listing import spell_name

    paths = [user_path(text) for text in inputs]
    for path in paths:
        if path.suffix.lower() in (*SUFFIXES, ".npy") and not path.exists():
            raise FileNotFoundError(f"There is no file {path}.")
    paths = [path for path in paths if is_file(path)]
    check_names([path.name for path in paths])
    return {spell_name(path.name): path for path in paths}


def failures_of(sources: "Sequence[ClipSource]") -> list[str]:
    """What can't be used of sources, a line each: names and reasons.

    What this package generated is left out of a folder, and is no failure.
    """
    from keras_wavenet.data.folders.source import GENERATED

    skipped = [pair for source in sources for pair in source.report.skipped]
    return [f"{name}: {reason}" for name, reason in skipped if reason != GENERATED]


def check_failures(failures: Sequence[str], total: int) -> None:
    """Raise ValueError if recordings failed, which ends the command with status 1."""
    if failures:
        more = f"; and {len(failures) - 5} more" if len(failures) > 5 else ""
        raise ValueError(
            f"{len(failures)} of {total} recordings could not be used: "
            f"{'; '.join(failures[:5])}{more}"
        )


def check_names(names: Sequence[str]) -> None:
    """Raise ValueError if two recordings have the same name."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(
            "Files are written by the names of the recordings, which must differ. "
            f"Received: two or more called {twice[0]}. Name the folder that holds them "
            "all, or run the command once for each."
        )
