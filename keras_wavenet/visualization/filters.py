"""Charts of frequencies and of the first layer.

They draw what `keras_wavenet.introspection` returns. Axes: F frequencies, D channels.
"""

from typing import Any

import numpy as np

from keras_wavenet.visualization.style import (
    PALETTE,
    color_bar,
    legend_beside_title,
    tidy,
)

DYNAMIC_RANGE = 30  # dB of a channel's response, from dark to bright


def plot_response(
    axes: Any, frequencies: np.ndarray, magnitude: np.ndarray, title: str = ""
) -> Any:
    """Draw the response of each channel of a block, sorted by the peak's frequency.

    Args:
        axes: Of matplotlib.
        frequencies: Float array, `(F,)`, rising, Hz.
        magnitude: Float array, `(F, D)`: of `introspection.frequency_response` or
            `sine_response`, of one block.
        title: What it is.

    Returns:
        The axes.
    """
    peaks = magnitude.max(axis=0)
    decibels = 20 * np.log10(np.maximum(magnitude / np.maximum(peaks, 1e-12), 1e-6))
    order = np.argsort(frequencies[magnitude.argmax(axis=0)], kind="stable")
    image = axes.pcolormesh(
        frequencies / 1000,
        np.arange(len(order)),
        decibels[:, order].T,
        shading="nearest",
        cmap="cividis",
        vmin=-DYNAMIC_RANGE,
        vmax=0,
        rasterized=True,
    )
    tidy(axes, title, "kHz", "channel, by its peak").grid(False)
    color_bar(axes, image, "dB below its peak")
    return axes


def plot_first_layer(
    axes: Any, amplitudes: np.ndarray, vectors: np.ndarray, components: int = 3
) -> Any:
    """Draw the vectors of the first layer, over the number of the code.

    Vectors have many channels: drawn are their first principal components, each named
    with its share of the variance.

    Args:
        axes: Of matplotlib.
        amplitudes: Float array, `(N,)`, rising.
        vectors: Float array, `(N, R)`: one tap of `introspection.first_layer`.
        components: How many are drawn, at most 7.

    Returns:
        The axes.
    """
    centered = vectors - vectors.mean(axis=0)
    u, s, _ = np.linalg.svd(centered, full_matrices=False)
    shares = s**2 / max(float(np.sum(s**2)), 1e-30)
    for number, color in zip(range(min(components, len(s))), PALETTE, strict=False):
        curve = u[:, number] * s[number]
        curve = curve * (1 if curve[-1] >= curve[0] else -1)
        label = f"component {number + 1}, {shares[number]:.0%}"
        axes.plot(curve, color=color, linewidth=1.4, label=label)
    ticks = np.linspace(0, len(amplitudes) - 1, 9).round().astype(int)
    axes.set_xticks(ticks, [f"{tick}\n{amplitudes[tick]:.3f}" for tick in ticks])
    tidy(axes, "First layer", "code, and its amplitude", "residual stream")
    legend_beside_title(axes)
    return axes
