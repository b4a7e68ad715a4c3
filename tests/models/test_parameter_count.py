"""The number of weights of a model, counted before it is built."""

import random
import resource

import keras
import pytest

from keras_wavenet import WaveNet

CONFIG = {"dilations": [1, 2], "skip_channels": 8, "dropout": 0.1, "dtype": "float32"}


@pytest.mark.parametrize("features", [None, "mel_16k"])
def test_it_is_the_number_of_the_built_model(features):
    config = {**CONFIG, "features": features}
    assert WaveNet.parameter_count(config) == WaveNet(**config).count_params()


def test_a_count_takes_no_memory_then_or_later():
    large = {**CONFIG, "residual_channels": 16384, "dilation_channels": 16384}
    WaveNet.parameter_count(CONFIG)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert WaveNet.parameter_count(large) > 2 * 10**9
    WaveNet(**CONFIG)  # before which Keras gives values to variables that have none
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert used < 200 * 1024  # KiB; 8 GB of weights


def test_the_initial_weights_of_a_seed_do_not_depend_on_a_count():
    def first_weights(count):
        keras.utils.set_random_seed(0)
        if count:
            WaveNet.parameter_count({**CONFIG, "skip_channels": count})
        model = WaveNet(**CONFIG)
        return keras.ops.convert_to_numpy(model.weights[0]), random.random()

    (plain, state), (counted, state_after) = map(first_weights, (0, 9))
    assert (plain == counted).all() and state == state_after
