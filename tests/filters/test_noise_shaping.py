"""Filters from a dataset: their spectrum and their gain."""

import numpy as np
import pytest

from keras_wavenet.filters import WaveformFilter, noise_shaping
from keras_wavenet.filters.measurements import (
    clipped_share,
    mean_power_spectrum,
    peaks,
)
from keras_wavenet.filters.noise_shaping import linear_prediction

pytestmark = pytest.mark.neutral


def decibels(power):
    return 10 * np.log10(power)


def response(waveform_filter, points=513):
    """The power of `1 / A` from 0 Hz to half the sample rate."""
    polynomial = np.append(1.0, waveform_filter.coefficients)
    return 1 / np.square(np.abs(np.fft.rfft(polynomial, 2 * (points - 1))))


def test_linear_prediction_finds_the_filter_of_a_signal(resonances):
    signal, coefficients = resonances
    lags = [signal[k:] @ signal[: len(signal) - k] for k in range(5)]
    found = linear_prediction(np.array(lags, "float64"))
    np.testing.assert_allclose(found, coefficients, atol=0.02)


def test_full_strength_makes_audio_white(resonances, make_source):
    signal, _ = resonances
    found = noise_shaping(make_source([signal]), strength=1, order=16)
    before = decibels(mean_power_spectrum(make_source([signal])))[8:-8]
    after = decibels(mean_power_spectrum(make_source([found(signal)])))[8:-8]
    assert np.ptp(before) > 40
    assert np.ptp(after) < 5


@pytest.mark.parametrize("strength", [0.25, 0.5, 0.75, 1])
def test_noise_gets_the_spectrum_of_the_audio_to_the_strength(
    strength, resonances, make_source
):
    source = make_source([resonances[0]])
    shape = decibels(response(noise_shaping(source, strength)))
    audio = strength * decibels(mean_power_spectrum(source))
    difference = (shape - audio)[8:-8]
    assert np.abs(difference - difference.mean()).max() < 3


def test_the_loudest_filtered_sample_is_as_loud_as_the_audio(resonances, make_source):
    signal, _ = resonances
    clips = [signal[:1000], signal[1000:200_000], signal[200_000:]]
    for source in (make_source(clips), make_source([20 * clip for clip in clips])):
        found = noise_shaping(source)
        plain, filtered = peaks(found, source)
        assert plain == pytest.approx(
            max(np.abs(c).max() for c in source.reader.waveforms)
        )
        assert filtered == pytest.approx(plain, rel=1e-5) and filtered <= plain


def test_a_gain_is_measured_for_any_filter_and_clipping_is_counted(make_source):
    square = np.tile(np.repeat([0.5, -0.5], 10), 100)
    source = make_source([square])
    found = WaveformFilter([-0.85]).measured_on(source)
    assert found.gain == pytest.approx(0.5 / 0.925, rel=1e-5)
    assert clipped_share(found, source) == 0
    loud = WaveformFilter([-0.85], gain=1.5)  # 0.925 where the sign changes
    assert clipped_share(loud, source) == pytest.approx(0.1, abs=1e-3)


def test_a_clip_is_measured_as_a_whole(resonances, make_source):
    signal = resonances[0]
    pre_emphasis = WaveformFilter([-0.85], gain=1.0)
    _, filtered = peaks(pre_emphasis, make_source([signal]))  # in blocks of 65,536
    assert filtered == np.abs(pre_emphasis.unclipped(signal)).max()


def test_at_most_the_given_number_of_clips_is_read(resonances, make_source):
    source = make_source(np.split(resonances[0], 100))
    noise_shaping(source, most_clips=10)
    assert {index for index, _, _ in source.reader.reads} == set(range(0, 100, 10))


def test_short_clips_count(make_source):
    tones = [0.1 * np.sin(np.arange(n)) for n in (1, 30, 900)]
    assert noise_shaping(make_source(tones), order=4).order == 4


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"strength": 0}, "`strength` must be"),
        ({"strength": 1.5}, "`strength` must be"),
        ({"strength": float("nan")}, "`strength` must be"),
        ({"order": 0}, "`order` must be an integer from 1 to 64"),
        ({"order": 65}, "`order` must be an integer from 1 to 64"),
        ({"order": 2.0}, "`order` must be an integer"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message, make_source):
    with pytest.raises(ValueError, match=message):
        noise_shaping(make_source([np.ones(100)]), **arguments)


def test_silence_has_no_spectrum(make_source):
    with pytest.raises(ValueError, match="must have audio"):
        noise_shaping(make_source([np.zeros(5000)]))
    with pytest.raises(ValueError, match="must have audio"):
        WaveformFilter([-0.85]).measured_on(make_source([np.zeros(5000)]))
