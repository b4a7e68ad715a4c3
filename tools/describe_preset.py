"""Measure a model trained by `train_preset.py`, and write its preset and model card.

    python tools/describe_preset.py wavenet_realtime prompts/ runs/a my_preset

A vocoder resynthesizes the held-out recordings and is compared with Griffin-Lim and the
8-bit original. A model without features is scored on them, and the voice that it
generates is compared with theirs. `metadata.json` and `README.md` have the figures,
with the command, the time and the loss curve of the training.
"""

import argparse
import csv
import math
import textwrap
from pathlib import Path

from recipes.clips import SAMPLE_RATE, open_clips
from recipes.recipe import RECIPES
from recipes.voice import measure_voice

import keras_wavenet
from keras_wavenet import data, evaluation
from keras_wavenet.data import WindowDataset
from keras_wavenet.model_card import make_card
from keras_wavenet.training import BitsPerSample

LICENSE = (
    "CC BY-SA 3.0: the weights are adapted from recordings by Allison Smith (CC BY-SA "
    "3.0), Carlo Flora and Maxim Topal (CC BY 3.0), see ATTRIBUTION.md of "
    "keras_wavenet/data/spoken_prompts."
)
POINTS = 8  # of the curve
WINDOW = 16000  # samples of a scored window
STREAMS, SECONDS, SEED = 8, 8, 0  # of the unconditional generation


def main():
    arguments = parse_arguments()
    recipe = RECIPES[arguments.preset]
    rows = read_log(arguments.run / "log.csv")
    model = keras_wavenet.WaveNet.from_preset(arguments.run / "preset")
    clips = open_clips(arguments.data)
    shipped = data.open_source("spoken_prompts", "validation", SAMPLE_RATE)
    held_out = {
        f"{len(shipped)} validation clips of spoken_prompts": shipped,
        f"{len(clips['test'])} further recordings of the same speakers": clips["test"],
    }
    facts = describe_training(arguments, recipe, rows, clips["train"])
    tables, figures = {}, []
    if model.architecture.features is None:
        figures = [describe_scores(model, held_out), describe_voice(model, shipped)]
    else:
        tables = {
            name: table_of(model, source, arguments.preset)
            for name, source in held_out.items()
        }
        figures = [
            f"On {name}, medians: {in_words(table)}." for name, table in tables.items()
        ]
    summary = " ".join([arguments.what, facts, *figures])
    model.save_to_preset(arguments.out, description=summary, license=LICENSE)
    details = measurements(facts, rows, tables, [] if tables else figures)
    card = make_card(
        arguments.out, arguments.preset, summary=arguments.what, details=details
    )
    (arguments.out / "README.md").write_text(card, encoding="utf-8")
    print(card)


def describe_scores(model, held_out):
    """Return the bits per sample of each set of recordings, in words."""
    distribution = model.distribution
    model.compile(weighted_metrics=[BitsPerSample(distribution)])
    found = []
    for name, source in held_out.items():
        dataset = WindowDataset(
            source, model.data_spec, window_length=WINDOW, shuffle=False
        )
        scores = model.evaluate(dataset, return_dict=True, verbose=0)
        found.append(f"{scores['bits_per_sample']:.3f} bits per sample on {name}")
    return f"{', '.join(found)}, silence before each."


def describe_voice(model, source):
    """Return statistics of the generated and the recorded voices, in words."""
    audio = model.generate(SECONDS * SAMPLE_RATE, streams=STREAMS, seed=SEED)
    generated = measure_voice(audio, SAMPLE_RATE)
    recorded = measure_voice([clip.waveform for clip in source], SAMPLE_RATE)
    return (
        f"{STREAMS} generated streams of {SECONDS} s: {generated}; the "
        f"validation clips: {recorded}."
    )


def table_of(model, source, name):
    """Return medians of each metric for the model and the baselines, by system."""
    variants = evaluation.default_variants(model, name)
    found, failures = evaluation.evaluate_vocoder(model, source, variants=variants)
    print(*failures, sep="\n")
    return evaluation.summarize(found)


def read_log(path):
    """Return the rows of a run's table at the ends of epochs."""
    with path.open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["val_loss"]]


def describe_training(arguments, recipe, rows, source):
    """Return data, steps and time of the training, in words."""
    last = rows[-1]
    steps = int(last["step"])
    samples = steps * recipe.batch_size * recipe.window_length
    minutes = float(last["seconds"]) / 60
    length = sum(map(int, source.lengths)) / SAMPLE_RATE / 60
    part = "" if steps == recipe.steps else f" of the {recipe.steps:,} of its recipe"
    return (
        f"Trained from new weights by `python tools/train_preset.py "
        f"{arguments.preset} DATA`: {steps:,} steps{part} of {recipe.batch_size} "
        f"windows of {recipe.window_length:,} samples, {samples / 1e6:.0f} million "
        f"samples, in {minutes:.0f} minutes on {arguments.device}; {len(source)} "
        f"recordings, {length:.0f} minutes of spoken prompts of three speakers. They "
        "include no recording of a sentence in the validation split of spoken_prompts. "
        f"{float(last['val_bits_per_sample']):.3f} bits per sample on validation "
        "windows at the end."
    )


def in_words(table):
    """Return the figures of all systems in one line."""
    return "; ".join(
        f"{system} "
        + ", ".join(
            f"{evaluation.METRICS[metric].title} {cell(metric, found)}"
            for metric, found in metrics.items()
        )
        for system, metrics in table.items()
    )


def cell(metric, found):
    """Return a median with the digits of its metric."""
    digits = evaluation.METRICS[metric].digits
    return "" if math.isnan(found.median) else f"{found.median:.{digits}f}"


def measurements(facts, rows, tables, figures):
    """Return the sections of the model card on what was measured, Markdown."""
    lines = ["## Measured", ""]
    for figure in figures:
        lines += [*textwrap.wrap(figure, 100), ""]
    for name, table in tables.items():
        metrics = list(next(iter(table.values())))
        labels = [evaluation.METRICS[metric].title for metric in metrics]
        lines += [f"Copy synthesis of {name}, medians:", ""]
        lines += [f"| | {' | '.join(labels)} |", f"| --- |{' --- |' * len(labels)}"]
        for system, found in table.items():
            cells = [
                cell(metric, found[metric]) if metric in found else ""
                for metric in metrics
            ]
            lines.append(f"| {system} | {' | '.join(cells)} |")
        lines.append("")
    lines += ["## Training", "", *textwrap.wrap(facts, 100), ""]
    lines += ["| step | minutes | bits, training | bits, validation |"]
    lines += ["| --- | --- | --- | --- |"]
    chosen = sorted({round(i * (len(rows) - 1) / (POINTS - 1)) for i in range(POINTS)})
    for number in chosen:
        row = rows[number]
        lines.append(
            f"| {int(row['step']):,} | {float(row['seconds']) / 60:.0f} | "
            f"{float(row['bits_per_sample']):.3f} | "
            f"{float(row['val_bits_per_sample']):.3f} |"
        )
    lines += ["", "## License", "", *textwrap.wrap(LICENSE, 100), ""]
    return "\n".join(lines).rstrip()


def parse_arguments():
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("preset", choices=sorted(RECIPES))
    parser.add_argument("data", help="the dataset of the training")
    parser.add_argument("run", type=Path, help="folder of the run")
    parser.add_argument("out", type=Path, help="folder of the preset")
    parser.add_argument("--what", required=True, help="description of the preset")
    parser.add_argument("--device", default="one CPU core", help="where it was trained")
    return parser.parse_args()


if __name__ == "__main__":
    main()
