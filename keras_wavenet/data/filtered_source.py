"""Clips as a network models them: filtered."""

from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import ClipSource


class FilteredSource(ClipSource):
    """The clips of another source, filtered when they are read.

    Any segment equals that of the whole filtered clip, to the bit: so many samples more
    are read before it as the filter depends on.

    Args:
        source: The clips.
        waveform_filter: Called with an array of samples, it filters them from the first
            one on; its `order` is the samples of the past that one depends on.
    """

    def __init__(self, source: ClipSource, waveform_filter: Any):
        super().__init__(source.sample_rate, source.clips, source.report)
        self._source = source
        self._filter = waveform_filter

    def _read(self, index, start, stop):
        order = self._filter.order
        return self._filter(self._source.read(index, start - order, stop))[order:]

    def read_once(self, index, start, stop):
        first = max(start - self._filter.order, 0)
        samples = self._source.read_once(index, first, stop)
        filtered: np.ndarray = self._filter(samples)
        return filtered[start - first :]
