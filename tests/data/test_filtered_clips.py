"""Clips that are filtered when they are read."""

import numpy as np
import pytest

from keras_wavenet.data import DataSpec, WindowDataset
from keras_wavenet.data.reader import BLOCK_LENGTH
from keras_wavenet.filters import WaveformFilter

pytestmark = pytest.mark.neutral

FILTER = WaveformFilter([-0.9, 0.4, -0.2])


def test_every_segment_is_that_of_the_whole_filtered_clip(noise_source):
    source = noise_source.filtered(FILTER)
    for index, clip in enumerate(noise_source):
        whole, length = FILTER(clip.waveform), len(clip.waveform)
        np.testing.assert_array_equal(source[index].waveform, whole)
        np.testing.assert_array_equal(source.read(index, 5, length), whole[5:])
        np.testing.assert_array_equal(np.concatenate(list(source.blocks(index))), whole)
        np.testing.assert_array_equal(source.read(index, 2, 6), whole[2:6])
        around = np.pad(whole, 9)
        np.testing.assert_array_equal(source.read(index, -9, length + 9), around)


def test_blocks_join_to_the_filtered_clip(make_source):
    rng = np.random.default_rng(0)
    long = rng.uniform(-1, 1, 2 * BLOCK_LENGTH + 7)
    source = make_source([long]).filtered(FILTER)
    blocks = np.concatenate(list(source.blocks(0)))
    np.testing.assert_array_equal(blocks, FILTER(long.astype("float32")))


@pytest.mark.parametrize("shuffle", [True, False])
def test_windows_hold_what_the_whole_filtered_clip_has(
    shuffle, noise_source, make_source
):
    options = {"batch_size": 14, "window_length": 100, "pipeline": "grain"}
    spec = DataSpec(16000, 30, waveform_filter=FILTER)
    found = WindowDataset(noise_source, spec, shuffle=shuffle, **options)
    whole = [FILTER(clip.waveform) for clip in noise_source]
    filtered = make_source(whole)
    expected = WindowDataset(filtered, DataSpec(16000, 30), shuffle=shuffle, **options)
    for (x, y, weight), (x2, y2, weight2) in zip(found, expected, strict=True):
        np.testing.assert_array_equal(weight, weight2)
        np.testing.assert_array_equal(y, y2)
        for name in ("waveform", "context"):
            np.testing.assert_array_equal(x[name], x2[name])
        assert weight.any()


def test_a_part_of_a_dataset_is_filtered_too(noise_source):
    spec = DataSpec(16000, 0, waveform_filter=FILTER)
    options = {"batch_size": 1, "window_length": 600, "shuffle": False}
    dataset = WindowDataset(noise_source, spec, pipeline="grain", **options)
    ((_, y, _),) = dataset.of_clips([5], "the last")
    np.testing.assert_array_equal(y[0, :555], FILTER(noise_source[5].waveform))
    assert dataset.source is noise_source
    plain = WindowDataset(noise_source, DataSpec(16000, 0), pipeline="grain")
    assert plain.modelled_source is noise_source
