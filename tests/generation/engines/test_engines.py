"""The choice of an engine."""

import warnings

import keras
import pytest

from keras_wavenet import WaveNet
from keras_wavenet.generation import engines
from keras_wavenet.models.network import Network
from tests.family import SMALL

BACKEND = keras.backend.backend()


def test_the_engine_of_a_network_is_made_once(network):
    first = engines.get("auto", network)
    assert engines.get("auto", network) is first
    assert engines.get("cpu", network) is first
    assert engines.get(BACKEND, network) is not first


def test_the_error_for_the_engine_of_another_backend_names_its_variable(network):
    other = "torch" if BACKEND == "jax" else "jax"
    with pytest.raises(ValueError, match=f"KERAS_BACKEND to {other}"):
        engines.get(other, network)


def test_the_error_for_an_unknown_engine_lists_all(network):
    with pytest.raises(ValueError, match="'auto', 'cpu', .*'torch'.*engine='gpu'"):
        engines.get("gpu", network)


class FlatNetwork(Network):
    """A network with flatter distributions."""

    def run(self, samples, conditions, memory=None, mask=None):
        parameters, memory = super().run(samples, conditions, memory, mask)
        return 0.5 * parameters, memory


class Flat(WaveNet):
    network_class = FlatNetwork


def test_a_model_with_another_network_runs_in_the_loop_of_the_backend():
    network = Flat(**SMALL)
    with pytest.warns(UserWarning, match=f"slower loop of {BACKEND}.*FlatNetwork"):
        found = engines.get("auto", network)
    assert found is engines.get(BACKEND, network)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # it warned once
        assert engines.get("auto", network) is found
    for name in engines.CPU_ENGINES:
        with pytest.raises(ValueError, match="Received: FlatNetwork and Categorical"):
            engines.get(name, network)
