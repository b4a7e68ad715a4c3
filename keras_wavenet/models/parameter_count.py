"""The number of weights of a model, counted by Keras before it is built."""

import concurrent.futures
import functools
import json
import random

import keras


def count_parameters(cls: type[keras.Model], config: dict) -> int:
    """Number of weights of the model of a class with a config.

    Takes no memory for the weights: Keras makes the variables without their values.

    Args:
        cls: The class of the model.
        config: As `from_config` takes it.

    Raises:
        ValueError: If the model refuses an argument.
    """
    try:
        return _count_json(cls, json.dumps(config))
    except TypeError:  # objects in place of their configs, when a preset is overridden
        return _count(cls, config)


@functools.lru_cache(maxsize=64)
def _count_json(cls, config):
    return _count(cls, json.loads(config))


def _count(cls, config):
    # Keras lists the variables without values by thread, and gives them values when the
    # next model is made: in a thread that ends, this never happens.
    state = random.getstate()  # from which initializers draw their seeds
    try:
        with concurrent.futures.ThreadPoolExecutor(1) as executor:
            return executor.submit(_count_without_values, cls, config).result()
    finally:
        random.setstate(state)


def _count_without_values(cls, config):
    with keras.StatelessScope(initialize_variables=False):
        return cls.from_config(config).count_params()
