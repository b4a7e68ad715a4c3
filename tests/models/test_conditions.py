"""Conditions of generation: a row for each stream, and frames beyond the edges."""

import numpy as np
import pytest

from keras_wavenet.models.architecture import Architecture
from keras_wavenet.models.conditions import StreamConditions

HOP = 4
ALL = Architecture(
    [1],
    speakers=["ann", "ben"],
    tags=["calm", "loud", "fast"],
    global_channels=2,
    local_channels=3,
    hop=HOP,
)
GOOD = {
    "speaker": [1, 0],
    "tags": ["loud"],
    "global": [0.5, 1.0],
    "local": np.arange(12.0).reshape(4, 3),
}


@pytest.mark.neutral
def test_conditions_have_a_row_for_each_stream():
    given = StreamConditions(ALL, GOOD, streams=2)
    np.testing.assert_array_equal(given.vectors["speaker"], [1, 0])
    np.testing.assert_array_equal(given.vectors["tags"], [[0, 1, 0]] * 2)
    np.testing.assert_array_equal(given.vectors["global"], [[0.5, 1]] * 2)
    assert given.frames.shape == (2, 4, 3) and given.frames.dtype == "float32"
    assert given.earlier_frames.shape == (2, 0, 3)
    assert given.samples() == 16


@pytest.mark.neutral
@pytest.mark.parametrize("speaker", ["ben", 1, np.int64(1), ["ben"], np.array([1, 1])])
def test_a_speaker_is_a_name_or_an_index(speaker):
    given = StreamConditions(ALL, {**GOOD, "speaker": speaker}, streams=2)
    np.testing.assert_array_equal(given.vectors["speaker"], [1, 1])
    assert given.vectors["speaker"].dtype == "int32"


@pytest.mark.neutral
@pytest.mark.parametrize("tags", [[], np.zeros(3), np.zeros((2, 3), bool)])
def test_no_tag_may_hold(tags):
    given = StreamConditions(ALL, {**GOOD, "tags": tags}, streams=2)
    np.testing.assert_array_equal(given.vectors["tags"], np.zeros((2, 3)))


@pytest.mark.neutral
def test_edge_frames_go_on_for_ever():
    earlier = -np.ones((2, 1, 3))
    given = StreamConditions(ALL, {**GOOD, "local_context": earlier}, streams=2)
    found = given.frames_between(-3, 6)[0, :, 0]
    np.testing.assert_array_equal(found, [-1, -1, -1, 0, 3, 6, 9, 9, 9])


@pytest.mark.neutral
@pytest.mark.parametrize(
    "changes, streams, message",
    [
        ({"local": None}, 2, r"Received: \['global', .*, without 'local'$"),
        ({"local": None, "tags": None}, 2, "without 'tags', 'local'$"),
        ({"local": [[1, 2, 3], [4]]}, 2, "`local` .*rows that are not equally long"),
        ({"speaker": [0, 1]}, 1, r"one, for one stream; `streams` .*=\[0, 1\]"),
    ],
)
def test_what_does_not_serve_the_streams_is_refused(changes, streams, message):
    conditions = {**GOOD, "speaker": 0, **changes}
    conditions = {n: value for n, value in conditions.items() if value is not None}
    with pytest.raises(ValueError, match=message):
        StreamConditions(ALL, conditions, streams)
