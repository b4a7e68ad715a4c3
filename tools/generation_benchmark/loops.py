"""The compared ways to generate: functions of a number of samples.

Each call continues the last one, so that nothing is prepared twice. The loops of public
implementations are compared with the engines: the naive one, which computes a whole
receptive field for each sample, and those that return to Python after each sample.
"""

import contextlib
import functools

import keras
import numpy as np
from keras import ops

from generation_benchmark.tensor_loop import TensorLoop
from keras_wavenet import WaveNet
from keras_wavenet.generation import StatefulGenerator, engines
from keras_wavenet.layers import mu_law_decode, mu_law_encode

WEIGHTS_PER_ROW = 512


def make_sweeps(weights):
    """Return products of a vector and a matrix with `weights` entries.

    The faster one is the limit of one stream on one core: every weight is read and
    multiplied once.

    Returns:
        Dict of two functions.
    """
    generator = np.random.default_rng(0)
    shape = (-(-weights // WEIGHTS_PER_ROW), WEIGHTS_PER_ROW)
    matrix = generator.random(shape, "float32")
    left, right = (generator.random(length, "float32") for length in shape)

    def by_rows(count):
        for _ in range(count):
            np.dot(matrix, right)

    def by_columns(count):
        for _ in range(count):
            np.dot(left, matrix)

    return {"sweep by rows": by_rows, "sweep by columns": by_columns}


def make_widened_engine(model):
    """Return that of `cpu_int8` without the processor's dot product of bytes."""
    alone = WaveNet.from_config(model.get_config())  # engines belong to a model
    alone.set_weights(model.get_weights())
    engines.get("cpu_int8", alone).precision = "int8_widened"
    generate = make_engine(alone, "cpu_int8")
    return functools.partial(_keeping, alone, generate)


def _keeping(model, generate, count):
    """Generate; the model is held, which its engine does not."""
    return generate(count)


def make_engine(model, name, streams=1):
    """Return the generation of an engine."""
    return StatefulGenerator(model, streams, seed=0, engine=name).generate


def make_naive_loop(model):
    """Return the loop that runs the network over a receptive field for each sample."""
    choose = make_chooser(model)
    samples = np.zeros((1, model.receptive_field), "float32")

    def loop(count):
        for _ in range(count):
            inputs = {"waveform": samples[:, -1:], "context": samples[:, :-1]}
            logits = model.predict_on_batch(inputs)[:, 0]
            samples[:] = np.append(samples[:, 1:], choose(logits)[None], axis=1)

    return loop


def make_layer_loop(model):
    """Return the loop over the layers' `step`, run eagerly, with a queue per layer."""
    return _stepping(model, model.network.step)


def make_compiled_step_loop(model):
    """Return the loop over a compiled `step`, called from Python for each sample.

    It is a `jit` on JAX and a `tf.function` on TensorFlow; PyTorch compiles nothing.
    """
    engine = engines.get(keras.backend.backend(), model)
    return _stepping(model, engine.step)


def _stepping(model, step):
    choose = make_chooser(model)
    with without_gradients():
        state = model.network.get_initial_state(1)
    samples = np.zeros(1, "float32")

    def loop(count):
        nonlocal samples, state
        with without_gradients():
            for _ in range(count):
                logits, state = step(ops.convert_to_tensor(samples), state)
                samples = choose(ops.convert_to_numpy(logits))

    return loop


def make_tensor_loop(model):
    """Return the loop of single tensor operations, common in public implementations."""
    choose = make_chooser(model)
    with without_gradients():
        network = TensorLoop(model)
    samples = np.zeros(1, "float32")

    def loop(count):
        nonlocal samples
        with without_gradients():
            for _ in range(count):
                code = mu_law_encode(samples, model.architecture.input_levels)
                samples = choose(ops.convert_to_numpy(network.step(code)))

    return loop


def make_chooser(model):
    """Return a function from logits, `(1, levels)`, to samples, `(1,)`, in NumPy."""
    generator = np.random.default_rng(0)
    levels = model.distribution.levels

    def choose(logits):
        noisy = logits + generator.gumbel(size=logits.shape)
        return mu_law_decode(np.argmax(noisy, axis=-1), levels)

    return choose


def without_gradients():
    """Return the context of computations without gradients, `no_grad` on PyTorch."""
    if keras.backend.backend() != "torch":
        return contextlib.nullcontext()
    import torch

    return torch.no_grad()
