"""The high-pass of clips: what it removes, and that windows equal the whole."""

import numpy as np
import pytest

from keras_wavenet import data
from keras_wavenet.data.high_pass import high_pass_kernel, high_passed
from keras_wavenet.data.reader import BLOCK_LENGTH

pytestmark = pytest.mark.neutral

RATE = 16000
CUTOFF = 70


def tone(frequency, seconds=1.0):
    return 0.5 * np.sin(2 * np.pi * frequency * np.arange(int(RATE * seconds)) / RATE)


def test_every_window_equals_that_slice_of_the_whole_filtered_clip(make_source):
    rng = np.random.default_rng(0)
    clip = rng.uniform(-0.5, 0.5, BLOCK_LENGTH + 4321).astype("float32")
    source = high_passed(make_source([clip[:50], clip]), CUTOFF)
    kernel = high_pass_kernel(CUTOFF, RATE)
    padded = np.pad(clip, len(kernel) // 2, "symmetric")
    expected = np.convolve(padded, kernel, "valid").astype("float32")
    np.testing.assert_array_equal(source[1].waveform, expected)
    for start in (
        0,
        1,
        333,
        BLOCK_LENGTH - 20,
        len(clip) - 7,
        *rng.integers(0, 9e3, 9),
    ):
        stop = min(start + int(rng.integers(1, 3000)), len(clip))
        np.testing.assert_array_equal(source.read(1, start, stop), expected[start:stop])
    np.testing.assert_array_equal(np.concatenate([*source.blocks(1)]), expected)
    short = np.pad(clip[:50], len(kernel) // 2, "symmetric")  # as the filter is longer
    expected = np.convolve(short, kernel, "valid").astype("float32")
    np.testing.assert_array_equal(source.read(0, -3, 53), np.pad(expected, 3))


def test_hum_goes_and_what_lies_above_stays_where_it_is(make_source):
    clips = [tone(35), tone(70), tone(105), tone(1000)]
    found = [clip.waveform for clip in high_passed(make_source(clips), CUTOFF)]
    inside = slice(RATE // 4, -RATE // 4)
    gains = [
        np.vdot(after[inside], before[inside]) / np.vdot(before[inside], before[inside])
        for after, before in zip(found, clips, strict=True)
    ]
    assert abs(gains[0]) < 0.01
    np.testing.assert_allclose(gains[1:], [0.5, 1, 1], atol=0.01)
    np.testing.assert_allclose(found[3][inside], clips[3][inside], atol=0.005)


def test_a_constant_offset_goes_without_a_step_at_the_ends(make_source):
    clips = [0.3 + np.zeros(2000), 0.3 + tone(1000)]
    silent, shifted = high_passed(make_source(clips), CUTOFF)
    assert np.abs(silent.waveform).max() < 1e-7
    np.testing.assert_allclose(shifted.waveform, tone(1000), atol=0.025)


@pytest.mark.parametrize("cutoff", [0, 4.9, True, "70", float("nan"), float("inf")])
def test_a_cutoff_out_of_range_is_refused_before_data_is_opened(cutoff):
    with pytest.raises(ValueError, match="Received: high_pass="):
        data.open_source("./gone", "train", RATE, high_pass=cutoff)


def test_a_cutoff_too_high_for_the_rate_is_refused(make_source):
    with pytest.raises(ValueError, match="Received: high_pass=4001, at 16000 Hz"):
        data.open_source(make_source([tone(440)]), "all", RATE, high_pass=4001)
