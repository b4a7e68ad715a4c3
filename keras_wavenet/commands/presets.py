"""List the built-in presets: receptive field, size, conditions and description."""

import argparse
import textwrap

from keras_wavenet.utils.terminal import say

HELP = "list the built-in presets"
USAGE = "[options]"
EPILOG = """\
A preset without weights is an architecture from the literature, to be trained:
  keras-wavenet train DATA --preset NAME
A recognizer is trained and used in Python: docs/recognition.md.
`keras-wavenet info NAME` shows all of one that generates audio."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command has no options of its own."""


def run(arguments: argparse.Namespace) -> None:
    """Print a paragraph about each."""
    from keras_wavenet import Recognizer, WaveNet

    for cls in (WaveNet, Recognizer):
        for name, description in cls.presets.items():
            print_preset(cls, name, description)


def print_preset(cls, name: str, description: str) -> None:
    """Print the paragraph about a preset of a class; no model is built for it."""
    from keras_wavenet import preset_io, preset_places
    from keras_wavenet.models.bounds import architecture_of

    folder = preset_places.find(name)
    parameters = preset_io.read_metadata(folder)["parameters"]
    architecture = architecture_of(preset_io.read_config(cls, folder))
    samples, rate = architecture.context_length + 1, architecture.sample_rate
    conditions = ", ".join(architecture.conditions)
    kind = "" if cls.__name__ == "WaveNet" else "a recognizer, "
    pretrained = (folder / preset_places.WEIGHTS).is_file()
    say(f"{name}: {kind}{'pretrained' if pretrained else 'architecture, no weights'}")
    say(
        f"  receptive field of {samples:,} samples ({1000 * samples / rate:.0f} ms at "
        f"{rate:,} Hz), {parameters:,} parameters"
        + (f", conditioned on: {conditions}" if conditions else "")
    )
    say(textwrap.fill(description, 79, initial_indent="  ", subsequent_indent="  "))
