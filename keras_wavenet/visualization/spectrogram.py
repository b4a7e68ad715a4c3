"""Charts of audio: waveforms, spectrograms, and a recording beside its resynthesis."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_wavenet.visualization.style import INK, color_bar, tidy

DYNAMIC_RANGE = 70  # dB from the darkest to the brightest color of a spectrogram
LEAST_TOP = -30.0  # dB that are drawn brightest, at least: silence stays dark


def spectrogram(waveform: np.ndarray, sample_rate: int) -> tuple[np.ndarray, int]:
    """Short-time spectrum of a waveform: Hann windows of 32 ms, a new one each 8 ms.

    Args:
        waveform: Float array, shape `(T,)`.
        sample_rate: Hz.

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


def plot_waveform(
    axes: Any, waveform: np.ndarray, sample_rate: int, title: str = ""
) -> Any:
    """Draw samples over seconds.

    Args:
        axes: Of matplotlib.
        waveform: Float array, shape `(T,)`.
        sample_rate: Hz.
        title: What it is.

    Returns:
        The axes.
    """
    seconds = np.arange(len(waveform)) / sample_rate
    axes.plot(seconds, waveform, color=INK, linewidth=0.4)
    axes.set(ylim=(-1, 1), xlim=(0, len(waveform) / sample_rate))
    return tidy(axes, title, ylabel="amplitude")


def plot_spectrogram(
    axes: Any,
    waveform: np.ndarray,
    sample_rate: int,
    title: str = "",
    top: float | None = None,
) -> Any:
    """Draw the short-time spectrum in decibels, over seconds and kHz.

    Args:
        axes: Of matplotlib.
        waveform: Float array, shape `(T,)`.
        sample_rate: Hz.
        title: What it is.
        top: dB that are drawn brightest; the largest of the waveform if None.

    Returns:
        The axes.
    """
    decibels, hop = spectrogram(waveform, sample_rate)
    top = max(float(decibels.max()), LEAST_TOP) if top is None else top
    image = axes.imshow(
        decibels,
        origin="lower",
        aspect="auto",
        cmap="magma",
        vmin=top - DYNAMIC_RANGE,
        vmax=top,
        extent=(0, decibels.shape[1] * hop / sample_rate, 0, sample_rate / 2000),
    )
    tidy(axes, title, "seconds", "kHz").grid(False)
    color_bar(axes, image, "dB")
    return axes


def plot_real_and_generated(
    axes: Sequence[Any],
    recorded: np.ndarray,
    generated: np.ndarray,
    sample_rate: int,
    titles: tuple[str, str] = ("Recorded", "Generated"),
) -> Sequence[Any]:
    """Draw the spectrograms of a recording and of generated audio in the same colors.

    Args:
        axes: Two of matplotlib.
        recorded, generated: Float arrays, shape `(T,)`; their lengths may differ.
        sample_rate: Hz, of both.
        titles: What they are.

    Returns:
        The axes.

    Example:
        >>> figure = style.new_figure(9, 6)
        >>> plot_real_and_generated(figure.subplots(2), clip, audio[0], 16000)
    """
    loudest = float(spectrogram(recorded, sample_rate)[0].max())
    top = max(loudest, LEAST_TOP)
    for one, waveform, title in zip(axes, (recorded, generated), titles, strict=True):
        plot_spectrogram(one, waveform, sample_rate, title, top)
    return axes
