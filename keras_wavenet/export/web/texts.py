"""The text of the page: what the model is, and its license."""

import html
from collections.abc import Mapping
from typing import Any

from keras_wavenet.generation.protocols import Model
from keras_wavenet.utils.text import escaped

# Where the page has what is known last, the texts of the preset.
TITLE, DESCRIPTION = "<!-- title -->", "<!-- description -->"
LICENSE = "<!-- license -->"
PROGRAM = (
    "The program of this page is part of keras-wavenet, under the Apache License 2.0."
)


def page_texts(model: Model, has_recorder: bool) -> dict[str, str]:
    """HTML for the places of page.html, by their names.

    Args:
        model: The model.
        has_recorder: Whether it may say recordings again.
    """
    a = model.architecture
    return {
        "title": TITLE,
        "lead": _lead(a),
        "recorder": "" if has_recorder else " hidden",
        "gates": (
            f"What the {len(a.dilations)} blocks compute, the first at the top, "
            f"{a.dilation_channels} gates each: blue above zero, orange below, faint "
            "near it. The numbers are their dilations; time runs as above."
        ),
        "about": _paragraph(_about(model)) + DESCRIPTION,
        "license": LICENSE + _paragraph(PROGRAM),
    }


def with_texts(page: str, metadata: Mapping[str, Any]) -> str:
    """A page with the name, description and license of `metadata.json`."""
    description = (metadata["description"] or "").replace("`", "")
    license = metadata["license"] or "The license of the weights is not given."
    page = page.replace(TITLE, html.escape(escaped(metadata["name"])))
    page = page.replace(DESCRIPTION, _paragraph(description), 1)
    return page.replace(LICENSE, _paragraph(license), 1)


def _paragraph(text):
    """HTML of a text from anywhere."""
    return f"<p>{html.escape(escaped(text))}</p>\n" if text else ""


def _lead(a):
    source = " from the mel frames of a recording" if a.features is not None else ""
    if a.local_channels and not source:
        source = " from given frames"
    return (
        f"A WaveNet that makes sound{source}, one sample after the other, in your "
        "browser. It needs no network and no server."
    )


def _about(model):
    a = model.architecture
    milliseconds = 1000 * model.receptive_field / a.sample_rate
    return (
        f"A network of {len(a.dilations)} blocks and {model.count_params():,} "
        f"parameters. Each sample, {a.sample_rate:,} of them a second, is drawn from a "
        f"distribution that depends on the {model.receptive_field:,} samples before "
        f"it, {milliseconds:.0f} ms. The loop is WebAssembly with vector instructions "
        "and runs in one thread. For the same seed and settings it generates what "
        "keras-wavenet generates on a computer, but for rounding."
    )
