"""The demo's picture: a waveform, its spectrogram and how the loss fell."""

from keras_wavenet.training.monitoring import pictures
from keras_wavenet.training.monitoring.run_picture import draw_bits


def draw_demo(path, audio, sample_rate, history, bits, yardstick):
    """Draw one run.

    Args:
        path: The png file to write.
        audio: Generated samples, `(T,)`.
        sample_rate: Hz.
        history: Dict from a training step to the bits per sample until it.
        bits: Validation bits per sample at the end.
        yardstick: A `keras_wavenet.training.Yardstick`.
    """
    figure = pictures.new_figure(9, 9)
    wave, spectrum, loss = figure.subplots(3, 1, height_ratios=(1, 2, 2))
    pictures.draw_waveform(wave, audio, sample_rate, "Generated audio")
    pictures.draw_spectrogram(spectrum, audio, sample_rate)
    rows = [
        {"step": step, "bits_per_sample": cost, "val_bits_per_sample": None}
        for step, cost in history.items()
    ]
    rows[-1]["val_bits_per_sample"] = bits
    draw_bits(loss, rows, yardstick)
    loss.set_xlabel("step", color=pictures.INK, fontsize=9)
    path.write_bytes(pictures.encode_png(figure))
