"""Score a model on a dataset: each sample once, given its full context.

Every clip is cut into windows without gap or overlap, in order, and the context of each
window is the samples to the left of it; to the left of a clip it is silence. Prints the
bits per sample, with those of two baselines that any model should beat, optionally for
each speaker or label, and the bits per sample of 16-bit audio with its 65,536 levels.
The conditions of a conditioned model (speaker, tags, frames) come from the data."""

import argparse
import copy
import dataclasses
import math
import sys
import time

from keras_wavenet.commands.data_arguments import (
    add_data_arguments,
    load_split,
    open_split,
)
from keras_wavenet.commands.model_arguments import (
    add_dtype_argument,
    add_preset_argument,
    load_model,
)
from keras_wavenet.commands.resynthesis import (
    add_resynthesis_arguments,
    check_flags,
    run_resynthesis,
)
from keras_wavenet.commands.run_processing import warn_of_other_processing
from keras_wavenet.utils.terminal import say
from keras_wavenet.utils.text import listed, shown

HELP = "score a model on a dataset"
USAGE = "[PRESET] [DATA] [options]"
EPILOG = """\
examples:
  keras-wavenet evaluate
  keras-wavenet evaluate my_voice recordings/ --split test
  keras-wavenet evaluate wavenet_tiny --by speaker
  keras-wavenet evaluate wavenet_tiny ljspeech
  keras-wavenet evaluate voices recordings/ --by speaker --as-speaker anna
  keras-wavenet evaluate wavenet_realtime --resynthesis --json figures.json

Fewer bits per sample are better; a uniform distribution over 256 codes costs 8. They
depend on the quantization of the model: only bits per 16-bit sample can be compared
between models of different distributions."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_preset_argument(parser)
    add_data_arguments(parser)
    parser.add_argument(
        "--split",
        default="validation",
        help="split to score; the baselines are counted on the training split "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--by",
        choices=("speaker", "label"),
        help="score each speaker or label, and all of them",
    )
    parser.add_argument(
        "--as-speaker",
        metavar="NAME",
        help="condition the model on this speaker for every clip: the difference in "
        "bits shows how much the model uses the condition",
    )
    add_dtype_argument(parser)
    add_resynthesis_arguments(parser)


def run(arguments: argparse.Namespace) -> None:
    """Evaluate and print."""
    check_flags(arguments)
    model = load_model(arguments)
    warn_of_other_processing(arguments)
    if arguments.resynthesis:
        run_resynthesis(arguments, model)
        return
    scored, clips = load_scored(arguments, model)
    say(scored.source.report)
    parts = divide(scored, clips, arguments.by)
    model.compile(weighted_metrics=metrics(model.distribution))
    started = time.perf_counter()
    bits = {name: score(model, part) for name, part in parts.items()}  # own, 16-bit
    seconds = time.perf_counter() - started

    samples = {name: int(part.source.lengths.sum()) for name, part in parts.items()}
    total = sum(samples.values())
    mean, mean_16_bit = (
        sum(bits[name][kind] * samples[name] for name in parts) / total
        for kind in (0, 1)
    )
    baselines = measure(arguments, model, [scored, *parts.values()])
    if arguments.by:
        print_parts(arguments.by, parts, bits, baselines[1:])
    say(
        f"{mean:.3f} bits per sample ({mean * math.log(2):.3f} nats), "
        f"{total:,} samples scored once each; the context of a clip's start is "
        f"{'silence' if model.start == 'silence' else 'empty'}"
    )
    say(
        f"{mean_16_bit:.3f} bits per 16-bit sample, to compare with models of other "
        "distributions"
    )
    if model.waveform_filter is not None:
        print_filter(model.waveform_filter, scored.source, mean_16_bit)
    if baselines[0]:
        say(f"Baseline, {baselines[0]}")
    say(f"{total / seconds:,.0f} samples/s, including compilation")


def load_scored(arguments: argparse.Namespace, model) -> tuple:
    """Return the dataset to score, and its clips as the data describes them.

    Raises:
        ValueError: If the speaker of --as-speaker is not one of the model's.
    """
    name = arguments.as_speaker
    if name is None:
        scored = load_split(arguments, model, arguments.split, shuffle=False)
        return scored, scored.source.clips
    if not isinstance(model.speakers, list) or name not in model.speakers:
        known = model.speakers or "no speakers"
        if isinstance(known, list):
            known = listed(known)
        raise ValueError(
            "--as-speaker must be the name of a speaker of the model. Received: "
            f"{name}, for {arguments.preset}, which has {known}"
        )
    source = open_split(arguments, model.sample_rate, arguments.split)
    clips = source.clips
    source = copy.copy(source)
    source.clips = tuple(dataclasses.replace(clip, speaker=name) for clip in clips)
    return load_split(arguments, model, arguments.split, False, source), clips


def divide(scored, clips, by: str | None) -> dict:
    """Divide the dataset by speaker or label.

    Args:
        scored: The dataset.
        clips: A `ClipInfo` for each of its clips.
        by: `"speaker"`, `"label"`, or None.

    Raises:
        ValueError: If some clip has no speaker or label.
    """
    if by is None:
        return {"all": scored}
    found: dict[str, list[int]] = {}
    for index, clip in enumerate(clips):
        name = getattr(clip, by)
        if name is None:
            raise ValueError(
                f"Expected the {by} of every clip, to score by {by}. Received: none "
                f"for {clip.clip_id}. Leave out --by, or add a `{by}` column to "
                "metadata.csv."
            )
        found.setdefault(name, []).append(index)
    return {name: scored.of_clips(found[name], name) for name in sorted(found)}


def metrics(distribution) -> list:
    """Return the metrics: bits per sample of the model's codes, and of 16-bit audio."""
    from keras_wavenet.training import BitsPerSample

    of_16_bit = BitsPerSample(distribution, "bits_per_16_bit_sample", of_16_bit=True)
    return [BitsPerSample(distribution), of_16_bit]


