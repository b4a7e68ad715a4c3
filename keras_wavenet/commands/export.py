"""Write a model as files that other programs run, without this package.

The folder holds the files of the format, metadata.json, and README.md, which says how a
program runs them."""

import argparse
import itertools

from keras_wavenet.commands.argument_types import file_path
from keras_wavenet.commands.model_arguments import add_preset_argument, check_generates
from keras_wavenet.commands.output_file import check_writable
from keras_wavenet.export import FORMATS
from keras_wavenet.export.writer import earlier_files, export_model
from keras_wavenet.utils.terminal import say

HELP = "write a model as files for other programs"
USAGE = "[PRESET] --format NAME --out FOLDER [options]"
EPILOG = """\
examples:
  keras-wavenet export wavenet_tiny --format npz --out tiny_npz
  keras-wavenet export wavenet_realtime --format web --out page
  keras-wavenet export my_voice --format npz --out voice --overwrite

docs/export.md shows how to run each format."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_preset_argument(parser)
    parser.add_argument(
        "--format",
        required=True,
        choices=tuple(FORMATS),
        help="; ".join(f"{one.name}: {one.summary}" for one in FORMATS.values()),
    )
    parser.add_argument(
        "--out",
        type=file_path,
        required=True,
        metavar="FOLDER",
        help="a new or empty folder",
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace an earlier export in the folder",
    )
    _add_options(parser)


def _add_options(parser):
    """One flag for each name of an option, which several formats may have."""
    options = {}
    for one in FORMATS.values():
        for name, option in one.options.items():
            options.setdefault(name, []).append((one.name, option))
    group = parser.add_argument_group("options of formats")
    for name, owners in options.items():
        formats, (first, *_) = zip(*owners, strict=True)
        value = {"type": _type_of_flag(first.type)}
        if first.type is bool:
            value = {"action": "store_true"}
        group.add_argument(
            "--" + name.replace("_", "-"),
            **value,
            default=None,
            help=f"{', '.join(formats)}: {first.help}",
        )


def _type_of_flag(read):
    """A type as it is; of a function, with its own errors in place of its name."""
    if isinstance(read, type):
        return read

    def value(text):
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return value


def needed_backend(arguments: argparse.Namespace) -> str | None:
    """The only backend that can write the format, or None; Keras is not imported."""
    return FORMATS[arguments.format].backend


def run(arguments: argparse.Namespace) -> None:
    """Export, and print what was written."""
    from keras_wavenet import WaveNet, preset_io, preset_places

    check_writable(arguments.out)
    earlier_files(arguments.out, arguments.overwrite)
    check_generates(arguments.preset)
    folder = preset_places.find(arguments.preset)
    if preset_io.is_architecture_alone(folder):
        raise ValueError(
            "An export needs trained weights. Train the architecture first: "
            f"keras-wavenet train --preset {arguments.preset}. "
            f"Received: {folder.name!r}, an architecture alone"
        )
    written = export_model(
        WaveNet.from_preset(folder),
        arguments.out,
        arguments.format,
        arguments.overwrite,
        name=preset_places.title(arguments.preset),
        preset=folder,
        **_given_options(arguments),
    )
    for path in sorted(path for path in written.rglob("*") if path.is_file()):
        say(f"{path.stat().st_size:12,} bytes  {path.relative_to(written)}")
    say(f"\nExported {arguments.preset} to {written}: see {written / 'README.md'}.")


def _given_options(arguments):
    names = itertools.chain(*(one.options for one in FORMATS.values()))
    given = {name: getattr(arguments, name) for name in names}
    return {name: value for name, value in given.items() if value is not None}
