"""Rows of conditions by NumPy: those of the backend, but rounded once."""

import numpy as np
import pytest
from keras import ops

from keras_wavenet.generation.engines.cpu.condition_rows import ConditionRows, has_rows
from tests.family import KINDS, SMALL

STREAMS, COUNT, OFFSET = 2, 13, 4
NETWORKS = {
    "encoded": KINDS["predicted"],
    "interpolated": {  # one-hot speakers and a vector; no encoder
        "speakers": 2,
        "tags": 3,
        "global_channels": 3,
        "local_channels": 8,
        "hop": 6,
        "upsampling": "linear",
    },
}


@pytest.fixture(params=NETWORKS)
def conditioning(request, tiny_wavenet):
    model = tiny_wavenet(**{**SMALL, **NETWORKS[request.param]})
    return model.network.conditioning


@pytest.fixture
def inputs(conditioning):
    a, normal = conditioning.architecture, np.random.default_rng(0).normal
    given = {"speaker": np.array([1, 0], "int32")}
    if a.tag_count:
        given["tags"] = np.array([[1, 0, 1], [0, 0, 1]], "float32")
    if a.global_channels:
        given["global"] = normal(size=(STREAMS, a.global_channels)).astype("float32")
    frames = sum(a.frame_margins) + 4
    channels = a.local_channels + a.predictor_channels
    local = normal(size=(STREAMS, frames, channels)).astype("float32")
    return given, local


def assert_close(rows, expected):
    expected = dict(expected)
    assert set(rows) == set(expected)
    for name, row in rows.items():
        pairs = zip(row, expected[name], strict=True)
        pairs = pairs if isinstance(row, tuple) else [(row, expected[name])]
        for one, other in pairs:
            assert one.dtype == "float32"
            other = ops.convert_to_numpy(other)
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def test_rows_of_samples_are_those_of_the_backend(conditioning, inputs):
    vectors, local = inputs
    span = (OFFSET, COUNT)
    rows = ConditionRows(conditioning).rows_of_samples(vectors, local, *span)
    tensors = {name: ops.convert_to_tensor(v) for name, v in vectors.items()}
    frames = ops.convert_to_tensor(local)
    assert_close(rows, conditioning.rows_of_samples(tensors, frames, *span))


def test_rows_of_a_sequence_are_those_of_the_backend(conditioning, inputs):
    vectors, local = inputs
    waveform = np.zeros((STREAMS, conditioning.architecture.context_length + COUNT))
    rows = ConditionRows(conditioning).rows_of_sequence(
        waveform, {**vectors, "local": local}
    )
    given = {**vectors, "local": local, "waveform": waveform.astype("float32")}
    tensors = {name: ops.convert_to_tensor(v) for name, v in given.items()}
    assert_close(rows, conditioning.rows_of_sequence(tensors.pop("waveform"), tensors))


@pytest.mark.neutral
def test_encoded_frames_do_not_depend_on_the_order_of_sums(tiny_wavenet):
    channels = 64  # enough that float32 would differ
    model = tiny_wavenet(
        **SMALL,
        local_channels=channels,
        hop=6,
        upsampling="linear",
        frame_encoder={"channels": channels},
    )
    conditioning, a = model.network.conditioning, model.architecture
    frames = np.random.default_rng(0).normal(size=(1, 40, channels)).astype("float32")
    order = np.random.default_rng(1).permutation(channels)

    def encoded(frames):
        rows = ConditionRows(conditioning).rows_of_samples({}, frames, 0, 1)
        return rows["local"][0]

    expected = encoded(frames)
    assert expected.shape == (1, 40 - 2 * (a.frames_margin - 1), channels)
    first = conditioning.frame_encoder.kernels[0]
    first.assign(ops.convert_to_numpy(first)[:, order])
    np.testing.assert_array_equal(encoded(frames[..., order]), expected)


@pytest.mark.neutral
@pytest.mark.parametrize("name, expected", [("predicted", True), ("speech", False)])
def test_learned_upsampling_is_left_to_the_backend(tiny_wavenet, name, expected):
    model = tiny_wavenet(**{**SMALL, **KINDS[name]})
    assert has_rows(model.network.conditioning) is expected
