"""List the built-in presets: what they are, what they hear, how large they are."""

import argparse
import textwrap

HELP = "list the built-in presets"
USAGE = "[options]"
EPILOG = """\
A preset without weights is an architecture from the literature, to be trained:
  keras-wavenet train DATA --preset NAME
A recognizer is trained and used in Python: docs/recognition.md.
`keras-wavenet info NAME` shows all of one that speaks."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command has no options of its own."""


def run(arguments: argparse.Namespace) -> None:
    """Print a paragraph about each."""
    from keras_wavenet import WaveNet
    from keras_wavenet.recognition.recognizer import Recognizer

    for cls in (WaveNet, Recognizer):
        for name, description in cls.presets.items():
            print_preset(cls, name, description)


def print_preset(cls, name: str, description: str) -> None:
    """Print the paragraph about a preset of a class; no model is built for it."""
    from keras_wavenet import preset_io, preset_places
    from keras_wavenet.models.bounds import architecture_of

    config = preset_io.read_config(cls, name)
    parameters = cls.parameter_count(config)
    architecture = architecture_of(config)
    samples, rate = architecture.context_length + 1, architecture.sample_rate
    told = ", ".join(architecture.conditions)
    kind = "" if cls.__name__ == "WaveNet" else "a recognizer, "
    pretrained = (preset_places.find(name) / preset_places.WEIGHTS).is_file()
    print(f"{name}: {kind}{'pretrained' if pretrained else 'architecture, no weights'}")
    print(
        f"  hears {samples:,} samples ({1000 * samples / rate:.0f} ms at {rate:,} Hz), "
        f"{parameters:,} parameters" + (f", conditioned on: {told}" if told else "")
    )
    print(textwrap.fill(description, 79, initial_indent="  ", subsequent_indent="  "))
