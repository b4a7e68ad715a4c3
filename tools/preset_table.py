"""The table of presets in README.md, from their config files: no model is built.

    .venv/bin/python tools/preset_table.py                     print it
    .venv/bin/python tools/preset_table.py --write README.md   replace the table there
    .venv/bin/python tools/preset_table.py --check README.md   fail if it is outdated

In the file, the table is between the comments `BEGIN` and `END`.
"""

import argparse
import sys
from pathlib import Path

BEGIN = "<!-- presets: tools/preset_table.py writes this table -->"
END = "<!-- end of presets -->"
HEADS = (
    "preset",
    "receptive field",
    "parameters",
    "multiply-adds a sample",
    "conditions",
    "output",
    "rate",
    "weights",
)


def main():
    """Print the table, write it to a file, or compare it with the file's."""
    arguments = parse_arguments()
    path = arguments.write or arguments.check
    if path is None:
        print(table())
        return
    try:
        old = path.read_text("utf-8")
        new = replaced(old, table())
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
    if arguments.write:
        path.write_text(new, "utf-8")
    elif old != new:
        sys.exit(
            f"error: the table of presets in {path} is out of date. Run "
            f"tools/preset_table.py --write {path}"
        )


def parse_arguments():
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--write", type=Path, metavar="FILE", help="replace its table")
    ways.add_argument("--check", type=Path, metavar="FILE", help="compare its table")
    return parser.parse_args()


def replaced(text, new_table):
    """Return the text with another table between the marks."""
    before, found_begin, rest = text.partition(BEGIN)
    _, found_end, after = rest.partition(END)
    if not (found_begin and found_end):
        raise ValueError(f"The file must hold the lines {BEGIN!r} and {END!r}.")
    return f"{before}{BEGIN}\n\n{new_table}\n\n{END}{after}"


def table():
    """Return the Markdown table of all built-in presets, by name."""
    from keras_wavenet import WaveNet
    from keras_wavenet.recognition.recognizer import Recognizer

    classes = {name: one for one in (WaveNet, Recognizer) for name in one.presets}
    rows = [HEADS, ("---",) * len(HEADS)]
    rows += [row(name, one) for name, one in sorted(classes.items())]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def row(name, cls):
    """Return the cells of a preset, in the order of `HEADS`."""
    from keras_wavenet import preset_io, preset_places
    from keras_wavenet.models.bounds import architecture_of
    from keras_wavenet.models.cost import multiply_adds_per_sample

    folder = preset_places.find(name)
    config = preset_io.read_config(cls, folder)
    a = architecture_of(config)
    receptive_field = a.context_length + 1
    classes = config.get("classes")  # of a recognizer, which does not generate
    return (
        f"`{name}`",
        f"{receptive_field:,} samples, "
        f"{1000 * receptive_field / a.sample_rate:,.0f} ms",
        f"{preset_io.read_metadata(folder)['parameters']:,}",
        "" if classes else f"{multiply_adds_per_sample(a):,}",
        conditions(a),
        output(a.distribution) + (f", {len(classes)} classes" if classes else ""),
        f"{a.sample_rate / 1000:g} kHz",
        "yes" if (folder / preset_places.WEIGHTS).is_file() else "",
    )


def conditions(a):
    """Return the conditions of a network, in words."""
    local = ""
    if a.local_channels:
        kinds = (
            " and ".join(part.name for part in a.features.parts) if a.features else ""
        )
        made = f" of {kinds.replace('_', '-')}" if kinds else ""
        local = f"{a.local_channels} channels{made} every {a.hop} samples"
    sizes = {
        "speakers": a.speaker_count,
        "tags": a.tag_count,
        "global channels": a.global_channels,
    }
    counts = [f"{count} {what}" for what, count in sizes.items() if count]
    return ", ".join([*counts, local] if local else counts)


def output(distribution):
    """Return the output distribution, in words."""
    if distribution.name == "categorical":
        return f"{distribution.levels} {distribution.code_words}"
    if distribution.components == 1:
        return "Gaussian" if distribution.name == "gaussian" else "logistic"
    curves = {"gaussian": "Gaussians", "logistic_mixture": "logistics"}
    return f"{distribution.components} {curves[distribution.name]}"


if __name__ == "__main__":
    main()
