"""The choice of an engine."""

import keras
import pytest

from keras_wavenet.generation import engines


def test_the_engine_of_a_network_is_made_once(network):
    first = engines.get("auto", network)
    assert engines.get("auto", network) is first
    assert engines.get("cpu", network) is first
    assert engines.get(keras.backend.backend(), network) is not first


def test_an_engine_of_another_backend_says_how_to_get_it(network):
    other = "torch" if keras.backend.backend() == "jax" else "jax"
    with pytest.raises(ValueError, match=f"KERAS_BACKEND to {other}"):
        engines.get(other, network)
