"""Conditions as users give them: rows for streams, frames around what is known."""

import numpy as np
import pytest
from keras import ops

from keras_wavenet.models.architecture import Architecture
from keras_wavenet.models.conditions import (
    StreamConditions,
    check_arrays,
    fill_in_frames,
)

B, T, HOP = 2, 8, 4
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
ARRAYS = {
    "waveform": np.zeros((B, T), "float32"),
    "speaker": np.zeros(B, "int32"),
    "tags": np.zeros((B, 3), "float32"),
    "global": np.zeros((B, 2), "float32"),
    "local": np.zeros((B, 2, 3), "float32"),
}


@pytest.mark.neutral
def test_conditions_have_a_row_for_each_stream():
    told = StreamConditions(ALL, GOOD, streams=2)
    np.testing.assert_array_equal(told.vectors["speaker"], [1, 0])
    np.testing.assert_array_equal(told.vectors["tags"], [[0, 1, 0]] * 2)
    np.testing.assert_array_equal(told.vectors["global"], [[0.5, 1]] * 2)
    assert told.frames.shape == (2, 4, 3) and told.frames.dtype == "float32"
    assert told.earlier_frames.shape == (2, 0, 3)
    assert told.samples() == 16


@pytest.mark.neutral
@pytest.mark.parametrize("speaker", ["ben", 1, np.int64(1), ["ben"], np.array([1, 1])])
def test_a_speaker_is_a_name_or_an_index(speaker):
    told = StreamConditions(ALL, {**GOOD, "speaker": speaker}, streams=2)
    np.testing.assert_array_equal(told.vectors["speaker"], [1, 1])
    assert told.vectors["speaker"].dtype == "int32"


@pytest.mark.neutral
@pytest.mark.parametrize("tags", [[], np.zeros(3), np.zeros((2, 3), bool)])
def test_no_tag_may_hold(tags):
    told = StreamConditions(ALL, {**GOOD, "tags": tags}, streams=2)
    np.testing.assert_array_equal(told.vectors["tags"], np.zeros((2, 3)))


@pytest.mark.neutral
def test_edge_frames_go_on_for_ever():
    earlier = -np.ones((2, 1, 3))
    told = StreamConditions(ALL, {**GOOD, "local_context": earlier}, streams=2)
    found = told.frames_between(-3, 6)[0, :, 0]
    np.testing.assert_array_equal(found, [-1, -1, -1, 0, 3, 6, 9, 9, 9])


@pytest.mark.parametrize("frames, context", [(2, 0), (2, 1), (3, 1), (5, 4)])
def test_frames_of_a_window_are_filled_in_at_its_edges(frames, context):
    clip = np.arange(2.0 * 9 * 3, dtype="float32").reshape(2, 9, 3)
    inputs = {"waveform": np.zeros((B, T)), "local": clip[:, 4 : 4 + frames]}
    if context:
        inputs["local_context"] = clip[:, 4 - context : 4]
    found = ops.convert_to_numpy(fill_in_frames(inputs, HOP, before=2, behind=1))
    numbers = np.arange(2, 7).clip(4 - context, 4 + frames - 1)
    np.testing.assert_array_equal(found, clip[:, numbers])


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


BAD = {
    "missing": ({"speaker": None}, "Received: .*'global', 'local', 'tags', 'waveform'"),
    "unknown": ({"pitch": np.zeros(B)}, "`inputs` must have .*Received: .*'pitch'"),
    "float speaker": (
        {"speaker": np.full(B, 0.7)},
        "`speaker` must hold integers.* dtype=float64",
    ),
    "speaker out of range": (
        {"speaker": np.array([0, 2])},
        "indices from 0 to 1. Received: indices from 0 to 2",
    ),
    "named speaker": ({"speaker": ["ann", "ben"]}, "`speaker` must hold integers"),
    "another tag": ({"tags": np.zeros((B, 4))}, r"\(batch, 3\). .*shape=\(2, 4\)"),
    "other channels": ({"local": np.zeros((B, 2, 5))}, r"frames, 3\). .*=\(2, 2, 5\)"),
    "too few frames": (
        {"local": np.zeros((B, 1, 3))},
        "2 frames of 4 samples. Received: frames=1, enough for 4 samples",
    ),
    "not a number": ({"local": np.full((B, 2, 3), np.nan)}, "`local` must be finite"),
    "infinite": ({"global": np.full((B, 2), np.inf)}, "`global` must be finite"),
    "another batch": ({"tags": np.zeros((3, 3))}, "same batch size. .*tags=3"),
    "context_valid": (
        {"context_valid": np.zeros(B, "int32")},
        "Received: .*'context_valid'",
    ),
}


@pytest.mark.parametrize("changes, message", BAD.values(), ids=BAD.keys())
def test_bad_arrays_are_refused(changes, message):
    inputs = {**ARRAYS, **changes}
    if inputs["speaker"] is None:
        del inputs["speaker"]
    check_arrays(ALL, ARRAYS)
    with pytest.raises(ValueError, match=message):
        check_arrays(ALL, inputs)
