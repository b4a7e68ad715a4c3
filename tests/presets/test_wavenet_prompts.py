"""The vocoder that comes with weights: what it says follows what it was told."""

import numpy as np
import pytest

from keras_wavenet import WaveNet, data


@pytest.fixture(scope="module")
def vocoder():
    return WaveNet.from_preset("wavenet_prompts")


@pytest.fixture(scope="module")
def recordings(vocoder):
    source = data.open_source("spoken_prompts", "validation", vocoder.sample_rate)
    return [source[index] for index in (0, 1)]


def loudest_stretch(waveform, hop, samples):
    """So many samples with the most energy, from a frame's beginning on."""
    energy = np.convolve(waveform**2, np.ones(samples), mode="valid")[::hop]
    start = int(energy.argmax()) * hop
    return waveform[start : start + samples]


def alike(vocoder, one, other):
    """Correlation of all entries of the frames of two waveforms."""
    frames = [
        vocoder.architecture.features(waveform).ravel() for waveform in (one, other)
    ]
    return np.corrcoef(*frames)[0, 1]


def test_vocoded_speech_has_the_spectrogram_of_the_recording(vocoder, recordings):
    spoken = [loudest_stretch(clip.waveform, 200, 3200) for clip in recordings]
    speakers = [clip.info.speaker for clip in recordings]
    said = vocoder.vocode(np.stack(spoken), conditions={"speaker": speakers}, seed=0)
    for number in (0, 1):
        own = alike(vocoder, spoken[number], said[number])
        others = alike(vocoder, spoken[1 - number], said[number])
        assert own > 0.7
        assert own > others + 0.2
