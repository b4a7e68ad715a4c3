"""Log-mel frames: right bands, right places, and librosa's values."""

import time

import librosa
import numpy as np
import pytest

from keras_wavenet.features import CHOICES, FrameFeatures, LogMel, get

pytestmark = pytest.mark.neutral

SMALL = {
    "sample_rate": 16000,
    "hop": 160,
    "window": 400,
    "n_fft": 512,
    "n_mels": 40,
    "fmin": 60,
    "fmax": 8000,
}


def small_mel(**settings):
    return FrameFeatures([LogMel(**{**SMALL, **settings})])


@pytest.mark.parametrize("hertz", [150, 440, 1000, 3000, 7000])
def test_a_sine_is_loudest_in_the_band_around_it(hertz):
    sine = 0.5 * np.sin(2 * np.pi * hertz * np.arange(8000) / 16000)
    frames = get("mel_16k")(sine)
    middles = librosa.mel_frequencies(82, fmin=60, fmax=8000)[1:-1]
    nearest = np.abs(middles - hertz).argmin()
    assert np.all(np.abs(frames[3:-3].argmax(axis=1) - nearest) <= 1)


@pytest.mark.parametrize("place", [0, 1, 57, 100, 199, 201, 4321, 7999, 8050])
def test_a_click_is_loudest_in_the_frame_that_covers_it(place):
    click = np.zeros(8100)
    click[place] = 0.9
    frames = get("mel_16k")(click)
    assert frames.shape == (41, 80)
    assert frames.sum(axis=1).argmax() == place // 200


def test_windows_around_the_start_of_a_frame_are_half_a_hop_earlier():
    click = np.zeros(8000)
    click[1580] = 0.9
    assert small_mel()(click).sum(axis=1).argmax() == 9
    assert small_mel(center="start")(click).sum(axis=1).argmax() == 10


def librosa_mel(waveform, mel):
    spectrogram = librosa.feature.melspectrogram(
        y=waveform,
        sr=mel.sample_rate,
        n_fft=mel.n_fft,
        hop_length=mel.hop,
        win_length=mel.window,
        power=mel.power,
        n_mels=mel.n_mels,
        fmin=mel.fmin,
        fmax=mel.fmax,
        htk=mel.mel_scale == "htk",
        norm=mel.mel_norm,
    )
    return np.maximum(spectrogram.T, mel.floor)


@pytest.mark.parametrize(
    "name", ["tacotron2", "nvidia_22k", "wavenet_vocoder", "nv_wavenet"]
)
def test_published_choices_agree_with_librosa(name, noise):
    (mel,) = CHOICES[name]
    waveform = noise(12000)
    expected = librosa_mel(waveform, mel)
    expected = np.log10(expected) if mel.log == "log10" else np.log(expected)
    inside = slice(5, -5)  # librosa pads the ends otherwise, and makes one frame more
    frames = get(name)(waveform)
    np.testing.assert_allclose(
        frames[inside], expected[: len(frames)][inside], atol=1e-4
    )


@pytest.mark.parametrize("window, n_fft", [(401, 512), (400, 513), (401, 513)])
def test_odd_windows_are_placed_as_in_librosa(window, n_fft, noise):
    features = small_mel(window=window, n_fft=n_fft, center="start")
    waveform = noise(4000)
    expected = np.log(librosa_mel(waveform, features.parts[0]))
    np.testing.assert_allclose(features(waveform)[3:-3], expected[3:22], atol=1e-4)


def test_decibels_between_two_levels_become_numbers_from_0_to_1(noise):
    settings = {"log": "decibel", "center": "start", "ref_level": 20, "floor": 1e-5}
    waveform = noise(4000)
    decibels = small_mel(**settings)(waveform)
    expected = 20 * np.log10(librosa_mel(waveform, LogMel(**SMALL))) - 20
    np.testing.assert_allclose(decibels[3:-3], expected[3:22], atol=1e-3)
    scaled = small_mel(**settings, min_level=-100)(waveform)
    np.testing.assert_allclose(scaled, (decibels + 100) / 100, atol=1e-6)
    silence = small_mel(**settings, min_level=-100)(np.zeros(4000))
    assert np.all(silence == 0)
    loud = small_mel(log="decibel", mel_norm=None, min_level=-100)(9 * waveform)
    assert loud.max() == 1


def test_powers_have_the_same_decibels_as_magnitudes(noise):
    waveform = noise(4000)
    magnitudes, powers = (
        small_mel(log="decibel", mel_norm=None, power=power, floor=1e-9)(waveform)
        for power in (1, 2)
    )
    # A band's root mean square magnitude and its mean magnitude are not far apart.
    assert np.abs(magnitudes - powers)[:, 10:].max() < 15
    expected = 10 * np.log10(
        librosa_mel(waveform, LogMel(**SMALL, mel_norm=None, power=2, center="start"))
    )
    started = small_mel(log="decibel", mel_norm=None, power=2, center="start")
    np.testing.assert_allclose(started(waveform)[3:-3], expected[3:22], atol=1e-3)


def test_pre_emphasis_is_a_difference_of_neighbours_before_the_analysis(noise):
    waveform = noise(4000).astype("float64")
    emphasised = waveform - 0.85 * np.append(0, waveform[:-1])
    np.testing.assert_allclose(
        small_mel(pre_emphasis=0.85)(waveform)[:-2],
        small_mel()(emphasised)[:-2],
        atol=1e-4,
    )


@pytest.mark.parametrize("name", [name for name in CHOICES if name != "log_f0_16k"])
def test_silence_has_finite_frames(name):
    features = get(name)
    frames = features(np.zeros(5000))
    assert frames.shape == (features.frame_count(5000), 80)
    assert np.isfinite(frames).all() and np.ptp(frames) == 0


def test_bands_between_two_bins_stay_silent(noise):
    with pytest.warns(UserWarning, match="Empty filters"):
        frames = small_mel(n_mels=200, n_fft=400)(noise(1600))
    assert np.isfinite(frames).all()
    assert (frames == np.float32(np.log(1e-5))).all(axis=0).sum() > 10


def test_a_window_of_audio_costs_a_few_milliseconds(noise):
    features, waveform = get("mel_16k"), noise(14000)
    features(waveform)

    def seconds():
        start = time.perf_counter()
        features(waveform)
        return time.perf_counter() - start

    assert min(seconds() for _ in range(5)) < 0.02


@pytest.mark.parametrize(
    "key, value",
    [
        ("sample_rate", 0),
        ("sample_rate", 10**6 + 1),
        ("sample_rate", 16000.0),
        ("hop", 0),
        ("hop", True),
        ("hop", 10**5 + 1),
        ("window", 1),
        ("window", 513),
        ("n_fft", 2**16 + 1),
        ("n_fft", "512"),
        ("n_mels", 0),
        ("n_mels", 1025),
        ("fmin", -1),
        ("fmin", 8000),
        ("fmin", float("nan")),
        ("fmax", 8001),
        ("fmax", 10**400),
        ("power", 3),
        ("power", True),
        ("mel_scale", "bark"),
        ("mel_norm", "none"),
        ("log", "log2"),
        ("log", ["ln"]),
        ("floor", 0),
        ("floor", float("inf")),
        ("ref_level", 20),
        ("min_level", -100),
        ("pre_emphasis", 1),
        ("center", "end"),
    ],
)
def test_a_setting_out_of_range_is_refused_by_its_name(key, value):
    with pytest.raises(ValueError, match=rf"`{key}`.*Received: .*{key}="):
        LogMel(**{**SMALL, key: value})
