"""List the built-in presets: what they are, what they hear, how large they are."""

import argparse

HELP = "list the built-in presets"
USAGE = "[options]"
EPILOG = """\
A preset without weights is an architecture from the literature, to be trained:
  keras-wavenet train DATA --preset NAME
`keras-wavenet info NAME` shows all of one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command has no options of its own."""


def run(arguments: argparse.Namespace) -> None:
    """Print one paragraph a preset."""
    from keras_wavenet import WaveNet

    for name, description in WaveNet.presets.items():
        model = WaveNet.from_preset(name, load_weights=False)
        milliseconds = 1000 * model.receptive_field / model.sample_rate
        print(
            f"{name}\n"
            f"    receptive field {model.receptive_field:,} samples "
            f"({milliseconds:.0f} ms at {model.sample_rate:,} Hz), "
            f"{model.count_params():,} parameters\n"
            f"    {description}"
        )
