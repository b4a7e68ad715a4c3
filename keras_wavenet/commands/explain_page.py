"""The page of `explain`: its sections, in their order."""

import typing
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from keras_wavenet import model_words, visualization
from keras_wavenet.pages import Page
from keras_wavenet.utils import atomic_file
from keras_wavenet.utils.interruption import Interruption
from keras_wavenet.utils.pcm import encode_wav
from keras_wavenet.utils.progress import show_progress

if typing.TYPE_CHECKING:
    from keras_wavenet import WaveNet

MULTIPLY_ADDS = 1.5e11  # of a section: some seconds
TERMS = "The tutorial, docs/tutorial, explains the terms."


@dataclass(frozen=True)
class Subject:
    """What is explained.

    Attributes:
        model: The model.
        preset: Its name.
        trained: Whether it has weights.
        waveform: float32 `(T,)`, the recording at the model's rate.
        conditions: Of the recording, for `keras_wavenet.introspection`.
        recording: What the recording is.
        seed: Of the generated audio.
    """

    model: "WaveNet"
    preset: str
    trained: bool
    waveform: np.ndarray
    conditions: dict[str, Any]
    recording: str
    seed: int

    @property
    def rate(self) -> int:
        """Hz."""
        return self.model.sample_rate

    @property
    def given(self) -> tuple:
        """The first arguments of the functions of introspection."""
        return self.model, self.waveform, self.conditions

    def loudest(self, seconds: float) -> tuple[int, int]:
        """First sample of the loudest part of so many seconds, and the one after.

        Shorter parts are in the loudest second.
        """
        start, stop = 0, len(self.waveform)
        for wanted in (1.0, seconds) if seconds < 1 else (seconds,):
            length = min(max(1, round(wanted * self.rate)), stop - start)
            energy = np.square(self.waveform[start:stop], dtype="float64")
            energy = np.concatenate([[0.0], np.cumsum(energy)])
            start += int(np.argmax(energy[length:] - energy[: len(energy) - length]))
            stop = start + length
        return start, stop

    def affordable(self, samples: int) -> float:
        """How often a section may run the network over so many samples and a context.

        Below 1 the section is left out: it would take minutes.
        """
        positions = samples + self.model.receptive_field
        return MULTIPLY_ADDS / (positions * self.model.multiply_adds_per_sample)


class Report:
    """A page, and its pictures and sounds, which are files next to it, too.

    Args:
        page: The page.
    """

    def __init__(self, page: Page) -> None:
        self.page, self._files = page, {}
        self.heading, self.text, self.table = page.heading, page.text, page.table

    def picture(self, name: str, width: float, height: float, draw: Callable) -> None:
        """Add a picture.

        Args:
            name: Of its file, without the extension.
            width, height: Inches.
            draw: Takes a figure, draws on it, and returns the caption.
        """
        figure = visualization.new_figure(width, height)
        caption = draw(figure)
        self.image(name, visualization.encode_png(figure), caption)

    def image(self, name: str, content: bytes, caption: str) -> None:
        """Add a picture: a png file."""
        self._files[f"{name}.png"] = content
        self.page.image(content, caption)

    def sound(
        self, name: str, waveform: np.ndarray, sample_rate: int, caption: str
    ) -> None:
        """Add a sound with a player."""
        self._files[f"{name}.wav"] = encode_wav(waveform, sample_rate)
        self.page.sound(waveform, sample_rate, caption)

    def write(self, folder: Path) -> Path:
        """Write all files to a folder, which is made if need be; the path of the page.

        Nothing is written before: a report that was not completed leaves no folder.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self._files.items():
            with atomic_file.replacing(folder / name) as file:
                file.write(content)
        path = folder / "index.html"
        self.page.write(path)
        return path


def write_page(subject: Subject, folder: Path) -> Path:
    """Compute and draw all sections, and write them to a folder.

    Returns:
        The path of the page.
    """
    from keras_wavenet.commands import explain_blocks, explain_sections

    sections = (
        explain_sections.sounds,
        network,
        explain_sections.codes,
        explain_sections.predicted,
        explain_blocks.gates,
        explain_blocks.importance,
        explain_blocks.frequencies,
        explain_blocks.past,
    )
    lead = f"What it computes for {subject.recording}. {TERMS}"
    if not subject.trained:
        lead += " The weights of this model are untrained: they are random numbers."
    report = Report(Page(f"Inside {subject.preset}", lead))
    with Interruption() as interruption:
        for section in show_progress(sections, len(sections), "Explaining"):
            section(report, subject)
            interruption.check()
        return report.write(folder)


def network(report: Report, subject: Subject) -> None:
    """The layers, and how the receptive field grows with them."""
    model, a = subject.model, subject.model.architecture
    milliseconds = 1000 * model.receptive_field / subject.rate
    report.heading("The network")
    report.text(
        "Each prediction is computed from the samples of the receptive field: "
        f"{model.receptive_field:,} samples, {milliseconds:.1f} ms{_of_these(a)}. "
        f"{len(model.blocks)} blocks with dilated convolutions reach that far with "
        f"{model.multiply_adds_per_sample:,} multiplications for a sample."
    )
    rows = [
        ("input", model_words.describe_input(a)),
        ("dilations", model_words.describe_dilations(model.dilations)),
        ("distribution", model_words.describe_distribution(model.distribution)),
        *(model_words.describe_conditions(a) or {"conditions": "none"}).items(),
        ("parameters", f"{model.count_params():,}"),
    ]
    report.table(["part", "of this model"], rows)

    def block(figure):
        visualization.plot_block(figure.subplots(), a)
        return (
            "A block: the dilated convolution gives a filter and a gate. Their product "
            "z is projected and added to two sums: the residual stream, which the next "
            "block reads, and the skip sum, from which the outputs are computed."
        )

    report.picture("block", 10.5, 4.2, block)
    shown = [d for d in model.dilations[:4] if d <= 8] or [1, 2, 4, 8]
    report.image(
        "dilations",
        visualization.animate_dilations(shown, model.kernel_size),
        f"The tree of dilations {', '.join(map(str, shown))}, as the output moves on: "
        "each block doubles the reach of the one below where its dilation is doubled.",
    )

    def field(figure):
        visualization.plot_receptive_field(
            figure.subplots(),
            model.dilations,
            model.kernel_size,
            model.initial_kernel_size,
            subject.rate,
        )
        return "What the output of each block depends on, from the first layer down."

    height = min(8, 1.4 + 0.22 * len(model.blocks))
    report.picture("receptive_field", 9, height, field)


def _of_these(a):
    """What else than the dilated stack reaches back, in words."""
    if a.context_stack is not None:
        return ", those of its context stack included"
    if a.linear_prediction is not None:
        return f", {a.prediction_order} of them for its linear prediction alone"
    return ""
