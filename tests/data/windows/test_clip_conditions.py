"""Speakers and tags of a clip, as inputs of a model."""

import numpy as np
import pytest

from keras_wavenet.data import speaker_names, tag_names
from keras_wavenet.data.windows.inputs import speaker_index, tag_vector

pytestmark = pytest.mark.neutral


def test_a_speaker_is_an_index_in_the_order_of_the_model(spoken_source):
    speakers = speaker_index(spoken_source, ("zoe", "ida", "other", "max"))
    found = [speakers.read(clip, 0)["speaker"] for clip in range(6)]
    assert found == [1, 3, 1, 0, 3, 1]
    assert {index.dtype for index in found} == {np.dtype("int32")}


def test_tags_are_marked_each_for_itself(spoken_source):
    tags = tag_vector(spoken_source, ("low", "loud", "other"))
    found = np.stack([tags.read(clip, 0)["tags"] for clip in range(6)])
    expected = [[1, 1, 0], [0, 0, 0], [1, 0, 0], [0, 0, 0], [0, 1, 0], [1, 0, 0]]
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == "float32"


def test_names_are_listed_for_a_new_model(spoken_source, noise_source):
    assert speaker_names(spoken_source) == ["ida", "max", "zoe"]
    assert tag_names(spoken_source) == ["loud", "low"]
    assert speaker_names(noise_source) == tag_names(noise_source) == []


def test_a_speaker_that_is_not_the_models_is_refused(spoken_source):
    message = (
        r"model: ida, max\. Received: 1 of 6 clips .*clip-3 \(speaker='zoe'\)\. "
        r"Give the model all of them \(`speakers=\[\.\.\.\]`.*speaker_names"
    )
    with pytest.raises(ValueError, match=message):
        speaker_index(spoken_source, ("ida", "max"))


def test_a_clip_without_a_speaker_is_refused(noise_source):
    message = (
        r"Received: 6 of 6 clips .*clip-0 \(speaker=None\)\. "
        r"Name them in a `speaker` column of metadata\.csv"
    )
    with pytest.raises(ValueError, match=message):
        speaker_index(noise_source, ("ida", "max"))


def test_a_tag_that_is_not_the_models_is_refused(spoken_source):
    with pytest.raises(
        ValueError,
        match=r"model in arrays: low\. Received: 1 others, such as 'loud' of clip-0",
    ):
        tag_vector(spoken_source, ("low",))


def test_long_lists_of_names_are_cut_short(spoken_source):
    with pytest.raises(ValueError, match=r": p0, .*, p9 and 990 more\. Received"):
        speaker_index(spoken_source, [f"p{number}" for number in range(1000)])
