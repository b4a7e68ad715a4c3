"""Filters of the modelled waveform, and their inverses for the generated audio."""

from keras_wavenet.filters.noise_shaping import noise_shaping
from keras_wavenet.filters.waveform_filter import WaveformFilter, get

__all__ = ["WaveformFilter", "get", "noise_shaping"]
