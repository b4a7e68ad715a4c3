"""Rematerialisation: a training step that keeps less and learns the same."""

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet
from tests.family import SMALL, conditions_of

SAMPLES = 24
KINDS = {"plain": {"dropout": 0.3}, "conditions": {"speakers": 2}}


def trained(rematerialize, run_eagerly=False, **arguments):
    """The loss and the weights of a model after two steps from the same start."""
    keras.utils.set_random_seed(0)
    model = WaveNet(**{**SMALL, **arguments, "dilations": [1, 2]})
    model.compile(
        keras.optimizers.SGD(0.5), rematerialize=rematerialize, run_eagerly=run_eagerly
    )
    context = model.context_length
    length = (2, context + SAMPLES + 1)
    audio = np.random.default_rng(1).uniform(-0.5, 0.5, length).astype("float32")
    x = {"context": audio[:, :context], "waveform": audio[:, context:-1]}
    x |= conditions_of(model, SAMPLES)
    losses = [model.train_on_batch(x, audio[:, context + 1 :])[0] for _ in range(2)]
    return losses, model.get_weights()


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_learns_the_same_with_and_without(kind):
    # TensorFlow's graph optimizer rewrites what is computed again differently in about
    # one run of thirty: gradients then differ in the fourth digit. Not so step by step.
    (losses, weights), (again, others) = (
        trained(r, keras.backend.backend() == "tensorflow", **KINDS[kind])
        for r in (0, 1)
    )
    assert losses[0] != losses[1]
    np.testing.assert_allclose(again, losses, rtol=1e-5)
    for weight, other in zip(weights, others, strict=True):
        np.testing.assert_allclose(other, weight, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16"])
def test_it_goes_with_half_precision(dtype):
    (losses, weights), (again, others) = (trained(r, dtype=dtype) for r in (0, 1))
    np.testing.assert_allclose(again, losses, rtol=1e-3)
    for weight, other in zip(weights, others, strict=True):
        np.testing.assert_allclose(other, weight, rtol=0, atol=5e-3)


def test_it_is_off_unless_compile_is_asked_for_it(tiny_wavenet, monkeypatch):
    rematerialized = []
    monkeypatch.setattr(keras, "remat", lambda f: rematerialized.append(f) or f)
    model = tiny_wavenet(dilations=[1, 2])
    audio = np.zeros((1, SAMPLES), "float32")
    for options, expected in (({}, 0), ({"rematerialize": True}, 2), ({}, 0)):
        rematerialized.clear()
        model.compile("sgd", **options)
        model.train_on_batch(audio, audio)
        assert len(set(rematerialized)) == expected
        rematerialized.clear()
        model.predict(audio, verbose=0)
        assert not rematerialized
