"""List the built-in presets: what they are, what they hear, how large they are."""

import argparse
import textwrap

HELP = "list the built-in presets"
USAGE = "[options]"
EPILOG = """\
A preset without weights is an architecture from the literature, to be trained:
  keras-wavenet train DATA --preset NAME
`keras-wavenet info NAME` shows all of one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command has no options of its own."""


def run(arguments: argparse.Namespace) -> None:
    """Print a paragraph about each."""
    from keras_wavenet import WaveNet, preset_io

    for name, description in WaveNet.presets.items():
        model = WaveNet.from_preset(name, load_weights=False)
        pretrained = (preset_io.find(name) / preset_io.WEIGHTS).is_file()
        milliseconds = 1000 * model.receptive_field / model.sample_rate
        print(f"{name}: {'pretrained' if pretrained else 'architecture, no weights'}")
        print(
            f"  hears {model.receptive_field:,} samples ({milliseconds:.0f} ms at "
            f"{model.sample_rate:,} Hz), {model.count_params():,} parameters"
        )
        print(
            textwrap.fill(description, 79, initial_indent="  ", subsequent_indent="  ")
        )
