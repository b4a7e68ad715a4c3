"""Stored samples become waveforms, and stored labels words."""

import io

import numpy as np
import pytest
import soundfile
import tensorflow_datasets as tfds

from keras_wavenet.data.scan import UnusableAudioError
from keras_wavenet.data.tfds import examples
from keras_wavenet.data.tfds.examples import find_value, to_text

pytestmark = pytest.mark.neutral


def to_waveform(stored):
    return examples.to_waveform(stored)[0]


def test_a_value_is_found_by_its_path():
    example = {"audio": 1, "audio/filename": 2, "instrument": {"label": 3}}
    paths = ("audio", "audio/filename", "instrument/label")
    assert [find_value(example, path) for path in paths] == [1, 2, 3]


@pytest.mark.parametrize("dtype", ["int16", "int32", "int64"])
def test_integers_are_pcm_of_16_bits_whatever_their_dtype(dtype):
    waveform = to_waveform(np.array([-(2**15), 0, 2**14], dtype))
    assert waveform.dtype == np.float32
    np.testing.assert_array_equal(waveform, [-1, 0, 0.5])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_are_taken_as_they_are(dtype):
    waveform = to_waveform(np.array([-1.5, 0, 0.25], dtype))
    assert waveform.dtype == np.float32
    np.testing.assert_array_equal(waveform, [-1.5, 0, 0.25])


def test_channels_are_mixed():
    stereo = np.array([[0.5, 0.0], [0.5, 1.0]])
    np.testing.assert_array_equal(to_waveform(stereo), [0.25, 0.75])


def test_of_channels_that_cancel_each_other_the_loudest_is_taken():
    tone = np.sin(np.arange(100)).astype("float32")
    stereo = np.stack([0.4 * tone, -0.5 * tone], axis=1)
    waveform, channel = examples.to_waveform(stereo)
    assert channel == 1
    np.testing.assert_array_equal(waveform, stereo[:, 1])


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_a_truncated_file_that_was_not_decoded_yet_is_reported(subtype):
    file = io.BytesIO()
    tone = 0.5 * np.sin(np.arange(200_000) / 20)
    soundfile.write(file, tone, 16000, format="OGG", subtype=subtype)
    with pytest.raises(UnusableAudioError, match="truncated"):
        to_waveform(file.getvalue()[: len(file.getvalue()) // 2])


def test_a_file_that_was_not_decoded_yet_is_decoded():
    file = io.BytesIO()
    samples = np.array([[0.5, -0.5], [0.25, 0.75]])
    soundfile.write(file, samples, 16000, format="FLAC")
    np.testing.assert_array_equal(to_waveform(file.getvalue()), [0, 0.5])


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        (np.float32(0.5), r"has the shape \(\), expected \(samples,\)"),
        (np.zeros((9, 2, 2)), r"has the shape \(9, 2, 2\)"),
        (np.zeros((2, 9000)), r"has the shape \(2, 9000\)"),  # channels come last
        (np.zeros((9000, 0)), r"has the shape \(9000, 0\)"),
        (np.zeros(0), "holds no samples"),
        (np.array([0, np.nan]), "NaN or infinite"),
        (np.array([[np.inf, -np.inf]]), "NaN or infinite"),
        (np.array([0, 8.5]), r"up to 8.5, expected values in \[-1, 1\]"),
        (np.array([0, -(2**30)]), "integers up to 1073741824, expected PCM of 16 bits"),
        (b"RIFF of nothing", "not readable as audio"),
    ],
)
def test_what_is_not_audio_is_reported_with_its_reason(stored, reason):
    with pytest.raises(UnusableAudioError, match=reason):
        to_waveform(stored)


CLASSES = tfds.features.ClassLabel(names=["no", "yes"])


@pytest.mark.parametrize(
    ("value", "feature", "text"),
    [
        (b"caf\xc3\xa9", tfds.features.Text(), "café"),
        ("words", tfds.features.Text(), "words"),
        (b"\xff", tfds.features.Text(), "\N{REPLACEMENT CHARACTER}"),
        (b"", tfds.features.Text(), None),
        (84, tfds.features.Scalar(np.int64), "84"),
        (np.int64(1), CLASSES, "yes"),
        (np.array(0), CLASSES, "no"),
        (-1, CLASSES, None),  # as tfds marks classes that are not known
        (7, tfds.features.ClassLabel(num_classes=9), "7"),
        ([0, 1, 1], tfds.features.Sequence(CLASSES), "no yes yes"),
        (np.array([4, 2]), tfds.features.Sequence(np.int64), "4 2"),
        ([], tfds.features.Sequence(CLASSES), None),
    ],
)
def test_labels_are_put_in_words(value, feature, text):
    assert to_text(value, feature) == text
