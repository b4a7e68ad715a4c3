"""The command `evaluate --resynthesis`: copy synthesis and its metrics."""

import argparse
import dataclasses
import re
from pathlib import Path

from keras_wavenet.commands.argument_types import file_path, positive_int
from keras_wavenet.commands.data_arguments import open_split
from keras_wavenet.commands.output_file import check_writable, write_wav
from keras_wavenet.commands.resynthesis_report import (
    figures,
    print_remarks,
    print_tables,
    print_words,
    write_json,
)
from keras_wavenet.utils.interruption import Interruption
from keras_wavenet.utils.terminal import say

CLIPS = 20
FLAGS = ("clips", "temperature", "engine", "match_frames", "words", "json", "out")


def add_resynthesis_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--resynthesis` and the flags that go with it."""
    group = parser.add_argument_group(
        "resynthesis", "measure a vocoder by copy synthesis of recordings"
    )
    group.add_argument(
        "--resynthesis",
        action="store_true",
        help="resynthesize clips from their features, and compare with the "
        "recordings: PESQ, STOI, distances of spectra and pitch, with Griffin-Lim and "
        "8-bit mu-law as baselines (docs/evaluation.md)",
    )
    group.add_argument(
        "--clips",
        type=positive_int,
        metavar="N",
        help=f"number of clips, chosen by --seed (default: {CLIPS}, or all if fewer)",
    )
    group.add_argument(
        "--temperature",
        type=float,
        metavar="X",
        help="below 1: more probable samples; 0: the most probable one (default: 1)",
    )
    group.add_argument(
        "--engine", metavar="NAME", help="engine of the generation, as in generate"
    )
    group.add_argument(
        "--match-frames",
        action=argparse.BooleanOptionalAction,
        help="correct the audio towards the mel frames of the recording, or not "
        "(default: measure both, if the model has mel frames)",
    )
    group.add_argument(
        "--words",
        action="store_const",
        const=True,
        help="also count the word errors of an English speech recognizer; the data "
        "must have transcripts (pocketsphinx; slow)",
    )
    group.add_argument(
        "--json", type=file_path, metavar="FILE", help="write all figures to this file"
    )
    group.add_argument(
        "--out",
        type=file_path,
        metavar="FOLDER",
        help="write the audio to this new folder",
    )


def check_flags(arguments: argparse.Namespace) -> None:
    """Check that the flags can be combined, before any work.

    Raises:
        ValueError: If a flag of resynthesis is given without `--resynthesis`, or a flag
            of scoring with it.
        OSError: If a file can't be written, or the folder is not empty.
    """
    if not arguments.resynthesis:
        for flag in FLAGS:
            if getattr(arguments, flag) is not None:
                name = flag.replace("_", "-")
                raise ValueError(f"--{name} needs --resynthesis.")
        return
    for flag in ("as_speaker", "local_dir"):
        if getattr(arguments, flag) is not None:
            name = flag.replace("_", "-")
            raise ValueError(f"--{name} can't be combined with --resynthesis.")
    _check_generation(arguments)
    _check_files(arguments)


def _check_generation(arguments: argparse.Namespace) -> None:
    from keras_wavenet.generation import Sampling, engines

    if arguments.temperature is not None:
        Sampling(arguments.temperature)  # checks the value
    names = ("auto", *engines.NAMES)
    if arguments.engine not in (None, *names):
        raise ValueError(
            f"--engine must be one of {', '.join(names)}. Received: {arguments.engine}"
        )


def _check_files(arguments: argparse.Namespace) -> None:
    report, folder = arguments.json, arguments.out
    if report is not None:
        if report.is_dir() or not report.parent.is_dir():
            raise FileNotFoundError(
                f"--json must name a file in a folder that exists: {report}"
            )
        check_writable(report)
    if folder is not None:
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise FileExistsError(f"--out must be a new or an empty folder: {folder}")
        check_writable(folder / "any.wav")


def run_resynthesis(arguments: argparse.Namespace, model) -> None:
    """Resynthesize clips, measure, print a table, and write the files of the flags."""
    from keras_wavenet import evaluation

    evaluation.check_vocoder(model)
    source = open_split(arguments, model.sample_rate, arguments.split)
    say(source.report, flush=True)
    metrics, left_out = evaluation.available_metrics()
    variants = choose_variants(arguments, model)
    options = {
        "seed": arguments.seed,
        "temperature": 1.0 if arguments.temperature is None else arguments.temperature,
        "engine": arguments.engine or "auto",
    }
    words = count_words(source) if arguments.words else None
    rows, failures, stopped = measure_clips(
        arguments, model, source, words, variants=variants, metrics=metrics, **options
    )
    if not rows:
        if stopped:
            raise stopped
        raise ValueError(f"No clip could be resynthesized. The first: {failures[0]}")
    settings = {
        "preset": str(arguments.preset),
        "data": str(arguments.data),
        "split": arguments.split,
        **options,
        "sample_rate": source.sample_rate,
    }
    print_tables(rows, arguments.by, metrics)
    print_remarks(settings, rows, list(variants), failures, left_out)
    if words:
        print_words(words)
    if arguments.json is not None:
        content = figures(settings, rows, failures, left_out, arguments.by, words)
        write_json(arguments.json, content)
        say(f"wrote {arguments.json}")
    if stopped:
        raise stopped


def choose_variants(arguments: argparse.Namespace, model) -> dict[str, dict]:
    """Return the variants of the model to measure: names and options of `vocode`.

    Raises:
        ValueError: If `--match-frames` is given for a model without log-mel features.
    """
    from keras_wavenet.evaluation import default_variants

    variants = default_variants(model, Path(arguments.preset).name or "model")
    match = arguments.match_frames
    if match is None:
        return variants
    chosen = {
        name: options
        for name, options in variants.items()
        if options.get("match_frames", False) == match
    }
    if not chosen:
        raise ValueError(
            "--match-frames needs a model that is conditioned on log-mel features. "
            f"Received: {arguments.preset}"
        )
    return chosen


def count_words(source):
    """Return a `WordErrors` for clips of a source.

    Raises:
        ValueError: If no clip has a transcript.
        ImportError: If pocketsphinx is not installed.
    """
    from keras_wavenet.evaluation import WordErrors

    if not any(clip.transcript for clip in source.clips):
        raise ValueError(
            "--words needs transcripts. Received: none in "
            f"{source.report.origin}. Leave out --words, or add a `transcript` column "
            "to metadata.csv."
        )
    return WordErrors()


def measure_clips(
    arguments: argparse.Namespace, model, source, words, **options
) -> tuple:
    """Resynthesize clips and measure them; each clip's audio is written at once.

    Args:
        arguments: Parsed flags.
        model: The vocoder.
        source: The clips.
        words: A `WordErrors`, or None.
        **options: Options of `evaluate_clips`.

    Returns:
        The rows, a sentence for each clip that failed, and the interruption that
        stopped the measurement between two clips, or None.
    """
    from keras_wavenet import evaluation
    from keras_wavenet.utils.progress import show_progress

    indices = evaluation.choose_clips(source, arguments.clips or CLIPS, arguments.seed)
    shown = show_progress(indices, len(indices), "Resynthesizing clips")
    rows, failures = [], []
    try:
        with Interruption() as interruption:
            results = evaluation.evaluate_clips(model, source, shown, **options)
            for found, index in zip(results, indices, strict=True):
                if isinstance(found, str):
                    failures.append(found)
                else:
                    write_audio(arguments.out, found, source.sample_rate)
                    if words:
                        words.add(source[index], source.sample_rate, found)
                    rows += [dataclasses.replace(row, audio=None) for row in found]
                interruption.check()
    except KeyboardInterrupt as stopped:  # the rows so far are printed
        return rows, failures, stopped
    return rows, failures, None


def write_audio(folder: Path | None, rows: list, sample_rate: int) -> None:
    """Write the audio of each system for a clip: `CLIP.SYSTEM.wav`."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        clip, system = (
            re.sub(r"[^\w.-]+", "_", text) for text in (row.clip_id, row.system)
        )
        write_wav(folder / f"{clip}.{system}.wav", row.audio, sample_rate)
