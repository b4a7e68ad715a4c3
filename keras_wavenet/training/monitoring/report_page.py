"""The page of a run: what its folder holds, in the order in which it is asked for."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keras_wavenet.pages import Page, Sound, SoundFile
from keras_wavenet.training.estimate import duration
from keras_wavenet.training.monitoring.csv_log import read_rows
from keras_wavenet.training.run_folder import LOG, PICTURE, SAMPLES
from keras_wavenet.training.run_record import INEXACT, read_record
from keras_wavenet.utils.pcm import decode_wav
from keras_wavenet.utils.text import bounded, shown

NEWEST_ROWS = 20  # of the table
EMBEDDED = 4  # samples: the first, and the newest ones
LINKED = 100  # samples between them
BASELINES = (
    "The baselines are predictors without a network: the histogram has the frequency "
    "of each code in the training clips, the last-sample predictor that of each code "
    "after each other. A model above the first has learned nothing; one below the "
    "second has learned more than the similarity of adjacent samples."
)
MOST_LETTERS = 10_000  # of the summary of the data, which may name many files
_SETTING_LETTERS = 200


@dataclass(frozen=True)
class RunFacts:
    """What the page of a run says besides what its folder holds.

    Attributes:
        data: Paragraphs on the data as it was found.
        model: Figures of the model, by name.
        baselines: Bits per sample by name.
        commands: Commands to go on with, by what they do.
        recorded: A recording to compare the samples with; its caption says how they
            are related.
    """

    data: Sequence[str] = ()
    model: Mapping[str, str] = field(default_factory=dict)
    baselines: Mapping[str, float] = field(default_factory=dict)
    commands: Mapping[str, str] = field(default_factory=dict)
    recorded: Sound | None = None


def make_page(folder: Path, facts: RunFacts) -> Page:
    """Make the page of the run in a folder, from its table, pictures and samples.

    Args:
        folder: Of the run; what it lacks, the page lacks.
        facts: The rest.

    Raises:
        OSError: If a file can't be read.
    """
    rows, record = read_rows(folder / LOG), read_record(folder) or {}
    page = Page(f"Training run {shown(folder.resolve().name)}", _lead(rows, record))
    if rows:
        _add_progress(page, folder, rows, facts.baselines)
    _add_samples(page, folder / SAMPLES, facts.recorded)
    page.heading("Go on")
    for purpose, command in facts.commands.items():
        page.text(f"{purpose}:")
        page.code(command)
    page.heading("Data")
    for paragraph in facts.data:
        page.text(bounded(paragraph, MOST_LETTERS))
    _add_values(page, "Model", facts.model)
    settings = record.get("settings", {})
    given = {name: value for name, value in settings.items() if value is not None}
    _add_values(page, "Settings", given)
    versions = ("keras_wavenet", *(name for name in INEXACT if name in record))
    environment = {name.replace("_", " "): record.get(name) for name in versions}
    _add_values(page, "Environment of the last start", environment if record else {})
    return page


def _lead(rows, record):
    """How far the run is."""
    if not rows:
        return "The run has started; the first validation has not ended yet."
    last = rows[-1]
    steps = f"{last['step']:,.0f}"
    if "steps" in record:
        steps += f" of {record['steps']:,}"
    spent = duration(last.get("seconds") or 0.0)
    return f"Step {steps}, epoch {last['epoch']:.0f}, after {spent} of training."


def _add_progress(page, folder, rows, baselines):
    """Add the curves, and the table of the validations."""
    known = "bits_per_sample" in rows[0]  # `compile` may have had other metrics
    name, unit = ("bits_per_sample", "bits per sample") if known else ("loss", "loss")
    page.heading("Progress")
    scored = [row for row in rows if row.get("val_loss") is not None]
    best = min(scored, key=lambda row: row["val_loss"], default=None)
    if best is not None:
        page.text(_verdict(best, best[f"val_{name}"], unit, baselines))
    if (folder / PICTURE).is_file():
        page.image(
            folder / PICTURE,
            f"{unit.capitalize()} of training and validation over steps, with the "
            "baselines, and the learning rate.",
        )
    if baselines:
        page.text(BASELINES)
    for baseline, bits in baselines.items():
        page.text(f"Baseline, {baseline}: {bits:.3f} bits per sample.")
    page.table(
        [
            "step",
            "epoch",
            f"training {unit}",
            f"validation {unit}",
            "learning rate",
            "",
        ],
        [
            [
                f"{row['step']:,.0f}",
                f"{row['epoch']:.0f}",
                _number(row.get(name)),
                _number(row.get(f"val_{name}")),
                _number(row.get("learning_rate"), ".3g"),
                "best epoch" if row is best else "",
            ]
            for row in (scored or rows)[-NEWEST_ROWS:]
        ],
    )


def _verdict(best, value, unit, baselines):
    """The best epoch, compared with the baselines."""
    words = [
        f"{abs(bits - value):.3f} {'below' if value < bits else 'above'} the {baseline}"
        for baseline, bits in baselines.items()
    ]
    found = f"Best epoch: {best['epoch']:.0f}, {value:.3f} validation {unit}"
    return f"{', '.join([found, *words])}."


def _add_samples(page, folder, recorded):
    """Add players and spectrograms of the first sample and the newest, and links."""
    sounds = sorted(folder.glob("step-*.wav"))
    if not sounds:
        return
    page.heading("Samples")
    page.text(
        "Generated by the model as it was at the step, each time with the same noise."
    )
    if recorded is not None:
        page.sound(recorded.waveform, recorded.sample_rate, recorded.caption)
    newest = sounds[1:][1 - EMBEDDED :]
    for path in [sounds[0], *newest]:
        _add_sample(page, path)
    others = sounds[1 : len(sounds) - len(newest)]
    if others:
        page.text(f"{len(others)} samples between them are files of the run:")
        links = [SoundFile(f"{folder.name}/{path.name}") for path in others[-LINKED:]]
        page.table(["file"], [[link] for link in links])


def _add_sample(page, path):
    """Add a sample and its picture; one that somebody has changed is left out."""
    step = f"Step {path.stem.removeprefix('step-').lstrip('0')}"
    with contextlib.suppress(ValueError):
        page.sound(*decode_wav(path.read_bytes()), f"{step}, generated")
    picture = path.with_suffix(".png")
    if picture.is_file():
        page.image(picture, f"{step}: waveform and spectrogram of the sample")


def _add_values(page: Page, heading: str, values: Mapping[str, Any]) -> None:
    """Add a table of names and values, if there are any."""
    if values:
        page.heading(heading)
        rows = [
            [shown(name), shown(value, _SETTING_LETTERS)]
            for name, value in values.items()
        ]
        page.table(["name", "value"], rows)


def _number(value, form=".3f"):
    return "" if value is None else format(value, form)
