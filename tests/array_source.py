"""Sources of clips that are arrays in memory, for tests."""

import numpy as np

from keras_wavenet.data import ClipInfo, ClipSource, Reader, SourceReport


class ArrayReader(Reader):
    """Recordings that are arrays, and what was read of them."""

    def __init__(self, waveforms):
        self.waveforms = [np.asarray(waveform, "float32") for waveform in waveforms]
        self.reads = []

    def read(self, recording, start, stop):
        self.reads.append((recording, start, stop))
        return self.waveforms[recording][start:stop]


def array_source(waveforms, sample_rate=16000, **columns):
    """A source of clips that are arrays; columns are what is known of each, by name."""
    clips = [
        ClipInfo(
            f"clip-{index}",
            len(waveform),
            sample_rate,
            **{name: values[index] for name, values in columns.items()},
        )
        for index, waveform in enumerate(waveforms)
    ]
    seconds = sum(clip.length for clip in clips) / sample_rate
    report = SourceReport("arrays", len(clips), seconds, sample_rate)
    return ClipSource(sample_rate, clips, ArrayReader(waveforms), report)
