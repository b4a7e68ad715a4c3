"""The demo's picture: how the loss fell, and a recording beside what was generated."""

from keras_wavenet.training.monitoring import pictures
from keras_wavenet.training.monitoring.pictures import draw_bits


def draw_demo(path, sample_rate, clip, generated, history, bits, baseline):
    """Draw one run.

    Args:
        path: The png file to write.
        sample_rate: Hz.
        clip: The recording, a `keras_wavenet.data.Clip`.
        generated: What the model made from its frames, `(T,)`.
        history: Dict from a training step to the mean bits per sample up to it.
        bits: Validation bits per sample at the end.
        baseline: A `keras_wavenet.training.Baseline`.
    """
    figure = pictures.new_figure(9, 10)
    loss, *rows = figure.subplots(3, 1)
    points = [
        {"step": step, "bits_per_sample": cost, "val_bits_per_sample": None}
        for step, cost in history.items()
    ]
    points[-1]["val_bits_per_sample"] = bits
    draw_bits(loss, points, baseline)
    loss.set_xlabel("step", color=pictures.INK, fontsize=9)
    titles = (
        f"Recorded: {clip.info.speaker}, not in the training data",
        "Generated from the log-mel frames of the recording",
    )
    for axes, waveform, title in zip(
        rows, (clip.waveform, generated), titles, strict=True
    ):
        pictures.draw_spectrogram(axes, waveform, sample_rate, title)
    path.write_bytes(pictures.encode_png(figure))
