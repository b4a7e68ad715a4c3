"""Griffin-Lim: audio with the given frames, aligned in time."""

import numpy as np
import pytest

from keras_wavenet import features
from keras_wavenet.data.resampling import resample
from keras_wavenet.evaluation import griffin_lim, stoi
from keras_wavenet.features import FrameFeatures, LogF0, LogMel

pytestmark = pytest.mark.neutral

RATE = 16000
MEL = {
    "sample_rate": RATE,
    "hop": 200,
    "window": 800,
    "n_fft": 1024,
    "n_mels": 80,
    "fmin": 60,
    "fmax": 8000,
}
DECIBEL = FrameFeatures(
    [LogMel(**MEL, power=2, log="decibel", ref_level=20, min_level=-100)]
)
EMPHASIZED = FrameFeatures([LogMel(**MEL, pre_emphasis=0.9)])
MEASURED = FrameFeatures(
    [LogF0(RATE, 200), LogMel(**MEL)], mean=[5, 0.5] + [-5] * 80, std=[2] * 82
)
BY_NAME = ["mel_16k", "tacotron2", "nvidia_22k", "wavenet_vocoder", "nv_wavenet"]


@pytest.mark.parametrize(
    "chosen",
    [*BY_NAME, DECIBEL, EMPHASIZED, MEASURED],
    ids=[*BY_NAME, "decibel", "emphasized", "measured"],
)
def test_speech_from_its_frames_is_intelligible(chosen, speech):
    chosen = features.get(chosen)
    waveform = resample(speech[:32000], RATE, chosen.sample_rate)
    made = griffin_lim(chosen, chosen(waveform), len(waveform), iterations=30)
    assert made.shape == waveform.shape and made.dtype == "float32"
    assert stoi(waveform, made, chosen.sample_rate) > 0.93
    # Frames shifted by as little as one would be understood less well.
    late = np.concatenate([np.zeros(chosen.hop, "float32"), made[: -chosen.hop]])
    assert stoi(waveform, late, chosen.sample_rate) < 0.93


def test_the_seed_decides_the_phases(speech):
    mel = features.get("mel_16k")
    frames = mel(speech[:8000])
    made = [griffin_lim(mel, frames, 8000, iterations=2, seed=n) for n in (0, 0, 1)]
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


@pytest.mark.parametrize("length", [1, 199, 201])
def test_short_audio_can_be_made(length):
    mel = features.get("mel_16k")
    frames = mel(np.zeros(length, "float32"))
    assert griffin_lim(mel, frames, length, iterations=2).shape == (length,)


def test_frames_that_can_not_be_inverted_are_refused(speech):
    melody = features.get("log_f0_16k")
    with pytest.raises(ValueError, match="needs features with a log-mel part"):
        griffin_lim(melody, melody(speech[:8000]), 8000)
    mel = features.get("mel_16k")
    with pytest.raises(ValueError, match="`length` must be at most 8000"):
        griffin_lim(mel, mel(speech[:8000]), 8001)
