"""Frames of windows over filtered audio."""

import numpy as np
import pytest

from keras_wavenet.data import WindowDataset
from keras_wavenet.filters import WaveformFilter

pytestmark = pytest.mark.neutral


def test_frames_are_of_the_audio_as_it_is(local_spec, noise_source):
    options = {"batch_size": 14, "window_length": 80, "pipeline": "grain"}
    pre_emphasis = WaveformFilter([-0.85])
    ((plain, _, _), (filtered, _, _)) = (
        next(iter(WindowDataset(noise_source, spec, shuffle=False, **options)))
        for spec in (local_spec(), local_spec(waveform_filter=pre_emphasis))
    )
    for name in ("local", "local_context"):
        np.testing.assert_array_equal(plain[name], filtered[name])
    assert np.abs(plain["waveform"] - filtered["waveform"]).max() > 0.1
