"""Compute the frames of recordings, and write them as .npy files.

Each recording becomes a file `NAME.npy`, such as `a/b.wav.npy`: float32, (frames,
channels). `train --local-dir` and `generate --local` read them. Whatever stops the
command, the same one continues after the last file that is complete."""

import argparse
import sys

from keras_wavenet.commands.argument_types import file_path
from keras_wavenet.commands.data_arguments import processing
from keras_wavenet.commands.model_arguments import check_generates
from keras_wavenet.commands.output_file import check_writable
from keras_wavenet.commands.recordings import (
    add_recordings_arguments,
    check_failures,
    failures_of,
    open_recordings,
)
from keras_wavenet.config import FEATURES
from keras_wavenet.utils.folder_lock import locked
from keras_wavenet.utils.interruption import Interruption
from keras_wavenet.utils.progress import show_progress
from keras_wavenet.utils.terminal import say

HELP = "compute the frames of recordings, for a vocoder"
USAGE = "AUDIO... (--preset NAME | --features KIND) --out FOLDER [options]"
EPILOG = """\
examples:
  keras-wavenet features recordings/ --preset wavenet_realtime --out frames
  keras-wavenet features a.wav b.flac --preset wavenet_realtime --out frames
  keras-wavenet generate wavenet_realtime --speaker en_allison --local frames/a.wav.npy
  keras-wavenet features recordings/ --features mel_16k --out frames
  keras-wavenet train recordings/ --local-channels 80 --hop 200 --local-dir frames

The frames of a preset are normalized as its model needs them, those of --features are
not normalized. features.json in the folder records which they are."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_mutually_exclusive_group(required=True)
    kinds.add_argument(
        "--preset",
        metavar="NAME",
        help="the frames that this preset is conditioned on: a built-in name (see "
        "`keras-wavenet presets`), a preset folder or a place such as hf://USER/NAME",
    )
    kinds.add_argument(
        "--features",
        metavar="{" + ",".join(FEATURES) + "}",
        help="frames of this kind, not normalized",
    )
    parser.add_argument(
        "--out",
        type=file_path,
        required=True,
        metavar="FOLDER",
        help="the folder of the frames",
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="write files again that are there already, or are of other features",
    )
    add_recordings_arguments(parser, "AUDIO")


def run(arguments: argparse.Namespace) -> None:
    """Write the frames, and print what was done."""
    from keras_wavenet.data.frame_files import write_frames

    check_writable(arguments.out / "any.npy")
    made_by = choose_features(arguments)
    sources = open_recordings(arguments, made_by.sample_rate)
    failures, written, kept = failures_of(sources), 0, 0
    total = len(failures) + sum(map(len, sources))
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
        with locked(arguments.out), Interruption() as interruption:
            for source in sources:
                say(source.report, flush=True)
            files = write_frames(
                sources,
                made_by,
                arguments.out,
                overwrite=arguments.overwrite,
                settings=processing(arguments),
            )
            count = sum(map(len, sources))
            for file in show_progress(files, count, "Computing frames"):
                if file.error is not None:
                    failures.append(f"{file.clip.clip_id}: {file.error}")
                written += file.is_new
                kept += file.error is None and not file.is_new
                interruption.check()
    except KeyboardInterrupt:
        say(
            f"Stopped after {written} files; what {arguments.out} holds is kept. "
            "Run the same command again to continue.",
            file=sys.stderr,
        )
        raise
    there = f"; there already: {kept}" if kept else ""
    say(
        f"Frames written to {arguments.out}: {written} of {total}, {made_by.channels} "
        f"channels, every {made_by.hop} samples at {made_by.sample_rate:,} Hz{there}"
    )
    check_failures(failures, total)


def choose_features(arguments: argparse.Namespace):
    """The `FrameFeatures` of the flags.

    Raises:
        ValueError: If there is no such preset or kind, or the preset has no features.
    """
    from keras_wavenet import WaveNet, features, preset_io

    if arguments.features is not None:
        return features.get(arguments.features)
    check_generates(arguments.preset)
    config = preset_io.read_config(WaveNet, arguments.preset)
    if config.get("features") is None:
        raise ValueError(
            "--preset must name a model that is conditioned on features of audio, such "
            f"as wavenet_realtime. Received: {arguments.preset}"
        )
    made_by = features.get(config["features"])
    if made_by.weight_shapes:
        return WaveNet.from_preset(arguments.preset).features
    return made_by
