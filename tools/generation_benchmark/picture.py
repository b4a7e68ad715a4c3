"""The picture: cost of a sample by receptive field, layers, streams and length."""

import numpy as np

from generation_benchmark.figures import rate
from keras_wavenet.visualization import style

MICRO = 1e6


def draw_costs(path, report):
    """Draw the costs of a report as a png file."""
    figure = style.new_figure(11, 8)
    costs = report["costs"]
    (field, layers), (streams, length) = figure.subplots(2, 2)
    _draw_field(field, costs)
    _draw_layers(layers, costs["layers"])
    _draw_streams(streams, costs["streams"])
    _draw_length(length, costs["length"])
    figure.suptitle(
        f"Cost of a generated sample: {report['preset']}, engine cpu, "
        f"{report['machine']['processor']}",
        color=style.INK,
        fontsize=12,
    )
    path.write_bytes(style.encode_png(figure))


def _draw_field(axes, costs):
    """Draw both loops over the receptive field, on logarithmic axes."""
    for name, words, color in (
        ("naive", "naive loop", style.VERMILION),
        ("receptive_field", "engine cpu", style.INK),
    ):
        if costs[name]:
            axes.plot(*_points(costs[name]), "o-", color=color, label=words)
    axes.set(xscale="log", yscale="log", ylim=(10, None))
    style.tidy(
        axes,
        "Receptive field",
        "samples (the same number of blocks, other dilations)",
        "microseconds a sample",
    )
    style.legend_beside_title(axes)


def _draw_layers(axes, rows):
    numbers, costs = _points(rows)
    if len(numbers) > 1:
        line = np.polyfit(numbers, costs, 1, w=1 / costs)
        ends = np.array([0, numbers.max()])
        axes.plot(ends, np.polyval(line, ends), color=style.SKY_BLUE)
    axes.plot(numbers, costs, "o", color=style.INK)
    axes.set(ylim=(0, None), xlim=(0, None))
    style.tidy(axes, "Layers", "blocks", "microseconds a sample")


def _draw_streams(axes, rows):
    streams, costs = _points(rows)
    axes.plot(streams, MICRO / costs, "o-", color=style.INK)
    axes.set_xscale("log", base=2)
    axes.set_xticks(streams, [f"{number:.0f}" for number in streams])
    axes.set(ylim=(0, 1.1 * MICRO / costs.min()))
    style.tidy(axes, "Streams", "streams", "samples/s of all streams together")


def _draw_length(axes, costs):
    seconds = np.arange(1, len(costs) + 1)
    axes.plot(seconds, MICRO * np.array(costs), "o-", color=style.INK)
    axes.set(ylim=(0, 1.2 * MICRO * max(costs)), xlim=(0, None))
    style.tidy(axes, "Length (ten blocks)", "second of audio", "microseconds a sample")


def _points(rows):
    """Numbers of the axis, and microseconds per sample."""
    numbers = np.array([int(number) for number in rows], "float64")
    return numbers, MICRO * np.array([1 / rate(row) for row in rows.values()])
