"""Charts of predicted distributions: over time, their entropy, and one of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_wavenet.visualization.style import (
    BLUE,
    INK,
    ORANGE,
    PALETTE,
    VERMILION,
    color_bar,
    tidy,
)

_ROWS = 240  # bins of the amplitude that are drawn
_LEAST = 1e-4  # the probability that is drawn darkest, of the largest


def plot_predictions(
    axes: Any,
    values: np.ndarray,
    probabilities: np.ndarray,
    samples: np.ndarray,
    sample_rate: int,
) -> Any:
    """Draw predicted distributions over time, and the samples that came.

    Args:
        axes: Of matplotlib.
        values, probabilities, samples: `introspection.predictions`; some 300 samples,
            20 ms at 16 kHz, are readable.
        sample_rate: Hz.

    Returns:
        The axes.

    Example:
        >>> found = predictions(model, recording, start=8000, stop=8320)
        >>> plot_predictions(axes, *found, model.sample_rate)
    """
    low, high = _range(samples)
    edges = np.linspace(low, high, _ROWS + 1)
    density = _densities(values, probabilities, edges)
    logs = np.log10(np.maximum(density / density.max(), _LEAST))
    milliseconds = 1000 * len(samples) / sample_rate
    image = axes.imshow(
        logs.T,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        cmap="cividis",
        extent=(0, milliseconds, low, high),
    )
    middles = 1000 * (np.arange(len(samples)) + 0.5) / sample_rate
    axes.plot(middles, samples, color=VERMILION, linewidth=1, label="the sample")
    tidy(axes, "Predicted distribution of each sample", "ms", "amplitude").grid(False)
    axes.legend(loc="upper right", fontsize=8.5, framealpha=0.8)
    color_bar(axes, image, "log10 of the density, relative")
    return axes


def plot_entropy(
    axes: Any, bits: np.ndarray, entropy: np.ndarray, sample_rate: int
) -> Any:
    """Draw bits and entropy over time, as means of 10 ms.

    Args:
        axes: Of matplotlib.
        bits, entropy: Float arrays, `(T,)`: `introspection.score`.
        sample_rate: Hz.

    Returns:
        The axes.
    """
    length = max(1, min(round(0.01 * sample_rate), len(bits)))
    for values, color, label in (
        (entropy, ORANGE, "entropy, what the model expects"),
        (bits, BLUE, "bits, what the samples cost"),
    ):
        frames = len(values) // length
        means = np.reshape(values[: frames * length], (frames, length)).mean(axis=1)
        seconds = (np.arange(frames) + 0.5) * length / sample_rate
        label = f"{label}: {np.mean(values):.2f}"
        axes.plot(seconds, means, color=color, linewidth=1.2, label=label)
    axes.set_xlim(0, len(bits) / sample_rate)
    tidy(axes, "", "seconds", "bits per sample")
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=2,
        frameon=False,
        fontsize=9,
        labelcolor=INK,
    )
    return axes


def plot_distributions(
    axes: Any, distributions: Mapping[str, tuple[np.ndarray, np.ndarray]], sample: float
) -> Any:
    """Draw several distributions of one sample, and the sample.

    Args:
        axes: Of matplotlib.
        distributions: From a name to the values of the levels, rising, and their
            probabilities, both `(levels,)`; numbers of levels may differ.
        sample: The true sample.

    Returns:
        The axes. Drawn are densities: levels need not be evenly spaced.
    """
    widths = {"linewidth": 1.5, "where": "mid"}
    low, high = np.inf, -np.inf
    for color, (name, (values, p)) in zip(PALETTE, distributions.items(), strict=False):
        axes.step(values, p / np.gradient(values), color=color, label=name, **widths)
        mean = float(np.sum(p * values))
        std = float(np.sqrt(np.sum(p * (values - mean) ** 2)))
        low, high = min(low, mean - 4 * std), max(high, mean + 4 * std)
    axes.axvline(sample, color=INK, linewidth=1, linestyle="--", label="the sample")
    low, high = min(low, sample), max(high, sample)
    axes.set_xlim(max(low, -1), min(high, 1))
    axes.set_ylim(bottom=0)
    tidy(axes, "One prediction by several distributions", "amplitude", "density")
    axes.legend(frameon=False, fontsize=8.5, labelcolor=INK)
    return axes


def _range(samples):
    """The amplitudes to draw: those of the samples, with a margin."""
    low, high = float(np.min(samples)), float(np.max(samples))
    margin = max(0.25 * (high - low), 1e-3)
    return low - margin, high + margin


def _densities(values, probabilities, edges):
    """Mean densities in bins of the amplitude, `(T, bins)`.

    The probability of a level is spread evenly to half-way to its neighbors.
    """
    middles = (values[1:] + values[:-1]) / 2
    borders = np.concatenate([[-1.0], middles, [1.0]])
    cumulative = np.cumsum(probabilities, axis=1, dtype="float64")
    cumulative = np.pad(cumulative, [(0, 0), (1, 0)])
    below = np.stack([np.interp(edges, borders, row) for row in cumulative])
    return np.maximum(np.diff(below, axis=1), 0) / np.diff(edges)
