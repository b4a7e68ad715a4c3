"""Normalization of clips: their gains, their order with other options, their report."""

import numpy as np
import pytest

from keras_wavenet import data
from keras_wavenet.data.loudness import measure_loudness
from keras_wavenet.data.normalization import Normalization, normalized

pytestmark = pytest.mark.neutral

RATE = 16000
NOISE = np.random.default_rng(0).uniform(-0.2, 0.2, RATE).astype("float32")
SILENCE = np.zeros(RATE, "float32")
HUM = 0.1 * np.cos(2 * np.pi * 30 * np.arange(RATE) / RATE) + 0.05


def rms(waveform):
    return 20 * np.log10(np.sqrt(np.mean(np.square(waveform, dtype="float64"))))


def opened(*waveforms, **options):
    return data.open_source([*waveforms], "all", RATE, stored_rate=RATE, **options)


@pytest.mark.parametrize(
    ("kind", "peaks", "levels"),
    [
        ("peak", [0.98855, 0.98855], None),
        ("peak:-6", [0.50119, 0.50119], None),
        ("rms", None, [-26, -26]),
        ("rms:-40", None, [-40, -40]),
    ],
)
def test_each_clip_is_brought_to_the_level(kind, peaks, levels):
    found = opened(NOISE, 0.1 * NOISE, normalize=kind)
    for clip, original in zip(found, (NOISE, 0.1 * NOISE), strict=True):
        gains = clip.waveform[original != 0] / original[original != 0]
        np.testing.assert_allclose(gains, gains[0], rtol=1e-5)
    if peaks:
        np.testing.assert_allclose(
            [np.abs(c.waveform).max() for c in found], peaks, 1e-4
        )
    else:
        np.testing.assert_allclose([rms(c.waveform) for c in found], levels, atol=1e-3)


def test_a_click_keeps_the_root_mean_square_from_clipping_it():
    click = np.where(np.arange(RATE) == 99, 0.9, 0.01 * NOISE).astype("float32")
    (clip,) = opened(click, normalize="rms:-20")
    assert np.abs(clip.waveform).max() == pytest.approx(10 ** (-0.1 / 20))
    assert rms(clip.waveform) < -30


def test_any_window_is_that_slice_of_the_whole_processed_clip():
    source = opened(HUM + NOISE, NOISE, high_pass=70, trim_silence=-40, normalize="rms")
    whole = source[0].waveform
    for start, stop in [(0, 9), (-5, 700), (8123, 12000), (RATE - 3, RATE + 4)]:
        expected = np.pad(whole, 10)[start + 10 : stop + 10]
        np.testing.assert_array_equal(source.read(0, start, stop), expected)
    np.testing.assert_array_equal(np.concatenate([*source.blocks(0)]), whole)


def test_the_gain_is_measured_after_the_high_pass_and_on_what_is_kept():
    sound = np.concatenate([SILENCE[:6400], NOISE, SILENCE[:6400]])
    clip = sound + np.tile(HUM, 2)[: len(sound)]
    options = {"high_pass": 100, "trim_silence": -40, "normalize": "rms"}
    (found,) = opened(clip.astype("float32"), **options)
    kept = len(found.waveform) - RATE  # the hum no longer hides silence
    assert 2 * 800 <= kept <= 2 * (800 + 160)
    assert rms(found.waveform) == pytest.approx(-26, abs=1e-3)
    assert rms(found.waveform[800:-800]) == pytest.approx(-25.6, abs=0.1)


def test_the_loudness_of_a_clip_is_that_of_its_processed_audio():
    loud = np.concatenate([NOISE, 0.004 * NOISE])  # the end is quiet before, not after
    source = opened(loud, high_pass=70, normalize="peak")
    (clip,) = source
    found, expected = clip.info.loudness, measure_loudness(clip.waveform)
    assert (found.samples, found.quiet) == (expected.samples, expected.quiet)
    assert found.peak == pytest.approx(expected.peak, rel=1e-6)
    assert found.energy == pytest.approx(expected.energy, rel=1e-6)
    assert any("gains from +" in note for note in source.report.notes)
    assert any("high-pass at 70 Hz" in note for note in source.report.notes)


def test_a_silent_clip_keeps_its_level_and_is_counted(make_source):
    faint = 1e-3 * NOISE
    source = normalized(make_source([faint, NOISE]), Normalization.parse("rms"))
    np.testing.assert_array_equal(source[0].waveform, faint)
    assert "nowhere louder than -60 dBFS, not normalized: 1" in source.report.notes[-1]
    with pytest.raises(ValueError, match="none of them louder than -60 dBFS"):
        normalized(make_source([faint]), Normalization.parse("rms"))


def test_nothing_is_read_or_wrapped_without_the_options(make_source):
    source = make_source([NOISE])
    assert data.open_source(source, "all", RATE) is source
    assert source.reader.reads == []


@pytest.mark.parametrize("kind", ["loud", "rms:", "rms:3", "peak:nan", "peak:-61", 1])
def test_an_unknown_level_is_refused_before_data_is_opened(kind):
    with pytest.raises(ValueError, match="Received: normalize="):
        data.load("./gone", spec=data.DataSpec(RATE, 0), normalize=kind)


def test_windows_and_their_frames_are_of_the_processed_audio(tmp_path):
    features = data_features()
    spec = data.DataSpec(
        RATE, 64, ("local",), 160, features=features, local_hop=160, local_channels=1
    )
    options = {"high_pass": 70, "normalize": "peak"}
    clip = (HUM + NOISE).astype("float32")
    (expected,) = opened(clip, **options)
    x, y, weight = data.make_windows(
        [clip], spec=spec, window_length=4000, stored_rate=RATE, **options
    )
    np.testing.assert_array_equal(y[weight == 1], expected.waveform)
    np.testing.assert_array_equal(
        x["local"].reshape(-1, 1), features(expected.waveform)
    )


def data_features():
    """The largest sample of each frame, as features of a whole clip."""

    class Peaks:
        sample_rate, hop, channels, whole_clip = RATE, 160, 1, True

        def __call__(self, waveform):
            return np.abs(waveform).reshape(-1, 160).max(axis=1, keepdims=True)

    return Peaks()
