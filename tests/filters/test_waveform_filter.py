"""Filters of a waveform: their outputs, inverses and errors."""

import json
import math
import re

import numpy as np
import pytest
from scipy.signal import lfilter

from keras_wavenet import filters
from keras_wavenet.filters import WaveformFilter

pytestmark = pytest.mark.neutral

STABLE = [-0.9, 0.4, -0.2, 0.1]


@pytest.fixture
def waveform():
    return np.random.default_rng(0).uniform(-1, 1, (3, 700)).astype("float32")


@pytest.fixture(params=[[-0.85], STABLE, [0.5] + [0.0] * 62 + [0.3]])
def waveform_filter(request):
    return WaveformFilter(request.param)


def test_it_is_the_difference_equation(waveform, waveform_filter):
    polynomial = [1, *waveform_filter.coefficients]
    expected = waveform_filter.gain * lfilter(polynomial, [1], waveform)
    np.testing.assert_allclose(waveform_filter(waveform), expected, atol=1e-7)
    undone = lfilter([1 / waveform_filter.gain], polynomial, waveform / 8)
    found = waveform_filter.inverse(waveform / 8)
    np.testing.assert_allclose(found, undone.clip(-1, 1), atol=1e-6)


def test_the_inverse_restores_the_waveform(waveform, waveform_filter):
    filtered = waveform_filter(waveform)
    assert filtered.dtype == np.float32 and filtered.shape == waveform.shape
    assert np.abs(filtered - waveform).max() > 0.1
    restored = waveform_filter.inverse(filtered)
    assert restored.dtype == np.float32
    np.testing.assert_allclose(restored, waveform, atol=1e-6)
    alone = waveform_filter.inverse(filtered[0])
    np.testing.assert_allclose(alone, waveform[0], atol=1e-6)


def test_a_segment_is_filtered_to_the_bit_as_the_whole(waveform, waveform_filter):
    whole, order = waveform_filter(waveform), waveform_filter.order
    for start in range(order, order + 9):
        segment = waveform_filter(waveform[:, start - order : 500])[:, order:]
        np.testing.assert_array_equal(segment, whole[:, start:500])


def test_the_size_of_chunks_does_not_change_the_restored_audio(waveform_filter):
    rng = np.random.default_rng(1)
    filtered = rng.uniform(-0.1, 0.1, (2, 1000)).astype("float32")
    whole = waveform_filter.inverse(filtered)
    running = waveform_filter.running_inverse(streams=2)
    for size in (1, 63, 64, 65, 300):
        running.reset()
        starts = range(0, 1000, size)
        chunks = [running(filtered[:, start : start + size]) for start in starts]
        np.testing.assert_array_equal(np.concatenate(chunks, axis=1), whole)


def test_a_running_inverse_continues_after_audio(waveform, waveform_filter):
    filtered = waveform_filter(waveform)
    for start in (0, 1, 3, 200):
        running = waveform_filter.running_inverse(streams=3)
        running.follow(waveform[:, :start])
        found = running(filtered[:, start:])
        np.testing.assert_allclose(found, waveform[:, start:], atol=1e-6)


def test_clipping_the_output_does_not_change_the_state():
    pre_emphasis = filters.get({"pre_emphasis": 0.5, "gain": 1.0})
    assert pre_emphasis(np.float32([1, -1, 1])).tolist() == [1, -1, 1]
    found = pre_emphasis.inverse(np.float32([1, 1, -1, -0.25]))  # 1, 1.5, -0.25, -0.375
    assert found.tolist() == [1, 1, -0.25, -0.375]


def test_without_a_gain_no_audio_is_clipped(waveform_filter):
    signs = np.where(waveform_filter.coefficients[::-1] < 0, -1.0, 1.0)
    loudest = np.append(signs, 1.0)
    assert np.abs(waveform_filter.unclipped(loudest)).max() == pytest.approx(1)
    assert filters.get({"pre_emphasis": 0.85}).gain == pytest.approx(1 / 1.85)


def test_a_gain_costs_its_logarithm_in_bits():
    assert WaveformFilter([-0.5], gain=0.25).bits_of_gain == -2
    assert WaveformFilter([-0.5], gain=1).bits_of_gain == 0


def test_a_config_makes_the_same_filter(waveform, waveform_filter):
    config = json.loads(json.dumps(waveform_filter.get_config()))
    again = filters.get(config)
    np.testing.assert_array_equal(again(waveform), waveform_filter(waveform))
    assert filters.get(waveform_filter) is waveform_filter
    assert "order" in repr(again) and "gain" in repr(again)
    short = filters.get({"pre_emphasis": 0.85}).get_config()
    assert short == {"coefficients": [-0.85], "gain": pytest.approx(1 / 1.85)}


@pytest.mark.parametrize(
    "config, message",
    [
        ({}, "either 'coefficients' or 'pre_emphasis'"),
        ({"pre_emphasis": 0.5, "coefficients": [0.1]}, "either 'coefficients' or"),
        ({"pre_emphasis": 0.5, "order": 2}, "Received: ['order', 'pre_emphasis']"),
        ({"pre_emphasis": 1.0}, "above 0 and at most 0.9999"),
        ({"pre_emphasis": 0}, "above 0"),
        ({"pre_emphasis": "0.85"}, "`pre_emphasis` must be a number"),
        ({"pre_emphasis": math.nan}, "`pre_emphasis` must be a number"),
        ({"coefficients": 0.5}, "list of 1 to 64 numbers"),
        ({"coefficients": []}, "list of 1 to 64 numbers"),
        ({"coefficients": [0.0] * 65}, "list of 1 to 64 numbers"),
        ({"coefficients": [0.1, math.nan]}, "`coefficients[1]` must be a finite"),
        ({"coefficients": [True]}, "`coefficients[0]` must be a finite"),
        ({"coefficients": [10**400]}, "`coefficients[0]` must be a finite"),
        ({"coefficients": [-1.2]}, "stable inverse"),
        ({"coefficients": [-1.9, 0.95, -0.9]}, "stable inverse"),
        ({"coefficients": [0.0, 1.0]}, "stable inverse"),
        ({"coefficients": [0.5], "gain": 0}, "`gain` must be a number from 0.001"),
        ({"coefficients": [0.5], "gain": math.inf}, "`gain` must be a number"),
        ({"coefficients": [0.5], "gain": "1"}, "`gain` must be a number"),
    ],
)
def test_unstable_inverses_and_other_configs_are_refused(config, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        filters.get(config)


def test_a_name_is_refused():
    with pytest.raises(TypeError, match="must be a dict such as"):
        filters.get("pre_emphasis")


def test_filters_are_refused_exactly_where_poles_leave_the_unit_circle():
    rng = np.random.default_rng(0)
    for _ in range(200):
        poles = rng.uniform(0.5, 1.1, 3) * np.exp(1j * rng.uniform(0, np.pi, 3))
        coefficients = np.poly([*poles, *poles.conj()]).real[1:]
        farthest = np.abs(poles).max()
        if farthest < 0.995:
            WaveformFilter(coefficients)
        elif farthest > 1:
            with pytest.raises(ValueError, match="stable inverse"):
                WaveformFilter(coefficients)
