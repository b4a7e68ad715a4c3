"""How the model of a run is compiled, and what identifies its optimizer."""

from typing import Any

import keras

from keras_wavenet import backend_defaults
from keras_wavenet.run_config import RunConfig


def choose_jit_compile(
    config: RunConfig, model: keras.Model, samples: int
) -> bool | str:
    """The `jit_compile` of a run: that of its config, or what suits the run.

    Args:
        config: Of the run.
        model: A `WaveNet`.
        samples: How many samples the run scores in all.
    """
    if config.jit_compile is not None:
        return config.jit_compile
    if config.rematerialize or model.architecture.dropout:
        return "auto"
    return backend_defaults.jit_compile_for(samples * model.multiply_adds_per_sample)


def describe_optimizer(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """The class and the options of an optimizer."""
    described = keras.optimizers.serialize(optimizer)
    config = {n: value for n, value in described["config"].items() if n != "name"}
    return {"class_name": described["class_name"], "config": config}
