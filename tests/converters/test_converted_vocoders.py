"""Converted vocoders compute what their projects do, from the first sample on."""

import numpy as np
import pytest

from keras_wavenet.converters import convert_arrays
from tests.converters.projects import DILATIONS, KanBayashi, NvWavenet, Q, R9y9
from tests.converters.r9y9_upsampling import Activated, Transposed
from tests.family import outputs

LENGTH = 30
CODES = np.random.default_rng(0).integers(0, Q, LENGTH)
FRAMES = np.random.default_rng(2).normal(size=(LENGTH, 3)).astype("float32")
BEFORE = sum(DILATIONS) + 1  # samples of the receptive field before a clip
pytestmark = pytest.mark.neutral


def outputs_of(model, codes, **conditions):
    waveform = model.distribution.decode(codes)[None]
    conditions = {n: frames[None] for n, frames in conditions.items()}
    return outputs(model, {"waveform": waveform, **conditions})[0]


def generate_by_steps(logits, first, count):
    codes = [first]
    for _ in range(count):
        codes.append(int(logits(np.array(codes))[-1].argmax()))
    return codes[1:]


@pytest.mark.parametrize("pad", [0, 1])
def test_r9y9_with_upsampling_has_the_logits_of_its_project_edges_included(pad):
    project = R9y9(local=5, scales=(2, 3), front=2 * pad + 1)
    hparams = {"dilations": DILATIONS, "cin_pad": pad, "hop_size": 6}
    model = convert_arrays(project.arrays, None, hparams).model
    frames = np.random.default_rng(3).normal(0, 0.4, (7, 5)).astype("float32")
    rows = project.rows(frames if pad else frames[1:-1])
    assert len(rows) == LENGTH
    local, before = frames[1:], frames[:1]  # one frame is before the audio, one after
    found = outputs_of(model, CODES, local=local, local_context=before)
    expected = project.logits(CODES, rows)
    np.testing.assert_allclose(found, expected, atol=1e-5)

    def logits(codes):
        return project.logits(codes, rows[: len(codes)])

    codes = generate_by_steps(logits, Q // 2 - 1, LENGTH - 1)
    assert len(set(codes)) >= 4
    conditions = {"local": local, "local_context": before}
    for engine in ("cpu", "full")[: 1 + pad]:
        audio = model.generate(
            LENGTH - 1, conditions=conditions, temperature=0, engine=engine
        )
        assert model.distribution.encode(audio)[0].tolist() == codes


RELU = {"upsample_activation": "ReLU", "upsample_scales": [2, 3]}
LEAKY = {"upsample_activation": "LeakyReLU"}


@pytest.mark.parametrize(
    "project, params",
    [
        (Transposed((2, 3)), None),
        (Transposed((3, 2), fused=True), None),
        (Activated((2, 3), slope=0.0), RELU),
        (Activated((3, 2), slope=0.01), LEAKY),
        (
            Activated((6,), slope=0.3),
            {**LEAKY, "upsample_activation_params": {"negative_slope": 0.3}},
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_r9y9_with_activations_has_the_logits_of_its_project(project, params):
    hparams = {"dilations": DILATIONS, "upsample_params": params}
    model = convert_arrays(project.arrays, None, hparams).model
    around = 0 if params is None else 1  # frames before and after the audio
    frames = np.random.default_rng(3).normal(0.2, 0.6, (5 + 2 * around, 5))
    frames = frames.astype("float32")
    rows = project.rows(frames)
    assert len(rows) == LENGTH and rows.std() > 0.1
    local = {"local": frames[around:], "local_context": frames[:around]}
    found = outputs_of(model, CODES, **local)
    np.testing.assert_allclose(found, project.logits(CODES, rows), atol=1e-5)
    if params is not None:
        return

    def logits(codes):
        return project.logits(codes, rows[: len(codes)])

    codes = generate_by_steps(logits, Q // 2, 12)
    audio = model.generate(12, conditions=local, temperature=0, engine="cpu")
    assert model.distribution.encode(audio)[0].tolist() == codes


@pytest.mark.parametrize(
    "params, words",
    [
        ({}, r"upsample_activation=None and kernels of the layers \[1, 4\]"),
        ({"upsample_activation": "Tanh"}, "one of 'ReLU', 'LeakyReLU'"),
        ({**RELU, "mode": "bilinear"}, "`mode` must be that of the checkpoint"),
        ({**RELU, "upsample_scales": [3, 2]}, r"checkpoint, \[2, 3\]"),
        (7, "`upsample_params` must be a dict"),
    ],
)
def test_an_activation_of_r9y9_that_is_not_known_is_refused(params, words):
    arrays = Activated((2, 3), slope=0.0).arrays
    with pytest.raises(ValueError, match=words):
        convert_arrays(
            arrays, None, {"dilations": DILATIONS, "upsample_params": params}
        )


@pytest.mark.parametrize("hop", [0, 5], ids=["for each sample", "upsampled"])
def test_kan_bayashi_has_logits_and_codes_of_its_project(hop):
    project = KanBayashi(hop=hop)
    hparams = {"dilation_depth": 3} | ({"upsampling_factor": hop} if hop else {})
    model = convert_arrays(project.arrays, None, hparams).model
    frames = FRAMES[: LENGTH // hop] if hop else FRAMES
    rows = project.rows(frames)

    def logits(codes):  # after silence, whose conditions are those of the first sample
        silence = np.full(2 * BEFORE, Q // 2)
        before = np.repeat(rows[:1], 2 * BEFORE, axis=0)
        codes = np.concatenate([silence, codes])
        conditions = np.concatenate([before, rows])[: len(codes)]
        return project.logits(codes, conditions)[len(silence) :]

    found = outputs_of(model, CODES, local=frames)
    np.testing.assert_allclose(found, logits(CODES), atol=1e-5)
    expected = generate_by_steps(logits, Q // 2, 25)
    assert len(set(expected)) >= 4
    for engine in ("cpu", "full")[: 2 if hop else 1]:
        audio = model.generate(
            25, conditions={"local": frames}, temperature=0, engine=engine
        )
        assert model.distribution.encode(audio)[0].tolist() == expected


def test_nv_wavenet_has_logits_and_codes_of_its_project():
    project = NvWavenet()
    hparams = {"max_dilation": 4, "upsamp_stride": project.stride}
    model = convert_arrays(project.arrays, "nv-wavenet", hparams).model
    frames = FRAMES[: LENGTH // project.stride]
    rows, zeros = project.rows(frames), np.zeros((1, 3), "float32")

    def logits(codes):
        return project.logits(codes, rows[: len(codes)])

    found = outputs_of(model, CODES, local=frames, local_context=zeros)
    np.testing.assert_allclose(found, logits(CODES), atol=1e-5)
    expected = generate_by_steps(logits, Q // 2, 25)
    assert len(set(expected)) >= 4
    conditions = {"local": frames, "local_context": zeros}
    audio = model.generate(25, conditions=conditions, temperature=0, engine="cpu")
    assert model.distribution.encode(audio)[0].tolist() == expected
