"""Show the architecture, the conditions and the cost of a model."""

import argparse
import textwrap

from keras_wavenet import model_words
from keras_wavenet.commands.model_arguments import add_preset_argument, check_generates
from keras_wavenet.utils.terminal import say
from keras_wavenet.utils.text import MOST_LETTERS, shown

HELP = "show a model's architecture and cost"
USAGE = "[PRESET] [options]"
EPILOG = """\
examples:
  keras-wavenet info
  keras-wavenet info wavenet_speech
  keras-wavenet info my_voice --layers
  keras-wavenet info my_voice --card"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_preset_argument(parser)
    parser.add_argument(
        "--layers", action="store_true", help="also print Keras' table of all layers"
    )
    parser.add_argument(
        "--card",
        action="store_true",
        help="print the model card instead, as `upload` writes it",
    )


def filter_row(architecture) -> dict[str, str]:
    """The row of the filter of the modelled waveform; empty without any."""
    waveform_filter = architecture.waveform_filter
    if waveform_filter is None:
        return {}
    return {"waveform filter": model_words.describe_filter(waveform_filter)}


def run(arguments: argparse.Namespace) -> None:
    """Print the facts."""
    from keras_wavenet import WaveNet, preset_io, preset_places

    folder = preset_places.find(arguments.preset)
    if arguments.card:
        from keras_wavenet.model_card import card_of

        say(card_of(folder, arguments.preset))
        return
    check_generates(arguments.preset, folder)
    model = WaveNet.from_preset(folder, load_weights=False)
    architecture = model.architecture
    metadata = preset_io.read_metadata(folder)
    milliseconds = 1000 * model.receptive_field / model.sample_rate
    rows = {
        "description": shown(metadata.get("description", "none"), MOST_LETTERS),
        "license": shown(metadata.get("license", "none"), MOST_LETTERS),
        "weights": "yes" if (folder / preset_places.WEIGHTS).is_file() else "none",
        "dilations": model_words.describe_dilations(model.dilations),
        **model_words.describe_arguments(architecture),
        "input": model_words.describe_input(architecture),
        "distribution": model_words.describe_distribution(model.distribution),
        **filter_row(architecture),
        "conditions": ", ".join(architecture.conditions) or "none",
        **model_words.describe_conditions(architecture),
        "receptive field": f"{model.receptive_field:,} samples, {milliseconds:.1f} ms",
        "parameters": f"{model.count_params():,}",
        "cost per sample": f"{model.multiply_adds_per_sample:,} multiply-adds",
        "cost per second": f"{model.multiply_adds_per_sample * model.sample_rate:,} "
        "multiply-adds",
    }
    for name, value in rows.items():
        text = textwrap.fill(f"{name:20} {value}", 79, subsequent_indent=" " * 21)
        say(text)
    if arguments.layers:
        model.summary(print_fn=say)
