"""Log-F0 frames: the pitch of voices, and unvoiced frames elsewhere."""

import numpy as np
import pytest

from keras_wavenet.features import FrameFeatures, LogF0

pytestmark = pytest.mark.neutral

RATE = 8000


@pytest.fixture(scope="module")
def features():
    return FrameFeatures([LogF0(RATE, hop=100)])


def pitch_and_voicing(features, waveform):
    frames = features(waveform)
    assert frames.dtype == "float32" and np.isfinite(frames).all()
    assert set(np.unique(frames[:, 1])) <= {0, 1}
    return np.exp(frames[:, 0]), frames[:, 1].astype(bool)


@pytest.mark.parametrize("hertz", [82, 120, 251.5, 380])
def test_a_tone_has_its_pitch_in_every_frame(features, voice, hertz):
    pitch, voiced = pitch_and_voicing(features, voice(hertz, 4050, RATE))
    assert len(pitch) == 41
    assert voiced.mean() > 0.9
    np.testing.assert_allclose(pitch, hertz, rtol=0.01)


@pytest.mark.parametrize(
    "waveform",
    [np.zeros(4000), np.full(4000, 0.3), np.random.default_rng(0).normal(0, 0.1, 4000)],
    ids=["silence", "offset", "noise"],
)
def test_silence_offset_and_noise_are_unvoiced(features, waveform):
    pitch, voiced = pitch_and_voicing(features, waveform)
    assert not voiced.any()
    np.testing.assert_allclose(pitch, np.sqrt(60 * 500), rtol=1e-6)


def test_between_two_voices_log_f0_is_a_straight_line(features, voice):
    parts = [voice(120, 3000, RATE), np.zeros(3000), voice(200, 3000, RATE)]
    frames = features(np.concatenate([np.zeros(1000), *parts, np.zeros(1000)]))
    voiced = frames[:, 1].astype(bool)
    assert voiced[15:35].all() and not voiced[45:65].any() and voiced[75:95].all()
    np.testing.assert_allclose(np.diff(frames[48:62, 0], n=2), 0, atol=1e-5)
    assert np.all(np.diff(frames[45:65, 0]) > 0)
    np.testing.assert_allclose(np.exp(frames[[0, -1], 0]), [120, 200], rtol=0.02)


def test_an_inaudible_tone_is_unvoiced_even_on_an_offset(features, voice):
    tone = voice(120, 4000, RATE)
    assert features(0.01 * tone)[:, 1].mean() > 0.9
    assert not features(1e-4 * tone + 0.3)[:, 1].any()


def test_a_frame_has_the_pitch_in_the_middle_of_its_samples(features, voice):
    glide = np.geomspace(110, 330, 6000)  # 1.8 % a frame
    found, _ = pitch_and_voicing(features, voice(glide, 6000, RATE))
    error = np.log(found / glide[50::100])[5:-5]
    assert abs(np.median(error)) < 0.004 and np.abs(error).max() < 0.02


def test_a_long_clip_has_no_seams(voice):
    features = FrameFeatures([LogF0(48000, hop=480, fmin=100, fmax=200)])
    samples = 20 * 48000  # a piece has 14.5 s
    pitch = np.linspace(110, 190, samples)
    found, voiced = pitch_and_voicing(features, voice(pitch, samples, 48000))
    assert voiced.all()
    np.testing.assert_allclose(found, pitch[240::480], rtol=0.01)


@pytest.mark.parametrize("samples", [1, 99, 100, 101, 250])
def test_the_shortest_clips_have_frames(features, noise, samples):
    frames = features(noise(samples))
    assert frames.shape == (-(-samples // 100), 2)
    assert np.isfinite(frames).all()


def test_a_hop_longer_than_a_window_has_frames_in_its_middle(voice):
    features = FrameFeatures([LogF0(RATE, hop=200, fmin=1000, fmax=2000)])
    pitch, voiced = pitch_and_voicing(features, voice(1300, 8000, RATE))
    assert voiced.all()
    np.testing.assert_allclose(pitch, 1300, rtol=0.03)


@pytest.mark.parametrize(
    "key, value",
    [
        ("sample_rate", 10**6 + 1),
        ("hop", 15),
        ("hop", 201),
        ("hop", 100.0),
        ("fmin", 19),
        ("fmin", 201),
        ("fmax", 2001),
        ("fmax", None),
    ],
)
def test_a_setting_out_of_range_is_refused_by_its_name(key, value):
    settings = {"sample_rate": RATE, "hop": 100, "fmin": 80, "fmax": 400}
    with pytest.raises(ValueError, match=rf"`{key}` must be .*Received: {key}="):
        LogF0(**{**settings, key: value})
