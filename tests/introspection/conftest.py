"""Small networks with a recording each and its conditions."""

import functools

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet
from tests.family import KINDS, SMALL, conditions_of

SAMPLES = 40


@pytest.fixture(scope="session")
def recorded():
    """Make a network of a kind of `tests.family`, a waveform and its conditions."""

    @functools.cache
    def make(kind=None):
        keras.utils.set_random_seed(1)
        model = WaveNet(**{**SMALL, **KINDS.get(kind, {})})
        waveform = np.random.default_rng(2).uniform(-0.5, 0.5, SAMPLES)
        conditions = {n: v[0] for n, v in conditions_of(model, SAMPLES).items()}
        return model, waveform.astype("float32"), conditions

    return make


@pytest.fixture(scope="session")
def call_inputs():
    """The inputs of `WaveNet.call` that predict each sample of a recording."""

    def make(waveform, conditions):
        delayed = np.concatenate([[0], waveform[:-1]]).astype("float32")
        inputs = {name: np.asarray(value)[None] for name, value in conditions.items()}
        return {"waveform": delayed[None], **inputs}

    return make
