"""Inputs of a model: frames are filled in at the edges, wrong arrays refused."""

import numpy as np
import pytest
from keras import ops

from keras_wavenet.models.architecture import Architecture
from keras_wavenet.models.inputs import check_arrays, fill_in_frames

B, T, HOP = 2, 8, 4
ALL = Architecture(
    [1],
    speakers=["ann", "ben"],
    tags=["calm", "loud", "fast"],
    global_channels=2,
    local_channels=3,
    hop=HOP,
)
ARRAYS = {
    "waveform": np.zeros((B, T), "float32"),
    "speaker": np.zeros(B, "int32"),
    "tags": np.zeros((B, 3), "float32"),
    "global": np.zeros((B, 2), "float32"),
    "local": np.zeros((B, 2, 3), "float32"),
}


@pytest.mark.parametrize("frames, context", [(2, 0), (2, 1), (3, 1), (5, 4)])
def test_frames_of_a_window_are_filled_in_at_its_edges(frames, context):
    clip = np.arange(2.0 * 9 * 3, dtype="float32").reshape(2, 9, 3)
    inputs = {"waveform": np.zeros((B, T)), "local": clip[:, 4 : 4 + frames]}
    if context:
        inputs["local_context"] = clip[:, 4 - context : 4]
    found = ops.convert_to_numpy(fill_in_frames(inputs, HOP, before=2, after=1))
    numbers = np.arange(2, 7).clip(4 - context, 4 + frames - 1)
    np.testing.assert_array_equal(found, clip[:, numbers])


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
