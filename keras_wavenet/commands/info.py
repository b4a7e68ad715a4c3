"""Show what a model is made of, what it hears and what it costs."""

import argparse
import textwrap

from keras_wavenet.commands.model_arguments import add_preset_argument

HELP = "show a model's architecture and cost"
USAGE = "[PRESET] [options]"
EPILOG = """\
examples:
  keras-wavenet info
  keras-wavenet info wavenet_speech
  keras-wavenet info my_voice --layers"""

ARCHITECTURE = (
    "residual_channels",
    "dilation_channels",
    "skip_channels",
    "post_channels",
    "kernel_size",
    "initial_kernel_size",
    "use_bias",
    "dropout",
    "sample_rate",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_preset_argument(parser)
    parser.add_argument(
        "--layers", action="store_true", help="also print Keras' table of all layers"
    )


def run(arguments: argparse.Namespace) -> None:
    """Print the facts."""
    from keras_wavenet import WaveNet, preset_io

    model = WaveNet.from_preset(arguments.preset, load_weights=False)
    folder = preset_io.find(arguments.preset)
    metadata = preset_io.read_metadata(folder)
    milliseconds = 1000 * model.receptive_field / model.sample_rate
    rows = {
        "description": metadata.get("description", "none"),
        "licence": metadata.get("licence", "none"),
        "weights": "yes" if (folder / preset_io.WEIGHTS).is_file() else "none",
        "dilations": describe_dilations(model.dilations),
        **{name: getattr(model, name) for name in ARCHITECTURE},
        "distribution": model.distribution,
        "receptive field": f"{model.receptive_field:,} samples, {milliseconds:.1f} ms",
        "parameters": f"{model.count_params():,}",
        "cost per sample": f"{model.multiply_adds_per_sample:,} multiply-adds",
        "cost per second": f"{model.multiply_adds_per_sample * model.sample_rate:,} "
        "multiply-adds",
    }
    for name, value in rows.items():
        text = textwrap.fill(f"{name:20} {value}", 79, subsequent_indent=" " * 21)
        print(text)
    if arguments.layers:
        model.summary()


def describe_dilations(dilations) -> str:
    """The dilations as `--dilations` takes them: `1..512x5`, or a list."""
    largest = max(dilations)
    cycle = [2**power for power in range(largest.bit_length())]
    cycles = len(dilations) // len(cycle)
    if len(cycle) > 1 and list(dilations) == cycle * cycles:
        return f"1..{largest}x{cycles} ({len(dilations)} blocks)"
    return f"{','.join(map(str, dilations))} ({len(dilations)} blocks)"
