"""Arguments and inputs that a WaveNet refuses, and its errors."""

import dataclasses
import inspect

import numpy as np
import pytest

from keras_wavenet import WaveNet
from keras_wavenet.config import WaveNetConfig

B, T = 2, 40


@pytest.fixture(scope="module")
def plain(tiny_wavenet):
    """A network of the usual kind."""
    return tiny_wavenet()


@pytest.mark.neutral
@pytest.mark.parametrize(
    "arguments",
    [
        {"residual_channels": 0},
        {"dilation_channels": 1.5},
        {"skip_channels": None},
        {"post_channels": -1},
        {"kernel_size": 1},
        {"initial_kernel_size": 0},
        {"sample_rate": 16000.0},
        {"dropout": 1},
        {"dilations": 4},
        {"dilations": "1248"},
    ],
)
def test_an_impossible_argument_is_refused(arguments):
    (name,) = arguments
    with pytest.raises(ValueError, match=rf"`{name}` must be .*Received: {name}="):
        WaveNet(**arguments)


@pytest.mark.neutral
@pytest.mark.parametrize(
    "name, hint",
    [
        ("dilation", "Did you mean `dilations`"),
        ("skip_chanels", "Did you mean `skip_channels`"),
        ("xyzzy", "It has dilations, residual_channels,"),
    ],
)
def test_an_argument_that_does_not_exist_is_refused(name, hint):
    for make in (WaveNet, lambda **given: WaveNet.from_config(given)):
        with pytest.raises(ValueError, match=f"no argument `{name}`. {hint}"):
            make(**{name: [1, 2]})


@pytest.mark.neutral
def test_the_arguments_of_a_model_cannot_be_changed(tiny_wavenet):
    model = tiny_wavenet()
    with pytest.raises(AttributeError):
        model.residual_scale = 0.5
    assert model.residual_scale == model.architecture.residual_scale == 1


@pytest.mark.neutral
def test_the_constructor_has_the_arguments_that_are_described():
    parameters = inspect.signature(WaveNet).parameters
    defaults = {n: p.default for n, p in parameters.items()}
    fields = dataclasses.fields(WaveNetConfig)
    assert [f.name for f in fields] == list(parameters)[: len(fields)]
    assert all(defaults[field.name] == field.default for field in fields)


@pytest.mark.neutral
@pytest.mark.parametrize(
    "dilations, message",
    [
        ([], r"must hold at least one positive integer. Received: dilations=\[\]"),
        ([1, 2, 0], r"`dilations\[2\]` must be .*Received: dilations\[2\]=0"),
        ([1, 2.5], r"`dilations\[1\]` must be .*Received: dilations\[1\]=2.5"),
    ],
)
def test_an_impossible_schedule_is_refused(dilations, message):
    with pytest.raises(ValueError, match=message):
        WaveNet(dilations=dilations)


@pytest.mark.parametrize("dilations", [(1, 2), np.array([1, 2]), iter([1, 2])])
def test_a_schedule_may_be_anything_that_lists_integers(dilations, tiny_wavenet):
    assert tiny_wavenet(dilations=dilations).get_config()["dilations"] == [1, 2]


BAD_INPUTS = {
    "no batch": (
        np.zeros(T, "float32"),
        r"\(batch, samples\).*Received: shape=\(40,\)",
    ),
    "channels": (np.zeros((B, T, 1), "float32"), r"Received: shape=\(2, 40, 1\)"),
    "integers": (np.zeros((B, T), "int16"), "float samples .*Received: dtype=int16"),
    "no waveform": (
        {"context": np.zeros((B, T), "float32")},
        r"must have \['waveform'",
    ),
    "another name": (
        {"waveform": np.zeros((B, T), "float32"), "speaker": np.zeros(B, "int32")},
        r"Received: \['speaker', 'waveform'\]",
    ),
    "integer context": (
        {"waveform": np.zeros((B, T), "float32"), "context": np.zeros((B, 4), "int32")},
        "`context` must hold float samples .*Received: dtype=int32",
    ),
    "another batch": (
        {
            "waveform": np.zeros((B, T), "float32"),
            "context": np.zeros((1, 4), "float32"),
        },
        "same batch size. Received: waveform=2, context=1",
    ),
    "a list": ([[0.0, 0.1]], r"`waveform` must .*\(batch, samples\).*Received: list"),
    "nothing": (np.zeros((B, 0), "float32"), "at least one sample; .*Received: shape="),
}


@pytest.mark.parametrize("inputs, message", BAD_INPUTS.values(), ids=BAD_INPUTS.keys())
def test_inputs_of_another_kind_are_refused(plain, inputs, message):
    with pytest.raises(ValueError, match=message):
        plain(inputs)


@pytest.mark.parametrize(
    "waveform, message",
    [
        (np.zeros((1, 2, 3), "float32"), r"\(batch, samples\).*shape=\(1, 2, 3\)"),
        (np.zeros(9, "int16"), "float samples .*Received: dtype=int16"),
        (np.full(9, np.nan, "float32"), "finite. Received: NaN or infinity"),
    ],
)
def test_probabilities_after_no_real_waveform_are_refused(plain, waveform, message):
    with pytest.raises(ValueError, match=message):
        plain.next_sample_probabilities(waveform)


@pytest.mark.neutral
def test_a_filter_of_the_waveform_excludes_its_linear_prediction():
    with pytest.raises(ValueError, match="cannot go with `linear_prediction`"):
        WaveNet(
            distribution="gaussian",
            features="mel_16k",
            linear_prediction={"order": 16},
            waveform_filter={"pre_emphasis": 0.85},
        )
