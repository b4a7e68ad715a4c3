"""The model card of a preset: `README.md`, with the metadata that hubs read.

One writer for presets in a folder, in this package and on a hub. Everything in it comes
from the files of the preset and, for the preset of a run, from the record of the run.
"""

import json
import shlex
import textwrap
from pathlib import Path
from typing import Any

import keras_wavenet
from keras_wavenet import model_words, preset_io, preset_places
from keras_wavenet.licenses import license_identifier
from keras_wavenet.models.architecture import Architecture
from keras_wavenet.models.bounds import architecture_of
from keras_wavenet.preset_files import CARD, MOST_TEXT_BYTES, WEIGHTS
from keras_wavenet.preset_places import BEST_OF_RUN
from keras_wavenet.training.run_summary import summarize_run
from keras_wavenet.utils.input_file import is_file, open_file
from keras_wavenet.utils.text import MOST_LETTERS, bounded, escaped, shown, without_tags

_FRONT_MATTER = "---\n"
_WIDTH = 100
_CLASSES = ("WaveNet", "Recognizer")
_PARTS = {"log_mel": "vocoder", "log_f0": "pitch"}


def class_of(folder: Path) -> type:
    """The class of a preset.

    Raises:
        ValueError: If the package has no such class.
    """
    name = preset_io.class_name(folder)
    if name not in _CLASSES:
        raise ValueError(
            f"A preset must be of one of {', '.join(_CLASSES)}. Received: {shown(name)}"
        )
    return getattr(keras_wavenet, name)


def card_of(folder: Path, address: str, origin: Path | None = None) -> str:
    """The card of a preset: its `README.md` if that is a card, else a new one.

    Args:
        folder: The preset.
        address: The name, path or address by which others load it.
        origin: Where the preset was found, if `folder` is a copy.

    Returns:
        Markdown. A `README.md` that begins with metadata, three dashes, is returned as
        it is; the text of any other one is part of the new card.

    Raises:
        ValueError: If the preset is damaged.
    """
    text = read_readme(folder)
    if is_card(text):
        return text
    lines = text.strip().split("\n")
    if lines[0].startswith("# "):  # the card has a title
        lines = lines[1:]
    details = "\n".join(lines).strip()
    origin = folder if origin is None else origin
    training = summarize_run(origin.parent) if origin.name == BEST_OF_RUN else ""
    return make_card(folder, address, details=details, training=training)


def make_card(
    folder: Path,
    address: str,
    *,
    summary: str | None = None,
    training: str = "",
    details: str = "",
) -> str:
    """Write the card of a preset anew.

    Args:
        folder: The preset.
        address: As in `card_of`.
        summary: What the model is; None takes the description of the preset.
        training: Sentences on data and losses.
        details: Markdown on its training, its measured figures and its license; it
            replaces the section that the card would have on the license.

    Returns:
        Markdown, with metadata in YAML before it.

    Raises:
        ValueError: If the preset is damaged.

    Example:
        >>> folder = preset_places.find("wavenet_tiny")
        >>> card = make_card(folder, "wavenet_tiny")
    """
    cls = class_of(folder)
    architecture = architecture_of(preset_io.read_config(cls, folder))
    metadata = preset_io.read_metadata(folder)
    license = metadata.get("license")
    title = preset_places.title(address)
    summary = metadata.get("description") if summary is None else summary
    lines = [
        *_front_matter(cls, architecture, license),
        f"# {without_tags(shown(title, 200))}",
        "",
        *_wrapped(summary or f"A {cls.__name__} without a description."),
        *_facts(folder, architecture, metadata),
        *_usage(cls, architecture, address),
    ]
    if training:
        lines += ["## Training", "", *_wrapped(training)]
    if details:
        return "\n".join([*lines, details, ""])
    lines += ["## License", "", *_wrapped(license or "No license is stated.")]
    return "\n".join(lines)


def read_readme(folder: Path) -> str:
    """The text of `README.md`, or an empty one where there is none.

    Raises:
        ValueError: If it is no text, or too long.
    """
    path = folder / CARD
    if not is_file(path):
        return ""
    with open_file(path) as file:
        content = file.read(MOST_TEXT_BYTES + 1)
    if len(content) > MOST_TEXT_BYTES:
        raise ValueError(f"{path} may have {MOST_TEXT_BYTES:,} bytes at most.")
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} must be text in UTF-8: {error}") from error


def is_card(text: str) -> bool:
    """Whether a text begins with the metadata of a card."""
    return text.startswith(_FRONT_MATTER)


def _front_matter(cls, a: Architecture, license: Any) -> list[str]:
    """Metadata in YAML; JSON strings are YAML, too."""
    rows = ["---", "library_name: keras"]
    if license:
        rows.append(f"license: {license_identifier(license)}")
    # Hubs have no task for audio without an input; such a model has tags alone.
    recognizer = cls.__name__ == "Recognizer"
    if recognizer:
        rows.append("pipeline_tag: audio-classification")
    elif a.features is not None:
        rows.append("pipeline_tag: audio-to-audio")
    tags = ["wavenet", "keras-wavenet", "audio"]
    if not recognizer:
        tags.append("audio-generation")
    parts = () if a.features is None else a.features.parts
    tags += [_PARTS[part.name] for part in parts if part.name in _PARTS]
    rows += ["tags:", *(f"- {json.dumps(tag)}" for tag in tags)]
    return [*rows, f"sample_rate: {a.sample_rate}", "---", ""]


def _facts(folder, a, metadata):
    samples = a.context_length + 1
    milliseconds = 1000 * samples / a.sample_rate
    stored = "" if is_file(folder / WEIGHTS) else ", not included: to be trained"
    rows = {
        "sample rate": f"{a.sample_rate:,} Hz",
        "receptive field": f"{samples:,} samples, {milliseconds:.1f} ms",
        "weights": f"{metadata['parameters']:,}{stored}",
        "dilations": model_words.describe_dilations(a.dilations),
        "output": model_words.describe_distribution(a.distribution),
        "conditions": ", ".join(a.conditions) or "none",
        **model_words.describe_conditions(a),
    }
    cells = [f"| {name} | {_cell(value)} |" for name, value in rows.items()]
    return ["| | |", "| --- | --- |", *cells, ""]


def _usage(cls, a, address):
    name = cls.__name__
    python = [
        "import keras_wavenet",
        "",
        f"model = keras_wavenet.{name}.from_preset({json.dumps(address)})",
    ]
    lines = ["## Use", "", "```python", *python, "```", ""]
    if name == "WaveNet":
        command = f"keras-wavenet generate {shlex.quote(address)}"
        flags = model_words.condition_flags(a)
        lines += ["```bash", f"{command}{flags} --out audio.wav", "```", ""]
    return lines


def _cell(value):
    return without_tags(shown(value, MOST_LETTERS)).replace("|", "\\|")


def _wrapped(text):
    """A paragraph of a text in a file, and an empty line."""
    text = without_tags(escaped(bounded(str(text), 4 * MOST_LETTERS)))
    lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return [*lines, ""]
