"""The loop over the whole receptive field, compared with the engines with memory."""

import keras
import numpy as np
import pytest

from keras_wavenet.generation import engines
from keras_wavenet.layers import mu_law_encode
from tests.family import KINDS, SMALL, conditions_of

BACKEND = keras.backend.backend()
T, SEED = 40, 3
# PyTorch compiles nothing.
NAMES = ["speech", "predicted_far", "plain"] if BACKEND == "torch" else ["speech"]
HOW = {"speech": {"temperature": 2.0, "top_k": 9, "top_p": 0.9}}


@pytest.fixture(scope="module", autouse=True)
def short_chunks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "CHUNK", 16)  # a frame has 6 samples
        yield


@pytest.fixture(scope="module")
def prime():
    return np.random.default_rng(1).uniform(-0.5, 0.5, (2, 24)).astype("float32")


# Between them they have every condition, both starts, a context stack with frames of
# its own, both kinds of distributions and linear prediction. The engine "cpu" is equal
# to that of the backend: cpu/test_engine.py.
@pytest.mark.parametrize("name", NAMES)
def test_its_audio_is_that_of_an_engine_with_memory(tiny_wavenet, prime, name):
    model = tiny_wavenet(**{**SMALL, **KINDS.get(name, {})})
    options = {"streams": 2, "seed": SEED, "return_bits": True, **HOW.get(name, {})}
    options["conditions"] = conditions_of(model, T)
    for start in (prime, None):
        expected, found = (
            model.generate(T, engine=engine, prime=start, **options)
            for engine in ("cpu", "full")
        )
        assert expected[0].std(axis=1).min() > 0.01
        np.testing.assert_allclose(found[0], expected[0], rtol=0, atol=1e-4)
        np.testing.assert_allclose(found[1], expected[1], rtol=0, atol=1e-3)
        if model.distribution.name == "categorical":
            codes = [mu_law_encode(one[0], 16) for one in (found, expected)]
            np.testing.assert_array_equal(*codes)
