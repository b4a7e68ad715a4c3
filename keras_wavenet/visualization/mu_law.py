"""Charts of mu-law companding: its curve, its error, and the codes of a waveform."""

from typing import Any

import numpy as np

from keras_wavenet.layers.mu_law import mu_law_decode, mu_law_encode
from keras_wavenet.visualization.style import (
    BLUE,
    INK,
    ORANGE,
    SKY_BLUE,
    VERMILION,
    tidy,
)


def plot_mu_law(axes: Any, levels: int = 256) -> Any:
    """Draw the code of each amplitude (paper, equation of section 2.2).

    Args:
        axes: Of matplotlib.
        levels: Number of codes.

    Returns:
        The axes.
    """
    codes = np.arange(levels)
    axes.step(mu_law_decode(codes, levels), codes, color=BLUE, where="mid")
    axes.plot([-1, 1], [0, levels - 1], color=ORANGE, linewidth=1, linestyle="--")
    axes.text(0.42, 0.6 * levels, "linear", color=INK, fontsize=8.5)
    axes.text(-0.36, 0.86 * levels, "mu-law", color=INK, fontsize=8.5)
    return tidy(axes, f"{levels} mu-law codes", "amplitude", "code")


def plot_mu_law_error(axes: Any, levels: int = 256) -> Any:
    """Draw the error of codes over the amplitude, beside that of linear codes.

    Args:
        axes: Of matplotlib.
        levels: Number of codes.

    Returns:
        The axes.
    """
    amplitudes = np.geomspace(1e-4, 1, 2000).astype("float32")
    codes = mu_law_encode(amplitudes, levels)
    errors = np.abs(mu_law_decode(codes, levels) - amplitudes)
    step = 2 / levels
    linear = np.abs(np.round(amplitudes / step) * step - amplitudes)
    for error, color, label in (
        (linear, ORANGE, "linear codes"),
        (errors, BLUE, "mu-law codes"),
    ):
        # The largest error around each amplitude: the teeth of single codes are dense.
        largest = error.reshape(100, -1).max(axis=1)
        axes.plot(amplitudes[10::20], largest, color=color, label=label, linewidth=1.6)
    axes.set(xscale="log", yscale="log")
    tidy(axes, f"Largest error of {levels} codes", "amplitude", "error")
    axes.legend(frameon=False, fontsize=8.5, labelcolor=INK)
    return axes


def plot_codes(
    axes: Any, waveform: np.ndarray, sample_rate: int, levels: int = 256
) -> Any:
    """Draw a waveform, and its codes on a second axis.

    Args:
        axes: Of matplotlib.
        waveform: Float array, `(T,)`, in [-1, 1]; some 100 samples are readable.
        sample_rate: Hz.
        levels: Number of codes.

    Returns:
        The axes; the codes are on its twin, the last axes of the figure.
    """
    milliseconds = 1000 * np.arange(len(waveform)) / sample_rate
    axes.plot(milliseconds, waveform, color=BLUE, marker="o", markersize=3)
    peak = 1.1 * max(float(np.abs(waveform).max()), 1e-3)
    axes.set(ylim=(-peak, peak), xlim=(0, milliseconds[-1] or 1))
    tidy(axes, "A waveform and its codes", "ms", "amplitude (dots)")
    twin = axes.twinx()
    codes = mu_law_encode(np.asarray(waveform), levels)
    twin.step(milliseconds, codes, color=VERMILION, where="mid", linewidth=1.2)
    twin.set(ylim=(0, levels - 1))
    tidy(twin, "", ylabel="code (steps)").grid(False)
    twin.spines["right"].set_visible(True)
    twin.spines["right"].set_color(SKY_BLUE)
    return axes
