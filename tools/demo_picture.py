"""The demo's picture: a waveform, its spectrogram and how the loss fell."""

import matplotlib

matplotlib.use("Agg")  # a file, no window

import numpy as np
from matplotlib import pyplot


def draw_run(path, audio, sample_rate, history, bits, yardstick):
    """Draw one run.

    Args:
        path: The png file to write.
        audio: Generated samples, `(T,)`.
        sample_rate: Hz.
        history: Dict from a training step to the bits per sample until it.
        bits: Validation bits per sample at the end.
        yardstick: A `keras_wavenet.training.Yardstick`.
    """
    figure, (wave, spectrum, loss) = pyplot.subplots(
        3, 1, figsize=(9, 9), layout="constrained"
    )
    seconds = np.arange(len(audio)) / sample_rate
    wave.plot(seconds, audio, linewidth=0.4)
    wave.set(
        title="Generated audio", ylabel="amplitude", ylim=(-1, 1), xlim=(0, seconds[-1])
    )
    draw_spectrogram(spectrum, audio, sample_rate)
    loss.plot(list(history), list(history.values()), label="training")
    loss.axhline(yardstick.histogram, color="gray", ls=":", label="code histogram")
    loss.axhline(yardstick.last_sample, color="gray", ls="--", label="last sample")
    loss.plot(max(history), bits, "o", label="validation, at the end")
    loss.set(title="Loss", xlabel="step", ylabel="bits per sample")
    loss.legend()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def draw_spectrogram(axes, audio, sample_rate):
    """Draw the short-time spectrum in decibels below its peak."""
    power, frequencies, times, image = axes.specgram(
        audio, NFFT=512, Fs=sample_rate, noverlap=384, mode="magnitude", scale="dB"
    )
    top = image.get_clim()[1]
    image.set_clim(top - 80, top)
    axes.set(xlabel="seconds", ylabel="Hz")
    axes.figure.colorbar(image, ax=axes, label="dB")
