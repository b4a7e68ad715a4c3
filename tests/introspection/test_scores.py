"""Bits and entropy of samples, and their predicted distributions."""

import keras
import numpy as np
import pytest

from keras_wavenet import distributions
from keras_wavenet.introspection import clip, predictions, score
from keras_wavenet.introspection.entropy import entropy_bits


@pytest.mark.parametrize(
    "kind", [None, pytest.param("predicted_far", marks=pytest.mark.neutral)]
)
def test_the_mean_of_the_bits_is_that_of_evaluate(kind, recorded, call_inputs):
    model, waveform, conditions = recorded(kind)
    model.compile()
    inputs = call_inputs(waveform, conditions)
    found = model.evaluate(inputs, waveform[None], return_dict=True, verbose=0)
    bits, entropy = score(model, waveform, conditions)
    assert bits.shape == entropy.shape == waveform.shape
    np.testing.assert_allclose(bits.mean(), found["bits_per_sample"], rtol=1e-5)


@pytest.mark.neutral
def test_windows_and_spans_do_not_change_the_bits(recorded, monkeypatch):
    model, waveform, conditions = recorded("predicted_far")
    whole = score(model, waveform, conditions)
    monkeypatch.setattr(clip, "LEAST_WINDOW", 1)  # windows of 24 samples, the context
    part = score(model, waveform, conditions, start=5, stop=39)
    for name in whole._fields:
        cut = getattr(whole, name)[5:39]
        np.testing.assert_allclose(getattr(part, name), cut, rtol=1e-4, atol=1e-4)


@pytest.mark.neutral
def test_the_bits_are_those_of_the_predicted_probabilities(recorded):
    model, waveform, _ = recorded()
    scores = score(model, waveform, start=10, stop=20)
    values, probabilities, samples = predictions(model, waveform, start=10, stop=20)
    np.testing.assert_array_equal(samples, waveform[10:20])
    codes = model.distribution.encode(waveform[10:20])
    np.testing.assert_array_equal(model.distribution.encode(values), np.arange(16))
    own = np.take_along_axis(probabilities, codes[:, None], axis=1)[:, 0]
    np.testing.assert_allclose(scores.bits, -np.log2(own), rtol=1e-4)
    expected = -(probabilities * np.log2(probabilities)).sum(axis=1)
    np.testing.assert_allclose(scores.entropy, expected, rtol=1e-4)


@pytest.mark.neutral
@pytest.mark.parametrize("components, tolerance", [(1, 0.02), (3, 0.1)])
def test_the_entropy_of_65536_levels_is_near_the_sum_over_them(components, tolerance):
    distribution = distributions.get(
        {"name": "logistic_mixture", "components": components}
    )
    parameters = np.random.default_rng(0).normal(0, 0.3, (1, 2, 3 * components))
    parameters[..., -components:] = np.array([-3.0, -7.0])[:, None]
    parameters = keras.ops.convert_to_tensor(parameters, "float32")
    found = keras.ops.convert_to_numpy(entropy_bits(distribution, parameters))[0]
    p = keras.ops.convert_to_numpy(distribution.probabilities(parameters))[0]
    p = p.astype("float64")
    expected = -(p * np.log2(np.maximum(p, 1e-300))).sum(axis=1)
    np.testing.assert_allclose(found, expected, atol=tolerance)


@pytest.mark.neutral
@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"waveform": np.zeros((2, 9), "float32")}, r"shape \(samples,\).*\(2, 9\)"),
        ({"waveform": np.zeros(0, "float32")}, r"one sample at least"),
        ({"waveform": np.zeros(9, "int16")}, "float samples"),
        ({"waveform": np.full(9, np.nan, "float32")}, "finite"),
        ({"waveform": np.full(9, 2, "float32")}, "samples up to 2"),
        ({"start": 40}, "start=40, stop=40, 40 samples"),
        ({"stop": 41}, "start=0, stop=41, 40 samples"),
        ({"conditions": {"speaker": 0}}, "conditions"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, words, recorded):
    model, waveform, _ = recorded()
    with pytest.raises(ValueError, match=words):
        score(model, **{"waveform": waveform, **arguments})


@pytest.mark.neutral
def test_too_many_probabilities_are_refused(recorded):
    model, _, conditions = recorded("vocoder")
    conditions = {**conditions, "local": np.zeros((1000, 4))}
    with pytest.raises(ValueError, match="at most 4,096 samples of 65,536 levels"):
        predictions(model, np.zeros(5000, "float32"), conditions)
