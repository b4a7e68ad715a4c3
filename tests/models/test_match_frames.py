"""Audio matched to its frames: `generate` and `stream` give the same."""

import numpy as np
import pytest

from keras_wavenet.features import FrameFeatures, LogMel
from keras_wavenet.features.frame_matching import FrameMatcher

SAMPLES = 3001


@pytest.fixture(scope="module")
def features():
    mel = LogMel(
        sample_rate=16000,
        hop=50,
        window=100,
        n_fft=128,
        n_mels=10,
        fmin=60,
        fmax=8000,
    )
    return FrameFeatures([mel], mean=np.full(10, -2.0), std=np.full(10, 1.5))


@pytest.fixture(scope="module")
def recordings():
    level = np.linspace(0.3, 0.01, SAMPLES)
    noise = np.random.default_rng(0).normal(size=(2, SAMPLES))
    return (level * noise.clip(-3, 3)).astype("float32")


@pytest.fixture
def vocoder(tiny_wavenet, features):
    return tiny_wavenet(features=features, upsampling="repeat")


def test_vocoded_audio_has_the_frames_of_the_recording(vocoder, recordings):
    def distance(audio):
        rows = zip(audio, recordings, strict=True)
        of = vocoder.features
        return np.mean([np.abs(of(one) - of(other)).mean() for one, other in rows])

    matched = vocoder.vocode(recordings, seed=1)
    raw = vocoder.vocode(recordings, seed=1, match_frames=False)
    assert matched.shape == recordings.shape and np.abs(matched).max() <= 1
    assert distance(matched) < 0.3 * distance(raw)


def test_streamed_audio_is_the_generated_audio_with_matched_frames(
    vocoder, recordings, features
):
    frames = np.stack([features(row) for row in recordings])
    arguments = {"conditions": {"local": frames}, "streams": 2, "seed": 1}
    raw = vocoder.generate(SAMPLES, **arguments)
    matched = vocoder.generate(SAMPLES, **arguments, match_frames=True)
    np.testing.assert_array_equal(FrameMatcher(features, frames)(raw), matched)
    chunks = [*vocoder.stream(SAMPLES, **arguments, match_frames=True)]
    assert len(chunks) > 1
    np.testing.assert_array_equal(np.concatenate(chunks, axis=1), matched)
    vocoded = vocoder.vocode(recordings, seed=1)
    np.testing.assert_array_equal(vocoded, matched)


def test_the_first_windows_reach_the_prime(vocoder, recordings, features):
    frames = features(recordings[0])
    prime = recordings[0, :1000]
    arguments = {
        "prime": prime,
        "conditions": {"local": frames[20:], "local_context": frames[:20]},
        "seed": 1,
    }
    raw = vocoder.generate(2000, **arguments)
    matched = vocoder.generate(2000, **arguments, match_frames=True)
    expected = FrameMatcher(features, frames[20:], context=prime)(raw)
    np.testing.assert_array_equal(matched, expected)


def test_a_model_without_log_mel_features_is_refused(tiny_wavenet):
    melody = tiny_wavenet(features="log_f0_16k", upsampling="repeat")
    bare = tiny_wavenet(local_channels=2, hop=4)
    for model in (melody, bare):
        frames = np.zeros((9, model.architecture.local_channels))
        with pytest.raises(ValueError, match="log-mel part.*Received: features="):
            model.generate(8, conditions={"local": frames}, match_frames=True)
    assert not melody.matches_frames_of_recordings
    assert melody.vocode(np.zeros(100, "float32"), seed=0).shape == (1, 100)
