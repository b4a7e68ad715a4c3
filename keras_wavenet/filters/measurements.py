"""Measurements on the clips of a dataset: peaks, clipping and mean spectrum.

A `source` is a `keras_wavenet.data.ClipSource`. Memory does not grow with its clips.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_wavenet.utils.progress import show_progress

FRAME = 1024  # samples of a frame of the mean spectrum


def peaks(
    waveform_filter: Any, source: Any, most_clips: int = 1000
) -> tuple[float, float]:
    """Return the largest magnitude of the samples and of the unclipped filtered ones.

    Args:
        waveform_filter: A `WaveformFilter`.
        source: The clips.
        most_clips: Largest number of clips that are read, evenly spaced.
    """
    plain = filtered = 0.0
    for index in _chosen(source, most_clips, "Measuring the waveform filter"):
        for block, filtered_block in _filtered_blocks(waveform_filter, source, index):
            plain = max(plain, float(np.abs(block).max()))
            filtered = max(filtered, float(np.abs(filtered_block).max()))
    return plain, filtered


def clipped_share(waveform_filter: Any, source: Any, most_clips: int = 1000) -> float:
    """Return the share of filtered samples outside [-1, 1]; see `peaks`."""
    clipped = count = 0
    for index in _chosen(source, most_clips, "Measuring the waveform filter"):
        for _, filtered_block in _filtered_blocks(waveform_filter, source, index):
            clipped += int((np.abs(filtered_block) > 1).sum())
            count += len(filtered_block)
    return clipped / max(count, 1)


def mean_power_spectrum(source: Any, most_clips: int = 1000) -> np.ndarray:
    """Return the mean power spectrum of Hann-windowed frames of 1,024 samples.

    Args:
        source: The clips.
        most_clips: Largest number of clips that are read, evenly spaced.

    Returns:
        float64 array, shape `(513,)`: the power at 0 Hz to half the sample rate.
    """
    window = np.hanning(FRAME + 1)[:-1]
    power, count = np.zeros(FRAME // 2 + 1), 0
    for index in _chosen(source, most_clips, "Measuring the mean spectrum"):
        for block in source.blocks(index):
            padded = np.pad(block, (0, -len(block) % FRAME))
            frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)
            frames = frames[:: FRAME // 2]  # (frames, FRAME)
            power += np.square(np.abs(np.fft.rfft(frames * window))).sum(axis=0)
            count += len(frames)
    return power / max(count, 1)


def _chosen(source, most_clips, task):
    indices = range(0, len(source), max(-(-len(source) // most_clips), 1))
    return show_progress(indices, len(indices), task)


def _filtered_blocks(waveform_filter, source, index) -> Iterator[tuple]:
    """Yield the blocks of a clip, and the same blocks filtered, unclipped."""
    order = waveform_filter.order
    past = np.zeros(order, "float32")
    for block in source.blocks(index):
        joined = np.concatenate([past, block])
        yield block, waveform_filter.unclipped(joined)[order:]
        past = joined[-order:]
