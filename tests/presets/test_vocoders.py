"""The vocoders that come with weights: their speech follows its conditions."""

import numpy as np
import pytest

from keras_wavenet import WaveNet, data

SAMPLES = 9600  # 0.6 s: a pause and a word or two


@pytest.mark.parametrize("name", ["wavenet_prompts", "wavenet_realtime"])
def test_vocoded_speech_has_the_spectrogram_of_the_recording_and_of_no_other(name):
    vocoder = WaveNet.from_preset(name)
    source = data.open_source("spoken_prompts", "validation", vocoder.sample_rate)
    first = {
        clip.speaker: index for index, clip in reversed([*enumerate(source.clips)])
    }
    speakers = ["en_allison", "ru_maxim"]
    recorded = np.stack([source.read(first[name], 0, SAMPLES) for name in speakers])

    vocoded = vocoder.vocode(recorded, conditions={"speaker": speakers}, seed=0)

    features = vocoder.architecture.features
    both = [[features(row).ravel() for row in rows] for rows in (vocoded, recorded)]
    alike = np.corrcoef(*both)[:2, 2:]  # rows: vocoded, columns: recorded
    assert alike.diagonal().min() > 0.7
    assert alike[[0, 1], [1, 0]].max() < 0.4
