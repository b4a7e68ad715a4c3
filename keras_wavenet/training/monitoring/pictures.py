"""What the pictures of a run have in common: their look, and how they are written."""

import io

import numpy as np

from keras_wavenet.utils.extras import import_extra

INK, FAINT, GRID = "#22313f", "#8795a1", "#e4e9ed"
TRAINING, VALIDATION, RATE = "#8fb4d9", "#c0392b", "#e0a63a"
DYNAMIC_RANGE = 70  # dB of a spectrogram that are told apart
LEAST_TOP = -30.0  # dB that are drawn brightest, at least: silence stays dark


def new_figure(width: float, height: float):
    """An empty figure of so many inches, which no window shows and pyplot ignores.

    Raises:
        ImportError: If matplotlib is not installed; names the extra that brings it.
    """
    figure = import_extra("matplotlib.figure", "Drawing a picture")
    return figure.Figure(
        figsize=(width, height), layout="constrained", facecolor="white"
    )


def tidy(axes, title: str, xlabel: str = "", ylabel: str = "") -> None:
    """Give a chart its words and take away the ink that says nothing."""
    axes.set_title(title, loc="left", color=INK, fontsize=11, fontweight="bold")
    axes.set_xlabel(xlabel, color=INK, fontsize=9)
    axes.set_ylabel(ylabel, color=INK, fontsize=9)
    axes.tick_params(colors=FAINT, labelcolor=INK, labelsize=8.5, length=3)
    axes.grid(True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name in ("left", "bottom"))
        spine.set_color(FAINT)


def legend_beside_title(axes) -> None:
    """Say what the lines of a chart are, above it, where it hides nothing."""
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=3,
        frameon=False,
        borderpad=0.1,
        fontsize=9,
        labelcolor=INK,
    )


def draw_waveform(axes, waveform: np.ndarray, sample_rate: int, title: str) -> None:
    """Draw samples over seconds."""
    seconds = np.arange(len(waveform)) / sample_rate
    axes.plot(seconds, waveform, color=INK, linewidth=0.4)
    axes.set(ylim=(-1, 1), xlim=(0, len(waveform) / sample_rate))
    tidy(axes, title, ylabel="amplitude")


def draw_spectrogram(
    axes, waveform: np.ndarray, sample_rate: int, title: str = ""
) -> None:
    """Draw the short-time spectrum in decibels, over seconds and kHz."""
    decibels, hop = spectrogram(waveform, sample_rate)
    top = max(float(decibels.max()), LEAST_TOP)
    seconds = decibels.shape[1] * hop / sample_rate
    image = axes.imshow(
        decibels,
        origin="lower",
        aspect="auto",
        cmap="magma",
        vmin=top - DYNAMIC_RANGE,
        vmax=top,
        extent=(0, seconds, 0, sample_rate / 2000),
    )
    tidy(axes, title, "seconds", "kHz")
    axes.grid(False)
    bar = axes.figure.colorbar(image, ax=axes, pad=0.01)
    bar.set_label("dB", color=INK, fontsize=9)
    bar.ax.tick_params(labelsize=8.5, colors=FAINT, labelcolor=INK, length=3)
    bar.outline.set_visible(False)


def spectrogram(waveform: np.ndarray, sample_rate: int) -> tuple[np.ndarray, int]:
    """Short-time spectrum of a waveform: Hann windows of 32 ms, a new one each 8 ms.

    Returns:
        dB below a sine of full scale, `(frequencies, frames)`, and the samples from one
        frame to the next.
    """
    hop = max(4, round(0.008 * sample_rate))
    length = 4 * hop
    padded = np.pad(waveform, (length // 2, length))
    frames = np.lib.stride_tricks.sliding_window_view(padded, length)[::hop]
    frames = frames[: max(1, -(-len(waveform) // hop))]
    window = np.hanning(length)
    spectrum = np.abs(np.fft.rfft(frames * window)) / (window.sum() / 2)
    return 20 * np.log10(np.maximum(spectrum, 1e-7)).T, hop


def encode_png(figure) -> bytes:
    """The png file of a figure, the same bytes for the same figure."""
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=110)
    return content.getvalue()