def score(model, dataset) -> tuple[float, float]:
    """Return bits per sample and per 16-bit sample.

    They are exact, unlike the loss, which Keras averages over batches.
    """
    scores = model.evaluate(
        dataset, return_dict=True, verbose=1 if sys.stdout.isatty() else 0
    )
    return scores["bits_per_sample"], scores["bits_per_16_bit_sample"]


def measure(arguments: argparse.Namespace, model, datasets: list) -> list:
    """Score the baselines, counted on the training split, on each dataset.

    Returns:
        A `Baseline` for each dataset; None for each if there is no training split.
    """
    from keras_wavenet.training import measure_baselines

    try:
        train = open_split(arguments, model.sample_rate, arguments.train_split_name)
    except ValueError as error:
        say(f"No baseline: {error}")
        return [None] * len(datasets)
    if model.waveform_filter is not None:
        train = train.filtered(model.waveform_filter)
    sources = [dataset.modelled_source for dataset in datasets]
    return measure_baselines(train, sources, model.distribution)


def print_filter(waveform_filter, source, bits: float) -> None:
    """Print the bits of the unfiltered audio, for a model of filtered audio."""
    from keras_wavenet.filters.measurements import clipped_share

    of_gain = waveform_filter.bits_of_gain
    say(
        f"All bits are of the filtered waveform. Its gain, {waveform_filter.gain:.3g}, "
        f"costs {of_gain:.3f} bits per 16-bit sample. Without it, {bits - of_gain:.3f} "
        "bits per 16-bit sample can be compared with models without a filter. "
        f"{clipped_share(waveform_filter, source):.4%} of the filtered samples were "
        "clipped"
    )


def print_parts(by: str, parts: dict, bits: dict, baselines: list) -> None:
    """Print a table with a line for each part: clips, seconds, model, baselines."""
    names = {name: shown(name) for name in parts}
    width = max(len(by), *map(len, names.values()))
    say(f"{by:{width}}  clips  seconds    bits  histogram  last sample")
    for (name, part), baseline in zip(parts.items(), baselines, strict=True):
        report = part.source.report
        line = f"{names[name]:{width}}  {report.clips:5}  {report.seconds:7.1f}"
        line += f"  {bits[name][0]:6.3f}"
        if baseline:
            line += f"  {baseline.histogram:9.3f}  {baseline.last_sample:11.3f}"
        say(line)
